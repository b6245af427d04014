package io.duckherder.cluster.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TestPathPattern {
  @Test
  void theFolderIsWhatIsBeforeTheFirstWildcard() {
    assertThat(PathPattern.of("/data/x/*/a?.csv"))
        .isEqualTo(new PathPattern(Path.of("/data/x"), List.of("*", "a?.csv")));
    assertThat(PathPattern.of("/*").folder()).isEqualTo(Path.of("/"));
    assertThat(PathPattern.of("*.csv").folder()).isEqualTo(Path.of(""));
  }

  @ParameterizedTest
  @CsvSource({
    "/d/*, m.db, true",
    "/d/m.d?, m.db, true",
    "/d/[a]b, m.db, true",
    "/d/m[.csv?]b, m.db, true",
    "/d/n[.csv?]b, m.db, false",
    "/d/*.csv, m.db, false",
    "/d/**/*.csv, m.db, false",
    "/d/**, x/m.db, true",
    "/d/**/m.db, x/y/m.db, true",
    "/d/*/m.db, x/y/m.db, false",
    "/d/*/m.db, m.db, false"
  })
  void tellsWhichFilesItMayMatch(String pattern, String file, boolean matches) {
    assertThat(PathPattern.of(pattern).mayMatch(List.of(file.split("/")))).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "/d/*, spill, false",
    "/d/*/x, spill, true",
    "/d/**, spill, true",
    "/d/**/*.csv, spill, false",
    "/d/**/*.parquet.gz, spill, false",
    "/d/**/*[.csv, spill, true",
    "/d/other*/*, spill, false"
  })
  void tellsWhichFoldersItMayReachInto(String pattern, String folder, boolean reaches) {
    assertThat(PathPattern.of(pattern).mayReachInto(List.of(folder.split("/")))).isEqualTo(reaches);
  }
}
