package io.duckherder.session;

import io.duckherder.docs.PageTable;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The settings that a client may set, held against the page that lists them. */
final class TestSettingsPage {
  @Test
  void listsTheSettingsOfQueries() throws IOException {
    List<List<String>> settings =
        ExecutionSettings.DEFAULT.values().entrySet().stream()
            .map(setting -> List.of(code(setting.getKey()), code(setting.getValue())))
            .toList();
    PageTable.requireExplained("settings.md", "execution", settings);
  }

  @Test
  void listsTheSettingsOfDuckDB() throws IOException {
    List<List<String>> settings =
        AnswerSetting.names().stream().map(name -> List.of(code(name))).toList();
    PageTable.requireExplained("settings.md", "answers", settings);
  }

  private static String code(String text) {
    return "`" + text + "`";
  }
}
