package dev.polymath.benchmarks.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.BackendStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

@DisplayName("polymath-bench")
final class MainTest {

  /** Backends of strangers: what they say of themselves decides what is measured. */
  private static final List<BackendStatus> BACKENDS =
      List.of(backend("swift", 900, 64), backend("idle", 100, 1), backend("new", 500, 64));

  private static final List<BackendStatus> OURS =
      List.of(
          backend("arrays-vector", 300, 64),
          backend("nd4j", 200, 64),
          backend("ejml", 100, 1),
          backend("arrays", 0, 64));

  private static final Map<String, Long> CACHES =
      Map.of("L1", 32L << 10, "L2", 512L << 10, "L3", 32L << 20);

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private static BackendStatus backend(String name, int priority, int mostThreads) {
    return new BackendStatus(name, "a.Provider", priority, mostThreads, null, null);
  }

  private static List<Case> cases(Run run, int processors) {
    return run.cases(new Grid(BACKENDS, processors, CACHES));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("measures the machine first, each combination once, with every parameter set")
  void everyRun(Run run) {
    for (int processors : new int[] {1, 2, 64}) {
      List<Case> cases = cases(run, processors);
      assertEquals("PeakBenchmark.clock", cases.get(0).method());
      assertEquals("PeakBenchmark.fma", cases.get(1).method());
      assertEquals(cases.size(), Set.copyOf(cases).size());
      Map<String, Set<String>> known = benchmarks();
      for (Case c : cases) {
        assertEquals(known.get(c.method()), new TreeSet<>(c.parameters().keySet()), c.toString());
      }
    }
  }

  private static Map<String, Set<String>> benchmarks() {
    return BenchmarkList.defaultList()
        .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())
        .stream()
        .collect(
            Collectors.toMap(
                e -> e.getUsername().replaceAll(".*\\.(\\w+\\.\\w+)$", "$1"),
                MainTest::parameters));
  }

  private static Set<String> parameters(BenchmarkListEntry entry) {
    return entry.getParams().hasValue()
        ? new TreeSet<>(entry.getParams().get().keySet())
        : Set.of();
  }

  @Test
  @DisplayName(
      "publishes nothing of fewer than three JVMs, and keeps the promised times on two cores")
  void times() {
    for (Run run : Run.values()) {
      assertTrue(run == Run.QUICK || run.timing.forks() >= 3, run.toString());
    }
    assertEquals(300, seconds(Run.QUICK), 60, "five minutes");
    assertEquals(900, seconds(Run.RECORDED), 120, "fifteen minutes");
  }

  private static double seconds(Run run) {
    return run.seconds(run.cases(new Grid(OURS, 2, CACHES)));
  }

  @Test
  @DisplayName("covers the grid of products: squares, and the classifier's shapes in their form")
  void products() {
    List<Case> cases = cases(Run.PRODUCTS, 2);
    for (String backend : List.of("swift", "idle", "new")) {
      for (String[] shape :
          new String[][] {
            {"16x16x16", "TN"},
            {"2048x2048x2048", "NT"},
            {"512x784x128", "NN"},
            {"784x32x128", "TN"},
            {"1x50x10", "NN"},
            {"64x50x128", "NT"},
            {"128x10x50", "NT"},
            {"50x512x10", "TN"}
          }) {
        assertTrue(
            cases.contains(
                Case.of(
                    "MatmulBenchmark.product",
                    1,
                    "backend",
                    backend,
                    "threads",
                    "1",
                    "shape",
                    shape[0],
                    "form",
                    shape[1])),
            backend + " " + String.join(" ", shape));
      }
    }
    assertEquals(
        Set.of("swift", "new"),
        asked(cases, "2"),
        "several threads are asked of those that have them");
  }

  private static Set<String> asked(List<Case> cases, String threads) {
    return cases.stream()
        .filter(c -> threads.equals(c.parameters().get("threads")))
        .map(c -> c.parameters().get("backend"))
        .collect(Collectors.toSet());
  }

  @Test
  @DisplayName("where time is short, asks the rest of the two usable of the highest priority alone")
  void fastest() {
    BackendStatus missing = new BackendStatus("card", "a.Provider", 999, 64, null, "no card");
    List<BackendStatus> found = new ArrayList<>(BACKENDS);
    found.add(0, backend("plain", 0, 64));
    found.add(missing);
    List<Case> cases = Run.QUICK.cases(new Grid(found, 2, CACHES));
    assertEquals(Set.of("swift", "new"), asked(cases, "2"));
    assertEquals(Set.of("plain", "swift", "idle", "new", "card"), asked(cases, "1"));
  }

  @Test
  @DisplayName("plans a comparison of commits without building or measuring")
  void planOfComparison() {
    assertEquals(0, run("--compare", "a", "b", "--plan", "--backends", "arrays", "--pairs", "3"));
    assertTrue(out.toString().contains("TrainStep.step arrays 1 64"), out::toString);
    assertTrue(out.toString().contains("figures of each commit, 3 pairs of JVMs each"));
  }

  @Test
  @DisplayName("plans without measuring")
  void plan() {
    assertEquals(0, run("--quick", "--plan", "--backends", "arrays,ejml"));
    assertTrue(out.toString().contains("TrainStep.step ejml 1 64"), out.toString());
    assertTrue(out.toString().contains("Run quick: "), out.toString());
    assertTrue(!out.toString().contains("nd4j"), out.toString());
  }

  @Test
  @DisplayName("lists its runs")
  void list() {
    assertEquals(0, run("--list"));
    for (Run run : Run.values()) {
      assertTrue(out.toString().lines().anyMatch(l -> l.startsWith(run + " ")), out.toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|expected --quick, --run NAME, --list, --compare, report or jmh",
        "--run slow|--run: expected one of [quick, recorded, products, backward, step, inference, data, machine, all], found slow",
        "--quick --backends fast|found fast",
        "--quick --run step|mutually exclusive",
        "report|RESULT.json",
        "--fast|--fast"
      })
  @DisplayName("refuses what it does not understand")
  void refuses(String arguments, String message) {
    assertEquals(2, run(arguments == null ? new String[0] : arguments.split(" ")));
    assertTrue(err.toString().contains(message), err.toString());
    assertTrue(err.toString().contains("polymath-bench --help"), err.toString());
  }

  @Test
  @DisplayName("says in a sentence what is wrong with a file")
  void wrongFile(@TempDir Path folder) throws IOException {
    assertEquals(1, run("report", folder.resolve("none.json").toString()));
    assertEquals(
        "polymath-bench: " + folder.resolve("none.json") + ": there is no such file or folder",
        err.toString().strip());
    Path file = Files.writeString(folder.resolve("result.json"), "{");
    assertEquals(1, run("report", file.toString()));
    assertTrue(err.toString().contains(file + ": invalid JSON in line 1: "), err.toString());
  }

  @Test
  @DisplayName("reads what a backend and a failed fork say from JMH's output")
  void forkLog() throws IOException {
    java.io.ByteArrayOutputStream log = new java.io.ByteArrayOutputStream();
    try (ForkLog forks = new ForkLog(log)) {
      forks.begin(2);
      String text =
          "# Warmup Iteration   1: # BackendInfo[name=ejml, version=0.1, threads=1, runsOn=EJML 0.46.1, allocationFree=true]\n"
              + "<failure>\n\njava.lang.AssertionError: row 1\n\tat x\n";
      forks.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      assertEquals(text, log.toString());
      assertEquals("java.lang.AssertionError: row 1", forks.failure());
      assertEquals(
          "[Session[backend=ejml, asked=2, threads=1, version=0.1, runsOn=EJML 0.46.1]]",
          forks.sessions().toString());
      forks.begin(1);
      assertEquals("", forks.failure());
    }
  }

  @Test
  @DisplayName("keeps JMH's results as they are, one result per line, but for the JVM's folder")
  void compact() throws IOException {
    byte[] json = "[\n  { \"a\" : [ [ 1.25, \"NaN\" ], [] ] },\n {\"b\": {} }\n]".getBytes();
    assertEquals(
        "[\n{\"a\":[[1.25,\"NaN\"],[]]}\n,{\"b\":{}}\n]\n", new String(Runs.compact(json)));
    assertEquals("[\n]\n", new String(Runs.compact("[]".getBytes())));
    byte[] jvm = "[{\"jvm\":\"/opt/jdk/bin/java\",\"jvmArgs\":[\"-Xmx2g\"]}]".getBytes();
    assertEquals(
        "[\n{\"jvm\":\"java\",\"jvmArgs\":[\"-Xmx2g\"]}\n]\n", new String(Runs.compact(jvm)));
  }

  @Test
  @DisplayName("takes POLYMATH_SOURCES for the sources, and POLYMATH_HOME for nothing")
  void sources(@TempDir Path folder) throws IOException, InterruptedException {
    for (String git : List.of("init -q", "commit -q --allow-empty -m first")) {
      List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
      command.addAll(List.of("-c", "user.name=A", "-c", "user.email=a@b.example"));
      command.addAll(List.of(git.split(" ")));
      assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    }
    String commit = Main.commit(Map.of("POLYMATH_SOURCES", folder.toString()));
    assertTrue(commit.matches("[0-9a-f]{12}"), commit);
    assertEquals("", Main.commit(Map.of("POLYMATH_HOME", folder.toString())));
  }
}
