package io.duckherder.cluster.schedule;

import static io.duckherder.cluster.schedule.ScheduledCluster.inRange;
import static io.duckherder.cluster.schedule.ScheduledCluster.ranges;

import io.duckherder.cluster.Rows;
import io.duckherder.plan.Fragment;
import io.duckherder.plan.QueryPlan;
import io.duckherder.plan.ResultAssembly;
import io.duckherder.plan.ResultAssembly.Combination;
import io.duckherder.plan.ResultAssembly.Concatenation;
import io.duckherder.plan.ResultAssembly.SortedMerge;
import io.duckherder.plan.ResultColumn;
import io.duckherder.plan.Stage;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Plans of several stages over one table, as a planner would write them. */
final class ExchangePlans {
  static final int ROWS = 400_000;
  static final int SCANS = 6;
  static final int BUCKETS = 4;

  /** What {@link #byBuckets} and {@link #combined} answer, but for the order. */
  static final String GROUPS = "SELECT g, sum(v) AS s, count(*) AS c FROM t GROUP BY g";

  /** What {@link #broadcast} answers. */
  static final String JOINED = "SELECT i, n FROM t JOIN names USING (g)";

  /** What {@link #sortedGroups} answers. */
  static final String SORTED = GROUPS + " ORDER BY s DESC, g";

  private static final int SCATTERED = 24;
  private static final List<ResultColumn> COUNTS = List.of(new ResultColumn("c", "BIGINT"));
  private static final List<ResultColumn> PARTS =
      List.of(
          new ResultColumn("g", "INTEGER"),
          new ResultColumn("s", "HUGEINT"),
          new ResultColumn("c", "BIGINT"));
  private static final String FINAL =
      "SELECT g, sum(s)::HUGEINT AS s, sum(c)::BIGINT AS c FROM temp.main.parts GROUP BY g";

  private ExchangePlans() {}

  static Path database(Path file) throws SQLException {
    return Rows.file(
        file,
        "CREATE TABLE t AS SELECT range AS i, (hash(range) % 20000)::INTEGER AS g,"
            + " hash(range * 7) % 1000 AS v FROM range("
            + ROWS
            + ")",
        "CREATE TABLE names AS SELECT range::INTEGER AS g, 'n' || range AS n FROM range(15000)");
  }

  private static Stage.Task scan(String sql, int number) {
    return new Stage.Task(
        sql, Optional.of(ranges(SCANS, ROWS / SCANS).get(number)), OptionalInt.empty(), false);
  }

  private static List<Stage.Task> scans(String sql) {
    return IntStream.range(0, SCANS).mapToObj(i -> scan(sql, i)).toList();
  }

  private static List<Stage.Task> buckets(String sql) {
    return IntStream.range(0, BUCKETS)
        .mapToObj(i -> new Stage.Task(sql, Optional.empty(), OptionalInt.of(i), false))
        .toList();
  }

  /** Each scan's groups, by their bucket. */
  private static Stage partialGroups() {
    return new Stage(
        0,
        "group",
        List.of(),
        scans(
            "SELECT g, sum(v)::HUGEINT AS s, count(*) AS c, (hash(g) % "
                + BUCKETS
                + ")::UTINYINT AS "
                + Fragment.BUCKET
                + " FROM t WHERE "
                + inRange()
                + " GROUP BY g"),
        PARTS,
        true,
        true);
  }

  private static Stage bucketStage(String sql) {
    return new Stage(
        1,
        "group by bucket",
        List.of(new Stage.Input("parts", 0, true)),
        buckets(sql),
        PARTS,
        false,
        true);
  }

  /** Scan and group, exchange by key, group again. */
  static QueryPlan byBuckets() {
    return ScheduledCluster.plan(List.of(partialGroups(), bucketStage(FINAL)), Concatenation.ALL);
  }

  /** As {@link #byBuckets}, each bucket sorted, merged on the driver. */
  static QueryPlan sortedGroups() {
    String sorted =
        "SELECT *, create_sort_key(s, 'DESC NULLS LAST', g, 'ASC NULLS LAST') AS k FROM ("
            + FINAL
            + ") ORDER BY k";
    return ScheduledCluster.plan(
        List.of(partialGroups(), bucketStage(sorted)), new SortedMerge(OptionalLong.empty(), 0));
  }

  /** A small side that all tasks read whole. */
  static QueryPlan broadcast() {
    Stage small =
        new Stage(
            0,
            "names",
            List.of(),
            List.of(
                new Stage.Task(
                    "SELECT g, n FROM names", Optional.empty(), OptionalInt.empty(), false)),
            List.of(new ResultColumn("g", "INTEGER"), new ResultColumn("n", "VARCHAR")),
            false,
            true);
    Stage join =
        new Stage(
            1,
            "join",
            List.of(new Stage.Input("small", 0, false)),
            scans("SELECT i, n FROM t JOIN temp.main.small USING (g) WHERE t." + inRange()),
            List.of(new ResultColumn("i", "BIGINT"), new ResultColumn("n", "VARCHAR")),
            false,
            true);
    return ScheduledCluster.plan(List.of(small, join), Concatenation.ALL);
  }

  /** Three stages, and a join of two of them on the driver. */
  static QueryPlan combined() {
    Stage kept = bucketStage(FINAL);
    Stage pass =
        new Stage(
            2,
            "pass",
            List.of(new Stage.Input("groups", 1, false)),
            List.of(
                new Stage.Task(
                    "SELECT * FROM temp.main.groups WHERE g % 2 = 0",
                    Optional.empty(), OptionalInt.empty(), false),
                new Stage.Task(
                    "SELECT * FROM temp.main.groups WHERE g % 2 = 1",
                    Optional.empty(), OptionalInt.empty(), false)),
            PARTS,
            false,
            true);
    return ScheduledCluster.plan(
        List.of(partialGroups(), kept, pass),
        new Combination("SELECT g, s, c FROM temp.main.groups ORDER BY g", "groups", PARTS));
  }

  /** What {@link #scattered} answers: all rows, each in one bucket. */
  static final String COUNT = "SELECT count(*) AS c FROM t";

  /** Rows of which each lies in any bucket, in another each time they are made. */
  private static Stage scatter() {
    return new Stage(
        0,
        "scatter",
        List.of(),
        scans(
            "SELECT i, floor(random() * "
                + SCATTERED
                + ")::UTINYINT AS "
                + Fragment.BUCKET
                + " FROM t WHERE "
                + inRange()),
        List.of(new ResultColumn("i", "BIGINT")),
        true,
        false);
  }

  /** Counts the rows of each bucket, and takes its time. */
  private static Stage counts() {
    return new Stage(
        1,
        "count",
        List.of(new Stage.Input("rows", 0, true)),
        IntStream.range(0, SCATTERED)
            .mapToObj(
                i ->
                    new Stage.Task(
                        "SELECT count(DISTINCT i) AS c FROM temp.main.rows, range(50)",
                        Optional.empty(),
                        OptionalInt.of(i),
                        false))
            .toList(),
        COUNTS,
        false,
        true);
  }

  private static QueryPlan scattered(ResultAssembly assembly, Stage... more) {
    List<Stage> stages = new ArrayList<>(List.of(scatter(), counts()));
    stages.addAll(List.of(more));
    return ScheduledCluster.plan(stages, assembly);
  }

  /** Counts rows that are never the same twice, by their buckets, and then all. */
  static QueryPlan scattered() {
    String sum = "SELECT sum(c)::BIGINT AS c FROM temp.main.counts";
    Stage all =
        new Stage(
            2,
            "sum",
            List.of(new Stage.Input("counts", 1, false)),
            List.of(new Stage.Task(sum, Optional.empty(), OptionalInt.empty(), false)),
            COUNTS,
            false,
            true);
    return scattered(Concatenation.ALL, all);
  }

  /** As {@link #scattered}, but the driver adds up. */
  static QueryPlan scatteredAndCombined() {
    return scattered(
        new Combination("SELECT sum(c)::BIGINT AS c FROM temp.main.counts", "counts", COUNTS));
  }

  /** As {@link #scattered}, but nobody adds up. */
  static QueryPlan scatteredInParts() {
    return scattered(Concatenation.ALL);
  }

  /** A stage that is soon kept, and one that takes days. */
  static QueryPlan endless() {
    Stage first =
        new Stage(
            0,
            "rows",
            List.of(),
            List.of(
                new Stage.Task("SELECT i FROM t", Optional.empty(), OptionalInt.empty(), false)),
            List.of(new ResultColumn("i", "BIGINT")),
            false,
            true);
    String pairs =
        "SELECT count(*) AS c FROM temp.main.rows a, temp.main.rows b, temp.main.rows c"
            + " WHERE hash(a.i, b.i, c.i) = 7";
    Stage second =
        new Stage(
            1,
            "pairs",
            List.of(new Stage.Input("rows", 0, false)),
            List.of(new Stage.Task(pairs, Optional.empty(), OptionalInt.empty(), false)),
            COUNTS,
            false,
            true);
    Stage third =
        new Stage(
            2,
            "pass",
            List.of(new Stage.Input("counts", 1, false)),
            List.of(
                new Stage.Task(
                    "FROM temp.main.counts", Optional.empty(), OptionalInt.empty(), false)),
            COUNTS,
            false,
            true);
    return ScheduledCluster.plan(List.of(first, second, third), Concatenation.ALL);
  }

  /** A combination of what no task makes, or of what a task makes of that. */
  static QueryPlan withoutTasks(boolean nothingToCombine) {
    Stage none = new Stage(0, "nothing", List.of(), List.of(), PARTS, true, true);
    List<Stage> stages = nothingToCombine ? List.of(none) : List.of(none, bucketStage(FINAL));
    return ScheduledCluster.plan(
        stages, new Combination("SELECT g, s, c FROM temp.main.groups", "groups", PARTS));
  }
}
