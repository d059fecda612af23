package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** That the launchers, those for the shell and those for Windows, do not drift apart. */
@DisplayName("polymath and polymath.cmd")
class LaunchersTest {

  private static String shell;
  private static String windows;

  @BeforeAll
  static void read() throws IOException {
    // What polymath shares with polymath-bench is in a file of its own; on Windows it is in
    // polymath.cmd.
    shell =
        Files.readString(Processes.PROJECT.resolve("polymath"))
            + Files.readString(Processes.PROJECT.resolve("polymath-bench"))
            + Files.readString(Processes.PROJECT.resolve("cli").resolve("launcher.bash"))
            + Files.readString(Processes.PROJECT.resolve("cli").resolve("start.bash"));
    windows = Files.readString(Processes.PROJECT.resolve("polymath.cmd"));
  }

  /** What a group of a pattern matches, each time. */
  private static Stream<String> all(String text, String pattern) {
    return Pattern.compile(pattern, Pattern.DOTALL)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1));
  }

  private static List<String> words(String text) {
    return List.of(text.replaceAll(" [\\\\^]\r?\n", " ").strip().split("\\s+"));
  }

  @Test
  @DisplayName("pass the same options to the JVM, in the same order, and POLYMATH_JAVA_OPTS last")
  void options() {
    List<String> one = words(all(shell, "\noptions=\\((.*?)\n\\)").findFirst().orElseThrow());
    List<String> other =
        words(all(windows, "\"%pm_java%\" \\^(.*?)-cp ").findFirst().orElseThrow());
    assertTrue(one.contains("jdk.incubator.vector"), one::toString);
    String command = "\"\\$java\" \"\\$\\{options\\[@\\]\\}\" \"\\$\\{start\\[@\\]\\}\" (\\S+) ";
    assertEquals(List.of("${POLYMATH_JAVA_OPTS:-}"), all(shell, "exec " + command).toList());
    assertEquals(
        // What hides a line of the JVM from the shell's user; cmd knows no such way.
        Stream.concat(one.stream(), Stream.of("%pm_start%", "%POLYMATH_JAVA_OPTS%"))
            .filter(word -> !word.matches("--add-opens|java.base/java.io=.*|-Dpolymath.stderr=3"))
            .map(word -> word.replace("=$terminal", "=false"))
            .toList(),
        other);
  }

  @Test
  @DisplayName("look at the sources of the same modules")
  void modules() {
    assertEquals(
        all(shell, "if stale \\S+ ([^;]*);").toList(),
        all(windows, "set \"pm_modules=([^\"]*)\"").toList());
  }

  @Test
  @DisplayName("build with the same arguments")
  void maven() {
    assertEquals(
        all(shell, "\"\\$mvn\" (-B.*?) >").map(LaunchersTest::sentence).toList(),
        all(windows, "\"%pm_mvn%\" (-B.*?) >").map(LaunchersTest::sentence).toList());
  }

  @Test
  @DisplayName("say the same sentences")
  void sentences() {
    List<String> one =
        Stream.concat(
                all(shell, "fail \"([^\"]*)\""), all(shell, "\n *build [a-z0-9-]+ \"([^\"]*)\""))
            .map(LaunchersTest::sentence)
            .distinct()
            .sorted()
            .toList();
    List<String> other =
        Stream.concat(
                all(windows, "set \"pm_message=([^\"]*)\""),
                all(windows, "set \"pm_reason=([^\"]*)\""))
            .map(LaunchersTest::sentence)
            .distinct()
            .sorted()
            .toList();
    assertEquals(12, one.size(), one::toString);
    assertEquals(one, other);
  }

  /** Without what the two systems name differently. */
  private static String sentence(String text) {
    return text.replaceAll("%[a-zA-Z_]+%|\\$[a-zA-Z_]+", "X")
        .replace("bin\\java.exe", "bin/java")
        .replace('\\', '/');
  }

  @Test
  @DisplayName("start the benchmarks by the same class, polymath-bench.cmd by way of polymath.cmd")
  void benchmarks() throws IOException {
    String main = "(dev\\.polymath\\.benchmarks\\.[a-zA-Z.]+) ";
    assertEquals(1, all(shell, main).count());
    assertEquals(all(shell, main).toList(), all(windows, main).toList());
    String bench = Files.readString(Processes.PROJECT.resolve("polymath-bench.cmd"));
    assertTrue(bench.contains("set \"pm_bench=yes\"\r\ncall \"%~dp0polymath.cmd\" %*\r\n"), bench);
    assertFalse(Pattern.compile("[^\r]\n").matcher(bench).find());
  }

  @Test
  @DisplayName("polymath.cmd has the line ends that cmd finds its labels by")
  void lineEnds() {
    assertFalse(Pattern.compile("[^\r]\n").matcher(windows).find());
    List<String> labels = all(windows, "\n:([a-z0-9_]+)\r\n").toList();
    List<String> targets = all(windows, "(?:goto|call :?) ?:?([a-z0-9_]+)\r\n").distinct().toList();
    assertTrue(labels.containsAll(targets), labels + " and " + targets);
    assertEquals(labels.size(), labels.stream().distinct().count());
  }
}
