package io.duckherder.spark.suites;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.JarURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.execution.command.v2.ShowTablesSuite;
import org.apache.spark.sql.jdbc.v2.JDBCV2JoinPushdownSuite;
import org.junit.jupiter.api.Test;
import org.scalatest.Suite;
import scala.jdk.javaapi.CollectionConverters;

/** The list of Spark's tests that do not run. */
final class TestNotRun {
  private static final String SUITES =
      ShowTablesSuite.class.getPackageName().replace('.', '/') + "/";

  /** The names of the suites in Spark's package of statements on catalogs. */
  private static Set<String> suites() throws IOException {
    var url = ShowTablesSuite.class.getResource("ShowTablesSuite.class");
    var connection = (JarURLConnection) url.openConnection();
    return connection.getJarFile().stream()
        .map(entry -> entry.getName())
        .filter(name -> name.startsWith(SUITES) && name.endsWith("Suite.class"))
        .map(name -> name.substring(SUITES.length(), name.length() - ".class".length()))
        .collect(Collectors.toSet());
  }

  private static boolean isWhole(String suite) {
    return NotRun.list().stream()
        .anyMatch(each -> each.suite().equals(suite) && each.test().equals(NotRun.ALL));
  }

  /** Our class for one of Spark's, without Spark's state. */
  private static Optional<Suite> ours(String suite) {
    if (suite.equals(JDBCV2JoinPushdownSuite.class.getSimpleName())) {
      return Optional.of(new TestJoinPushdown());
    }
    String name = "Test" + suite.replaceFirst("(Suite|Tests)$", "");
    return Stream.of("namespace", "table")
        .map(part -> TestNotRun.class.getPackageName() + "." + part + "." + name)
        .flatMap(TestNotRun::instance)
        .findFirst();
  }

  private static Stream<Suite> instance(String name) {
    try {
      return Stream.of((Suite) Class.forName(name).getDeclaredConstructor().newInstance());
    } catch (ClassNotFoundException e) {
      return Stream.empty();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void everySuiteRunsOrIsListedWhole() throws IOException {
    Set<String> suites = suites();
    assertThat(suites).hasSizeGreaterThan(50);
    assertThat(suites)
        .allSatisfy(
            suite -> assertThat(ours(suite).isPresent()).as(suite).isNotEqualTo(isWhole(suite)));
  }

  @Test
  void everyTestThatIsListedIsOneOfSparks() {
    for (NotRun each : NotRun.list()) {
      assertThat(each.reason()).as(each.toString()).isNotEmpty();
      if (!each.test().equals(NotRun.ALL)) {
        Suite suite =
            ours(each.suite())
                .orElseThrow(() -> new AssertionError(each + " is of no suite that runs"));
        assertThat(CollectionConverters.asJava(suite.testNames()))
            .as(each.suite())
            .contains(each.test());
      }
    }
  }

  @Test
  void noTestIsListedTwice() {
    List<String> all = NotRun.list().stream().map(NotRun::toString).toList();
    assertThat(all).doesNotHaveDuplicates();
  }
}
