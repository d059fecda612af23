package dev.polymath.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A comparison of two results")
final class ComparisonTest {

  @TempDir private Path folder;

  /** A result of cases named a, b and so on, each with three iterations in microseconds. */
  private Path result(String name, double[]... iterations) throws IOException {
    String lines =
        IntStream.range(0, iterations.length)
            .mapToObj(
                i ->
                    String.format(
                        Locale.ROOT,
                        "{\"benchmark\":\"dev.polymath.benchmarks.StepBenchmark.step\","
                            + "\"mode\":\"avgt\",\"threads\":1,\"forks\":1,\"jvmArgs\":[],"
                            + "\"jdkVersion\":\"17\",\"measurementIterations\":3,"
                            + "\"params\":{\"backend\":\"%c\"},\"primaryMetric\":{\"score\":1,"
                            + "\"scoreUnit\":\"us/op\",\"scorePercentiles\":{},"
                            + "\"rawData\":[[%s,%s,%s]]},\"secondaryMetrics\":{}}",
                        'a' + i,
                        iterations[i][0],
                        iterations[i][1],
                        iterations[i][2]))
            .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    return Files.writeString(folder.resolve(name), lines);
  }

  private static double[] times(double... values) {
    return values;
  }

  @Test
  @DisplayName("has each case's ratio and spread, and names the slower ones")
  void ratios() throws IOException {
    Path before = result("a.json", times(9, 10, 11), times(9, 10, 11), times(9, 10, 11));
    Path after = result("b.json", times(11.5, 12, 13), times(9, 12, 13), times(4, 5, 6));
    Comparison c = Comparison.of(before, after, 1.05);
    assertArrayEquals(
        times(1.2, 1.2, 0.5),
        c.cases().stream().mapToDouble(Comparison.Case::ratio).toArray(),
        1e-12);
    assertEquals(11.5 / 11, c.cases().get(0).low(), 1e-12);
    assertEquals(13.0 / 9, c.cases().get(0).high(), 1e-12);
    assertEquals(10e-6, c.cases().get(0).before(), 1e-18);
    // The second was once as fast as before: noise may have made it look slower.
    assertEquals(
        List.of(true, false, false), c.cases().stream().map(Comparison.Case::slower).toList());
    assertTrue(c.isSlower());
    assertFalse(Comparison.of(before, after, 1.3).isSlower());
    assertFalse(Comparison.of(before, before, 1).isSlower());
    List<String> lines = c.lines();
    assertEquals("Step.step a  1.20  (1.05 to 1.44)  slower", lines.get(0));
    assertEquals("3 cases; geometric mean 0.896, lowest 0.50, highest 1.20", lines.get(4));
    assertTrue(lines.get(5).startsWith("1 slower: "), lines.get(5));
  }

  @Test
  @DisplayName("of forks by turns has the median of the pairs' ratios, the lowest and the highest")
  void pairs() throws IOException {
    List<Path> before =
        List.of(
            result("a1.json", times(9, 10, 11), times(1, 1, 1)),
            result("a2.json", times(20, 20, 20), times(1, 1, 1)),
            result("a3.json", times(10, 10, 10)));
    List<Path> after =
        List.of(
            result("b1.json", times(11, 11, 11), times(2, 2, 2)),
            result("b2.json", times(22, 23, 23), times(0.9, 0.9, 0.9)),
            result("b3.json", times(12, 12, 12), times(1, 1, 1)));
    Comparison c = Comparison.ofPairs(before, after, 1.05);
    assertEquals(2, c.cases().size());
    Comparison.Case first = c.cases().get(0);
    assertEquals(1.15, first.ratio(), 1e-12);
    assertEquals(1.1, first.low(), 1e-12);
    assertEquals(1.2, first.high(), 1e-12);
    assertEquals(10e-6, first.before(), 1e-18);
    assertTrue(first.slower());
    // Once it was faster: noise may have made it look slower. The third pair lacks it.
    assertEquals(1.45, c.cases().get(1).ratio(), 1e-12);
    assertFalse(c.cases().get(1).slower());
    assertTrue(c.isSlower());
    assertEquals(
        "1 slower: the median of the pairs is beyond 1.05, and no pair is below 1",
        c.lines().get(4));
    Path none = Files.writeString(folder.resolve("none.json"), "[]\n");
    assertThrows(IOException.class, () -> Comparison.ofPairs(before, List.of(none, none, none), 1));
  }

  @Test
  @DisplayName("counts what only one has, and refuses two that share nothing")
  void alone() throws IOException {
    Path two = result("a.json", times(1, 1, 1), times(2, 2, 2));
    Path one = result("b.json", times(1, 1, 1));
    Comparison c = Comparison.of(two, one, 1.05);
    assertEquals(1, c.alone());
    assertTrue(c.lines().get(2).endsWith("; 1 in one file alone"), c.lines()::toString);
    Path none = Files.writeString(folder.resolve("none.json"), "[]\n");
    String message =
        assertThrows(IOException.class, () -> Comparison.of(two, none, 1.05)).getMessage();
    assertTrue(message.contains("none.json"), message);
  }
}
