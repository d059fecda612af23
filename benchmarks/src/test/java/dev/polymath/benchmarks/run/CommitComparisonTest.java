package dev.polymath.benchmarks.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.benchmarks.report.Comparison;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A comparison of two commits")
final class CommitComparisonTest {

  private static final Case STEP =
      Case.of("TrainStepBenchmark.step", 1, "backend", "arrays", "threads", "1", "batch", "64");

  @TempDir private Path repository;
  @TempDir private Path results;
  private final StringWriter out = new StringWriter();
  private final List<String> forks = new ArrayList<>();

  @BeforeEach
  void commits() throws IOException, InterruptedException {
    git("init", "-q");
    for (String name : List.of("first", "second")) {
      git("commit", "-q", "--allow-empty", "-m", name);
      git("tag", name);
    }
  }

  private void git(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
    command.addAll(List.of("-c", "user.name=A", "-c", "user.email=a@b.example"));
    command.addAll(List.of(arguments));
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  /**
   * With a Maven that fails if told so, and a JMH in which the second commit takes {@code ratio}.
   */
  private CommitComparison comparison(double ratio, boolean builds) {
    PrintWriter writer = new PrintWriter(out, true);
    return new CommitComparison(repository, Run.QUICK, List.of(STEP), 3, results, writer) {
      @Override
      int execute(List<String> lines, String... command) throws IOException, InterruptedException {
        if (command[0].equals("git")) {
          return super.execute(lines, command);
        }
        if (command[0].equals("mvn")) {
          assertTrue(Files.exists(Path.of(command[4]).resolveSibling(".git")), command[4]);
          return builds ? 0 : 1;
        }
        List<String> words = List.of(command);
        boolean second = words.get(words.indexOf("-cp") + 1).contains("after");
        forks.add(second ? "b" : "a");
        assertTrue(words.containsAll(List.of("backend=arrays", "threads=1", "batch=64")));
        Files.writeString(
            Path.of(words.get(words.indexOf("-rff") + 1)),
            String.format(
                Locale.ROOT,
                """
                [{"benchmark":"dev.polymath.benchmarks.TrainStepBenchmark.step","mode":"avgt",
                  "threads":1,"forks":1,"jvmArgs":[],"jdkVersion":"17","measurementIterations":1,
                  "params":{"backend":"arrays"},"primaryMetric":{"score":1,"scoreUnit":"us/op",
                  "scorePercentiles":{},"rawData":[[%s]]},"secondaryMetrics":{}}]
                """,
                second ? ratio : 1));
        return 0;
      }
    };
  }

  private String worktrees() throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    comparison(1, true)
        .execute(lines, "git", "-C", repository.toString(), "worktree", "list", "--porcelain");
    return String.join("\n", lines);
  }

  @Test
  @DisplayName("runs a JVM of each by turns, and leaves no worktree behind")
  void turns() throws IOException, InterruptedException {
    Comparison c = comparison(1.2, true).run("first", "second", 1.05);
    assertEquals(List.of("a", "b", "b", "a", "a", "b"), forks);
    assertEquals(1.2, c.cases().get(0).ratio(), 1e-12);
    assertTrue(c.isSlower());
    assertEquals(1, worktrees().split("worktree ").length - 1, worktrees());
    assertTrue(out.toString().contains("times of second as multiples of those of first"));
    assertFalse(comparison(1.04, true).run("first", "second", 1.05).isSlower());
  }

  @Test
  @DisplayName("says which is no commit, and what does not build")
  void failures() throws IOException, InterruptedException {
    String message =
        assertThrows(IOException.class, () -> comparison(1, true).run("first", "secnd", 1.05))
            .getMessage();
    assertTrue(message.contains("found secnd, which is neither a file nor a commit"), message);
    message =
        assertThrows(IOException.class, () -> comparison(1, false).run("first", "second", 1.05))
            .getMessage();
    assertTrue(message.startsWith("mvn -B -q"), message);
    assertTrue(message.contains("compare.log"), message);
    assertEquals(1, worktrees().split("worktree ").length - 1, worktrees());
  }
}
