package io.duckherder.cluster.session;

import io.duckherder.session.ExecutionSettings;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The sessions of a driver. An offered id costs nothing until a client brings it back: it names the
 * driver's run that offered it, so that an id of an earlier run is told from a new one. Safe for
 * use by many threads.
 */
public final class Sessions implements AutoCloseable {
  private static final int REMEMBERED = 10_000;

  private final Clock clock;
  private final Duration timeout;
  private final ExecutionSettings defaults;
  private final SecureRandom random = new SecureRandom();
  private final String run;

  /** Guarded by this. */
  private final Map<String, Session> sessions = new HashMap<>();

  /** Ids of ended sessions that held state, the oldest forgotten first. Guarded by this. */
  private final Map<String, Boolean> ended =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * @param timeout idle time after which a session ends
   * @param defaults how queries run until a session says otherwise
   */
  public Sessions(Clock clock, Duration timeout, ExecutionSettings defaults) {
    this.clock = clock;
    this.timeout = timeout;
    this.defaults = defaults;
    this.run = hex(8);
  }

  /** How queries run until a session says otherwise. */
  ExecutionSettings defaults() {
    return defaults;
  }

  /** A new id for a client to keep. */
  String offer() {
    return run + "-" + hex(16);
  }

  /** Whether an id leads to a session, perhaps a new one. */
  synchronized boolean isUsable(String id) {
    return id.startsWith(run + "-") && !ended.containsKey(id);
  }

  /** The session of an id that was offered; empty if it has ended or is of another run. */
  synchronized Optional<Session> find(String id) {
    if (!isUsable(id)) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    Session session = sessions.computeIfAbsent(id, key -> new Session(key, defaults, now));
    session.used(now);
    return Optional.of(session);
  }

  /** Ends a session. */
  void end(String id) {
    Session session;
    synchronized (this) {
      session = sessions.remove(id);
      ended.put(id, true);
    }
    if (session != null) {
      session.close();
    }
  }

  /** Ends the sessions that were idle for too long: whose statement still runs is not. */
  public void endIdle() {
    Instant now = clock.instant();
    synchronized (this) {
      sessions.values().stream().filter(Session::isBusy).forEach(session -> session.used(now));
    }
    end(now.minus(timeout));
  }

  /** Ends all sessions, as an operator may want before maintenance. */
  public void endAll() {
    end(Instant.MAX);
  }

  private void end(Instant lastUsedBefore) {
    List<Session> ending = new ArrayList<>();
    synchronized (this) {
      for (Session session : List.copyOf(sessions.values())) {
        if (session.lastUsed().isBefore(lastUsedBefore)) {
          sessions.remove(session.id());
          ending.add(session);
          if (session.holdsState()) {
            ended.put(session.id(), true);
          }
        }
      }
    }
    ending.forEach(Session::close);
  }

  public synchronized int count() {
    return sessions.size();
  }

  @Override
  public void close() {
    List<Session> open;
    synchronized (this) {
      open = List.copyOf(sessions.values());
      sessions.clear();
    }
    open.forEach(Session::close);
  }

  private String hex(int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return HexFormat.of().formatHex(value);
  }
}
