package io.duckherder.cluster.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the numbered transactions of one client do to a database, and what is in it after the first
 * so many of them. What a transaction does follows from the seed, the client and its number, and
 * touches nothing of other clients, so the contents follow from how many each client committed.
 * Every transaction adds its number to the journal, and keeps the sum over both sides.
 */
final class Ledger {
  static final List<String> TABLES =
      List.of(
          "CREATE TABLE journal (client INTEGER, number BIGINT, PRIMARY KEY (client, number))",
          "CREATE TABLE left_side (client INTEGER, account INTEGER, amount BIGINT)",
          "CREATE TABLE right_side (client INTEGER, account INTEGER, amount BIGINT)",
          "CREATE TABLE bulk (client INTEGER, number BIGINT, value BIGINT)",
          "CREATE SCHEMA extra");

  private static final int ACCOUNTS = 3;
  private static final int AMOUNT = 1000;
  private static final int MOST_BATCHES = 3;
  private static final int MOST_TABLES = 3;

  private final long seed;
  private final int client;
  private long committed;
  private final long[] left = new long[ACCOUNTS];
  private final long[] right = new long[ACCOUNTS];
  private final SortedMap<Long, Batch> batches = new TreeMap<>();
  private final SortedSet<Long> tables = new TreeSet<>();

  private record Batch(int rows, long added) {}

  /**
   * A transaction.
   *
   * @param statements without BEGIN and COMMIT; a single one commits by itself
   * @param effect what it does to the ledger
   */
  record Transaction(long number, List<String> statements, Runnable effect) {}

  Ledger(long seed, int client) {
    this.seed = seed;
    this.client = client;
    for (int account = 0; account < ACCOUNTS; account++) {
      left[account] = AMOUNT;
      right[account] = AMOUNT;
    }
  }

  /** The sum that every transaction of so many clients keeps. */
  static long sum(int clients) {
    return 2L * clients * ACCOUNTS * AMOUNT;
  }

  int client() {
    return client;
  }

  /** The number of the last transaction that is in it. */
  long committed() {
    return committed;
  }

  /** What makes the client's accounts. */
  String opening() {
    return "INSERT INTO %%s SELECT %d, range, %d FROM range(%d)"
        .formatted(client, AMOUNT, ACCOUNTS);
  }

  /** The transaction behind the last one that was committed. */
  Transaction next() {
    long number = committed + 1;
    Random random = new Random(seed * 31 + client * 1_000_003L + number * 7_919);
    random.nextInt();
    int kind = random.nextInt(100);
    if (kind < 15) {
      return alone(number);
    }
    if (kind < 30) {
      return batches.size() < MOST_BATCHES ? load(number, random) : delete(number);
    }
    if (kind < 40) {
      return tables.size() < MOST_TABLES ? create(number) : drop(number);
    }
    if (kind < 50 && !batches.isEmpty()) {
      return add(number);
    }
    return transfer(number, random);
  }

  /** Takes up that the next transaction was committed. */
  void commit() {
    next().effect().run();
    committed++;
  }

  private Transaction alone(long number) {
    return new Transaction(number, List.of(journal(number)), () -> {});
  }

  private Transaction load(long number, Random random) {
    int rows = 1 + random.nextInt(random.nextBoolean() ? 30_000 : 100);
    return transaction(
        number,
        "INSERT INTO bulk SELECT %d, %d, range FROM range(%d)".formatted(client, number, rows),
        () -> batches.put(number, new Batch(rows, 0)));
  }

  private Transaction delete(long number) {
    long batch = batches.firstKey();
    return transaction(
        number, "DELETE FROM bulk WHERE " + isBatch(batch), () -> batches.remove(batch));
  }

  private Transaction add(long number) {
    long batch = batches.lastKey();
    Batch before = batches.get(batch);
    return transaction(
        number,
        "UPDATE bulk SET value = value + 1 WHERE " + isBatch(batch),
        () -> batches.put(batch, new Batch(before.rows(), before.added() + 1)));
  }

  private Transaction create(long number) {
    return transaction(
        number,
        "CREATE TABLE extra.%s AS SELECT range AS value FROM range(%d)"
            .formatted(table(number), number),
        () -> tables.add(number));
  }

  private Transaction drop(long number) {
    long oldest = tables.first();
    return transaction(number, "DROP TABLE extra." + table(oldest), () -> tables.remove(oldest));
  }

  private Transaction transfer(long number, Random random) {
    int from = random.nextInt(ACCOUNTS);
    int to = random.nextInt(ACCOUNTS);
    int amount = 1 + random.nextInt(50);
    return new Transaction(
        number,
        List.of(move("left_side", from, -amount), journal(number), move("right_side", to, amount)),
        () -> {
          left[from] -= amount;
          right[to] += amount;
        });
  }

  private Transaction transaction(long number, String statement, Runnable effect) {
    return new Transaction(number, List.of(journal(number), statement), effect);
  }

  private String move(String side, int account, int amount) {
    return "UPDATE %s SET amount = amount + %d WHERE client = %d AND account = %d"
        .formatted(side, amount, client, account);
  }

  private String journal(long number) {
    return "INSERT INTO journal VALUES (%d, %d)".formatted(client, number);
  }

  private String isBatch(long number) {
    return "client = %d AND number = %d".formatted(client, number);
  }

  private String table(long number) {
    return "t_%d_%d".formatted(client, number);
  }

  /** Adds what the client has in the database to what is to be there. */
  void describe(Contents.Gathering rows) {
    if (committed > 0) {
      rows.add("journal", client, committed, committed * (committed + 1) / 2);
    }
    for (int account = 0; account < ACCOUNTS; account++) {
      rows.add("left_side", client, account, left[account]);
      rows.add("right_side", client, account, right[account]);
    }
    batches.forEach(
        (number, batch) -> {
          long rowCount = batch.rows();
          long sum = rowCount * (rowCount - 1) / 2 + rowCount * batch.added();
          rows.add("bulk", client, number, rowCount, sum);
        });
    for (long number : tables) {
      rows.add("tables", table(number), number);
    }
  }

  /** The statements that make the accounts of some clients. */
  static List<String> openings(List<Ledger> ledgers) {
    List<String> statements = new ArrayList<>();
    for (Ledger ledger : ledgers) {
      statements.add(ledger.opening().formatted("left_side"));
      statements.add(ledger.opening().formatted("right_side"));
    }
    return statements;
  }
}
