package io.duckherder.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.docs.PageTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The commands and their options, held against the page that lists them. */
final class TestCommandPage {
  private static final Pattern DEFAULT = Pattern.compile("\\(default: ([^)]*)\\)");

  private final Map<String, CommandLine> commands =
      new CommandLine(new DuckherderCluster()).getSubcommands();

  @Test
  void listsTheCommands() throws IOException {
    List<List<String>> rows =
        commands.keySet().stream()
            .map(name -> List.of("[`%s`](#%s)".formatted(name, name)))
            .toList();
    PageTable.requireExplained("cli.md", "commands", rows);
  }

  @Test
  void listsTheOptionsOfEachCommand() throws IOException {
    for (Map.Entry<String, CommandLine> command : commands.entrySet()) {
      PageTable.requireExplained("cli.md", command.getKey(), rows(command.getValue()));
    }
  }

  private static List<List<String>> rows(CommandLine command) {
    List<List<String>> rows = new ArrayList<>();
    for (PositionalParamSpec positional : command.getCommandSpec().positionalParameters()) {
      rows.add(List.of("`" + positional.paramLabel() + "`", standard(positional)));
    }
    command.getCommandSpec().options().stream()
        .filter(option -> !option.hidden() && !option.usageHelp() && !option.versionHelp())
        .sorted(Comparator.comparing(OptionSpec::longestName))
        .forEach(option -> rows.add(List.of(names(option), standard(option))));
    assertThat(rows).isNotEmpty();
    return rows;
  }

  /** {@code `-f`, `--file FILE`}. */
  private static String names(OptionSpec option) {
    boolean flag = option.arity().max() == 0;
    String longest = option.longestName() + (flag ? "" : " " + option.paramLabel());
    Stream<String> shorter =
        Stream.of(option.names()).filter(name -> !name.equals(option.longestName()));
    return String.join(
        ", ", Stream.concat(shorter, Stream.of(longest)).map(name -> "`" + name + "`").toList());
  }

  /** The default as the help of the command tells it. */
  private static String standard(ArgSpec argument) {
    if (argument.required()) {
      return "needed";
    }
    Matcher standard = DEFAULT.matcher(String.join(" ", argument.description()));
    return standard.find() ? standard.group(1).replace("%%", "%") : "";
  }
}
