package dev.polymath.benchmarks.run;

import dev.polymath.benchmarks.report.Comparison;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Two commits of a repository, measured by turns. Each is built in a git worktree of its own, which
 * is removed in the end. Then case by case a JVM of one runs beside a JVM of the other, each first
 * by turns, so that both meet the machine in the same moods.
 */
class CommitComparison {

  private static final String LOG = "compare.log";

  private final Path sources;
  private final Run run;
  private final List<Case> cases;
  private final int pairs;
  private final Path results;
  private final PrintWriter out;

  /** A commit and what is built of it. */
  private record Side(String name, String hash, Path tree) {
    Path jar() {
      return tree.resolve("benchmarks/target/benchmarks.jar");
    }
  }

  /**
   * @param sources a folder of the repository
   * @param run for the timing of a case
   * @param pairs JVMs of each commit for a case
   * @param results a folder for the result of each JVM, and for what they print
   */
  CommitComparison(
      Path sources, Run run, List<Case> cases, int pairs, Path results, PrintWriter out) {
    this.sources = sources;
    this.run = run;
    this.cases = cases;
    this.pairs = pairs;
    this.results = results;
    this.out = out;
  }

  /**
   * Builds and measures both.
   *
   * @param bound from which ratio on a case is slower
   * @throws IOException if one is no commit or does not build
   */
  Comparison run(String before, String after, double bound)
      throws IOException, InterruptedException {
    String first = hash(before);
    String second = hash(after);
    Files.deleteIfExists(results.resolve(LOG));
    Path trees = Files.createTempDirectory("polymath-compare");
    List<Side> sides =
        List.of(
            new Side(before, first, trees.resolve("before")),
            new Side(after, second, trees.resolve("after")));
    // Also where somebody ends the command: git would keep a note of the worktree.
    Thread removal = new Thread(() -> remove(sides, trees));
    Runtime.getRuntime().addShutdownHook(removal);
    try {
      for (Side side : sides) {
        build(side);
      }
      return measure(sides, bound);
    } finally {
      Runtime.getRuntime().removeShutdownHook(removal);
      remove(sides, trees);
    }
  }

  private String hash(String commit) throws IOException, InterruptedException {
    List<String> answer = new ArrayList<>();
    String asked = commit + "^{commit}";
    int code = execute(answer, "git", "-C", sources + "", "rev-parse", "-q", "--verify", asked);
    if (code != 0 || answer.isEmpty()) {
      throw new IOException(
          "--compare: expected two result files or two commits, found "
              + commit
              + ", which is neither a file nor a commit");
    }
    return answer.get(0);
  }

  private void build(Side side) throws IOException, InterruptedException {
    out.println("building " + side.name + " (" + side.hash.substring(0, 12) + ") ...");
    out.flush();
    logged("git", "-C", sources + "", "worktree", "add", "--detach", side.tree + "", side.hash);
    String pom = side.tree.resolve("pom.xml").toString();
    logged(
        "mvn",
        "-B",
        "-q",
        "-f",
        pom,
        "-pl",
        "benchmarks",
        "-am",
        "-Dquick",
        "-DskipTests",
        "package");
  }

  private void logged(String... command) throws IOException, InterruptedException {
    if (execute(null, command) != 0) {
      throw new IOException(String.join(" ", command) + ": failed; see " + results.resolve(LOG));
    }
  }

  private Comparison measure(List<Side> sides, double bound)
      throws IOException, InterruptedException {
    List<List<Path>> files = List.of(new ArrayList<>(), new ArrayList<>());
    int done = 0;
    for (int pair = 0; pair < pairs; pair++) {
      for (Case next : cases) {
        out.printf(Locale.ROOT, "[%d/%d] %s%n", ++done, pairs * cases.size(), next);
        out.flush();
        for (int turn = 0; turn < sides.size(); turn++) {
          int which = (pair + turn) % sides.size();
          String name = String.format(Locale.ROOT, "%s-%04d.json", which == 0 ? "a" : "b", done);
          Path file = results.resolve(name);
          fork(sides.get(which), next, file);
          files.get(which).add(file);
        }
      }
    }
    out.println();
    out.println("times of " + sides.get(1).name + " as multiples of those of " + sides.get(0).name);
    return Comparison.ofPairs(files.get(0), files.get(1), bound);
  }

  /** One JVM of JMH's, with the flags of this one. A case that a commit does not have leaves []. */
  private void fork(Side side, Case next, Path file) throws IOException, InterruptedException {
    Timing timing = run.timing(next);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", classPath(side), "org.openjdk.jmh.Main"));
    command.add("^dev\\.polymath\\.benchmarks\\." + next.method().replace(".", "\\.") + "$");
    option(command, "-f", 1);
    option(command, "-t", next.callers());
    option(command, "-wi", timing.warmUps());
    option(command, "-w", timing.warmUpMillis() + "ms");
    option(command, "-i", timing.iterations());
    option(command, "-r", timing.iterationMillis() + "ms");
    for (Map.Entry<String, String> parameter : next.parameters().entrySet()) {
      option(command, "-p", parameter.getKey() + "=" + parameter.getValue());
    }
    option(command, "-rf", "json");
    option(command, "-rff", file);
    Files.deleteIfExists(file);
    if (execute(null, command.toArray(new String[0])) != 0 || !Files.exists(file)) {
      Files.writeString(file, "[]\n");
      out.println("    " + side.name + ": failed; see " + results.resolve(LOG));
    }
  }

  private static void option(List<String> command, String name, Object value) {
    command.add(name);
    command.add(value.toString());
  }

  /** The commit's jar, and behind it what was behind ours: backends of somebody else. */
  private static String classPath(Side side) {
    String own = System.getProperty("java.class.path");
    int rest = own.indexOf(File.pathSeparatorChar);
    return side.jar() + (rest < 0 ? "" : own.substring(rest));
  }

  private void remove(List<Side> sides, Path trees) {
    try {
      for (Side side : sides) {
        if (Files.exists(side.tree)) {
          String tree = side.tree.toString();
          execute(null, "git", "-C", sources + "", "worktree", "remove", "--force", tree);
        }
      }
      Files.deleteIfExists(trees);
    } catch (IOException e) {
      out.println("the worktrees in " + trees + " could not be removed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Runs a command; what it prints goes to the log.
   *
   * @param lines for the lines of its output, or null for the log
   */
  int execute(List<String> lines, String... command) throws IOException, InterruptedException {
    ProcessBuilder.Redirect log = ProcessBuilder.Redirect.appendTo(results.resolve(LOG).toFile());
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log);
    if (lines == null) {
      builder.redirectOutput(log);
    }
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (lines != null) {
        String text =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        lines.addAll(text.lines().toList());
      }
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      throw e;
    }
  }
}
