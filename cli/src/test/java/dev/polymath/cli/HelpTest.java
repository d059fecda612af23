package dev.polymath.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.OptionSpec;

/** The form of the help: that every command, of today and later, has all of it. */
@DisplayName("The help of")
class HelpTest {

  private static String help(String command) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] arguments = command.isEmpty() ? new String[] {"--help"} : new String[] {command, "-h"};
    assertEquals(0, Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments));
    assertEquals("", err.toString());
    return out.toString();
  }

  static Stream<String> commands() {
    return Stream.concat(Stream.of(""), Main.commandLine().getSubcommands().keySet().stream());
  }

  @ParameterizedTest(name = "polymath {0}")
  @MethodSource("commands")
  @DisplayName("each command has every section, in order, in 80 columns")
  void sections(String command) {
    String help = help(command);
    assertTrue(help.startsWith("Usage: polymath " + command), help);
    int at = 0;
    for (String section :
        List.of("Options:", "Examples:", "Exit codes:", "Environment:", "Files:")) {
      int found = help.indexOf("\n" + section + "\n", at);
      assertTrue(found > 0, section + " after character " + at + " of\n" + help);
      at = found;
    }
    for (String variable :
        List.of(
            "JAVA_HOME",
            "POLYMATH_ARCHIVE",
            "POLYMATH_CLASSPATH",
            "POLYMATH_HOME",
            "POLYMATH_JAVA_OPTS",
            "XDG_CACHE_HOME")) {
      assertTrue(help.indexOf("  " + variable, help.indexOf("Environment:")) > 0, variable);
    }
    assertTrue(help.contains("\n  polymath " + command) || command.equals("completion"), help);
    assertAll(help.lines().map(line -> () -> assertTrue(line.length() <= 80, "too wide: " + line)));
    assertTrue(help.indexOf("\n\n\n") < 0, "two empty lines in\n" + help);
  }

  @Test
  @DisplayName("each option says in a sentence what it does")
  void sentences() {
    assertAll(
        Main.commandLine().getSubcommands().values().stream()
            .flatMap(command -> command.getCommandSpec().options().stream())
            .map(
                option ->
                    () ->
                        assertTrue(
                            lastLine(option).endsWith("."),
                            option.longestName() + ": " + lastLine(option))));
  }

  private static String lastLine(OptionSpec option) {
    String[] lines = option.description();
    return lines.length == 0 ? "" : lines[lines.length - 1];
  }

  @Test
  @DisplayName("polymath lists each command with a few words")
  void list() {
    String help = help("");
    commands()
        .filter(command -> !command.isEmpty())
        .forEach(
            command -> {
              String line =
                  help.lines()
                      .filter(l -> l.startsWith("  " + command + " "))
                      .findFirst()
                      .orElse("");
              assertTrue(line.endsWith("."), command + ": " + line);
            });
  }

  @Test
  @DisplayName("what is misspelt names the nearest")
  void suggestions() {
    assertSuggestion("polymath train", "tarin");
    assertSuggestion("polymath evaluate", "evalute", "m");
    assertSuggestion("polymath export", "exprot", "m");
    assertSuggestion("--epochs", "train", "--epoch", "3");
    assertSuggestion("--learning-rate", "train", "--learnin-rate", "3");
  }

  private static void assertSuggestion(String expected, String... arguments) {
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments);
    assertEquals(2, code);
    assertTrue(err.toString().lines().skip(1).anyMatch(l -> l.contains(expected)), err::toString);
  }
}
