package dev.polymath.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FigureTest {

  private static Figure figure(
      String benchmark, Map<String, String> parameters, String unit, double score) {
    return new Figure(
        benchmark,
        "m",
        parameters,
        1,
        1,
        1,
        unit,
        Sample.of(new double[] {score}),
        new TreeMap<>(),
        Map.of(),
        0);
  }

  @ParameterizedTest
  @CsvSource({
    "us/op, 4, 4e-6",
    "ns/op, 4, 4e-9",
    "ms/op, 4, 4e-3",
    "s/op, 4, 4",
    "ops/s, 4, 0.25",
    "ops/us, 4, 0.25e-6",
    "ops/ms, 4, 0.25e-3",
    "ops/min, 4, 15"
  })
  void secondsOfAnyUnit(String unit, double score, double seconds) {
    assertEquals(seconds, figure("Any", Map.of(), unit, score).seconds().median(), 1e-12 * seconds);
  }

  @Test
  void unitsWithoutTimeAreNotKnown() {
    assertFalse(figure("Any", Map.of(), "counts", 1).seconds().known());
    assertFalse(figure("Any", Map.of(), "ops/fortnight", 1).seconds().known());
  }

  @ParameterizedTest
  @CsvSource({
    "MatmulBenchmark, shape, 64x784x128, 12845056",
    "MatmulBenchmark, shape, 64x784, 0",
    "TrainStepBenchmark, batch, 64, 28339712",
    "InferenceBenchmark, batch, 1, 214504",
    "Unknown, batch, 1, 0"
  })
  void operations(String benchmark, String name, String value, double flop) {
    assertEquals(flop, Work.flop(figure(benchmark, Map.of(name, value), "s/op", 1)));
  }

  @ParameterizedTest
  @CsvSource({
    "784x128-sigmoid, 200704",
    "128x50-relu, 25600",
    "50x10-identity, 2000",
    "whole, 228304",
    "odd, 0"
  })
  void operationsOfABackwardPass(String layer, double flop) {
    assertEquals(
        flop,
        Work.flop(figure("BackwardBenchmark", Map.of("layer", layer, "batch", "1"), "s/op", 1)));
  }

  @Test
  void samples() {
    Sample sample = Sample.of(new double[] {3, 1, Double.NaN, 2, 10});
    assertEquals(new Sample(2.5, 1, 10), sample);
    assertEquals(1.8, sample.spread(), 1e-12);
    assertTrue(sample.wide());
    assertEquals(new Sample(0.4, 0.1, 1), sample.map(x -> 1 / x));
    assertFalse(Sample.of(new double[] {Double.NaN}).known());
  }

  @Test
  void numbersAsAPersonReadsThem() {
    assertEquals("1234", Text.number(1234.4));
    assertEquals("99.9", Text.number(99.9));
    assertEquals("100", Text.number(99.96));
    assertEquals("1.00", Text.number(0.9999));
    assertEquals("0.125", Text.number(0.125));
    assertEquals("–", Text.number(Double.NaN));
    assertEquals("1.00 ms", Text.time(0.99999e-3));
    assertEquals("999 µs", Text.time(0.9990e-3));
    assertEquals("160 ns", Text.time(1.6e-7));
    assertEquals("2.50 s", Text.time(2.5));
    assertEquals("±5 %", Text.spread(new Sample(1, 0.95, 1.05)));
    assertEquals("±more than 1000 % (wide)", Text.spread(new Sample(1, 0, 100)));
    assertEquals("a, b and c", Text.list(java.util.List.of("a", "b", "c")));
  }
}
