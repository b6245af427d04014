package io.duckherder.cluster.schedule;

import io.duckherder.cluster.membership.Membership;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** What all queries' runs share. */
record SchedulerParts(
    Membership membership,
    WorkerCalls calls,
    ExchangeLosses losses,
    QueryReleases releases,
    Executor executor,
    ScheduledExecutorService timer) {}
