package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Queries by chance: with pushdown, without it, and in plain Spark over Parquet they have the same
 * answer, or all fail. {@code -Dduckherder.spark.queries} says how many, and {@code
 * -Dduckherder.spark.seed} from where on.
 */
@ExtendWith(SparkExtension.class)
final class TestRandomQueries {
  private static final int QUERIES = Integer.getInteger("duckherder.spark.queries", 60);
  private static final long SEED = Long.getLong("duckherder.spark.seed", 1);
  private static final int BATCH = 20;
  private static final List<String> ZONES = List.of("America/New_York", "Asia/Kolkata");

  @TempDir static Path folder;

  private static SparkSession session;
  private static TroublesomeTable table;

  @BeforeAll
  static void createTable() {
    session = spark().newSession();
    session.conf().set("spark.sql.session.timeZone", "America/New_York");
    table = TroublesomeTable.create(folder, session);
  }

  @Test
  void answersAreTheSameWithPushdownAndWithout() {
    List<String> different = new ArrayList<>();
    for (long seed = SEED; seed < SEED + QUERIES; seed++) {
      configure(seed);
      String query = RandomQueries.of(seed);
      if (hasFailedConstant(query)) {
        continue;
      }
      Answer plain = answer(query, TroublesomeTable.PLAIN);
      Answer pushed = answer(query, TroublesomeTable.PUSHED);
      Answer unpushed = answer(query, TroublesomeTable.UNPUSHED);
      boolean same = pushed.isUntranslatable() || pushed.equals(plain);
      if (!same || !unpushed.equals(plain)) {
        different.add(
            "seed %d: %s\n  pushed   %s\n  unpushed %s\n  plain    %s"
                .formatted(
                    seed,
                    query,
                    pushed.beside(plain),
                    unpushed.beside(plain),
                    plain.beside(pushed)));
      }
    }
    assertThat(different).isEmpty();
  }

  /** What is translated has Spark's values for every row, and Spark's type. */
  @Test
  void translatedExpressionsHaveSparksValues() {
    TranslatedExpressions translated = new TranslatedExpressions(session, table);
    List<String> different = new ArrayList<>();
    for (long seed = SEED; seed < SEED + QUERIES; seed += BATCH) {
      configure(seed / BATCH);
      RandomExpressions expressions = new RandomExpressions(new Random(seed), false);
      List<String> batch = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        batch.add(expressions.any(i % 4));
      }
      different.addAll(translated.differences(batch));
    }
    assertThat(different).isEmpty();
  }

  /** What is translated and can fail, fails where Spark's does. */
  @Test
  void translatedExpressionsFailWhereSparksFail() {
    TranslatedExpressions translated = new TranslatedExpressions(session, table);
    List<String> different = new ArrayList<>();
    for (long seed = SEED; seed < SEED + QUERIES / 4; seed++) {
      configure(seed);
      String expression = new RandomExpressions(new Random(seed), true).key(2);
      String rows = "id < " + (seed % 4) * 2_000;
      if (isTranslated(translated, expression)) {
        List<Answer> answers = translated.answers(expression, rows);
        if (!answers.get(0).equals(answers.get(1))) {
          different.add(
              "seed %d: %s\n  %s"
                  .formatted(seed, expression, answers.get(0).beside(answers.get(1))));
        }
      }
    }
    assertThat(different).isEmpty();
  }

  private static boolean hasFailedConstant(String query) {
    try {
      return SparkExpression.hasFailedConstant(
          session.sql(query.formatted(TroublesomeTable.PLAIN)).queryExecution().optimizedPlan());
    } catch (Exception e) {
      // What cannot be planned fails for every source.
      return false;
    }
  }

  /** A constant that fails does so before it could be translated. */
  private static boolean isTranslated(TranslatedExpressions translated, String expression) {
    try {
      return translated.value(expression).isPresent();
    } catch (ArithmeticException e) {
      return false;
    }
  }

  private static void configure(long seed) {
    session.conf().set("spark.sql.ansi.enabled", String.valueOf(seed % 3 != 0));
    session.conf().set("spark.sql.session.timeZone", ZONES.get((int) (seed % 2)));
    session.conf().set("spark.sql.codegen.wholeStage", String.valueOf(seed % 5 == 0));
    session.conf().set("spark.sql.codegen.factoryMode", seed % 5 == 0 ? "FALLBACK" : "NO_CODEGEN");
    SparkSession.setActiveSession(session);
  }

  private static Answer answer(String query, String view) {
    return Answer.of(() -> session.sql(query.formatted(view)));
  }
}
