package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The hashes in {@code golden-hashes.txt} are a promise of {@code arrays} and {@code
 * arrays-vector}: who trains again gets the same bits, on every CPU and JDK. So a hash changes only
 * with a decision in {@code docs/adr} and a line in {@code CHANGELOG.md}. {@code
 * -Dpolymath.golden=print} prints what they are now.
 */
@DisplayName("The bits of trained models stay what they are")
class GoldenBitsTest {

  private static final String FILE = "golden-hashes.txt";

  private static final String RULE =
      "; a hash changes only with an ADR and a line in CHANGELOG.md: see CONTRIBUTING.md";

  private static Map<String, String> golden() throws IOException {
    Map<String, String> golden = new LinkedHashMap<>();
    try (InputStream in = GoldenBitsTest.class.getResourceAsStream(FILE)) {
      assertTrue(in != null, FILE);
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split("\t");
        golden.put(cells[1], cells[0]);
      }
    }
    return golden;
  }

  private static void check(String where, Map<String, String> found) throws IOException {
    if ("print".equals(System.getProperty("polymath.golden"))) {
      found.forEach((run, hash) -> System.out.println(hash + "\t" + run));
    }
    Map<String, String> golden = golden();
    assertEquals(golden.keySet(), found.keySet(), "the runs");
    List<String> others = new ArrayList<>();
    golden.forEach(
        (run, hash) -> {
          if (!hash.equals(found.get(run))) {
            others.add(run + ": expected " + hash + ", found " + found.get(run));
          }
        });
    assertTrue(others.isEmpty(), () -> where + ": " + String.join("\n", others) + RULE);
  }

  @ParameterizedTest
  @CsvSource({"arrays,1", "arrays-vector,1", "arrays-vector,2", "arrays-vector,4"})
  @DisplayName("on both backends of arrays, for several numbers of threads")
  void threads(String backend, int threads) throws IOException {
    Assumptions.assumeTrue(TestBackends.available().contains(backend));
    check(backend + ", " + threads + " threads", GoldenRuns.of(backend, threads));
  }

  @ParameterizedTest
  @CsvSource({"128,16,1", "256,16,3", "256,32,8", "512,16,2"})
  @DisplayName("for vectors of every width, and few and many registers")
  void lanes(int bits, int registers, int threads) throws IOException, InterruptedException {
    Assumptions.assumeTrue(TestBackends.available().contains("arrays-vector"));
    Processes.Result run =
        jvm(
            "arrays-vector",
            threads,
            List.of("-Dpolymath.vectorBits=" + bits, "-Dpolymath.vectorRegisters=" + registers));
    check(run, bits + " bits, " + registers + " registers");
  }

  @Test
  @DisplayName("where code is compiled little, and a multiply-add is no instruction")
  void compilers() throws IOException, InterruptedException {
    check(jvm("arrays", 2, List.of("-XX:TieredStopAtLevel=1")), "the first compiler alone");
    check(jvm("arrays", 2, List.of("-XX:-UseFMA")), "without fused multiply-add");
  }

  private static Processes.Result jvm(String backend, int threads, List<String> options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Processes.tool("java"));
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(options);
    String path = System.getProperty("java.class.path");
    command.addAll(List.of("-cp", System.getProperty("surefire.test.class.path", path)));
    command.addAll(List.of(GoldenRuns.class.getName(), backend, Integer.toString(threads)));
    return Processes.run(Path.of("."), Map.of(), command);
  }

  private static void check(Processes.Result run, String where) throws IOException {
    assertEquals(0, run.code(), run.err());
    Map<String, String> found = new LinkedHashMap<>();
    run.out().lines().map(line -> line.split("\t")).forEach(cells -> found.put(cells[1], cells[0]));
    check(where, found);
  }
}
