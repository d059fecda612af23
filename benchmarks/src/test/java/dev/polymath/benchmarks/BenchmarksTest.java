package dev.polymath.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.BackendStatus;
import dev.polymath.Backends;
import dev.polymath.Layer;
import dev.polymath.Tensor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

final class BenchmarksTest {

  /** For each method that a backend may get wrong, the argument that it overwrites. */
  private static final Map<String, Integer> OUTPUTS =
      Map.of("matmul", 2, "matmulTransA", 2, "matmulTransB", 2, "forward", 1);

  @Test
  void scriptsFindEveryBenchmarkAndItsParameters() {
    Map<String, Set<String>> found = new TreeMap<>();
    for (BenchmarkListEntry entry : entries()) {
      found.put(entry.getUsername(), parameters(entry).keySet());
    }
    String root = "dev.polymath.benchmarks.";
    Map<String, Set<String>> expected =
        new TreeMap<>(
            Map.of(
                root + "MatmulBenchmark.product", Set.of("backend", "form", "shape", "threads"),
                root + "BackwardBenchmark.backward", Set.of("backend", "batch", "layer", "threads"),
                root + "TrainStepBenchmark.step", Set.of("backend", "batch", "threads"),
                root + "InferenceBenchmark.predict", Set.of("backend", "batch", "threads"),
                root + "GatherBenchmark.gather", Set.of("batch", "source"),
                root + "PeakBenchmark.fma", Set.of(),
                root + "PeakBenchmark.clock", Set.of(),
                root + "BandwidthBenchmark.read", Set.of("kilobytes"),
                root + "BandwidthBenchmark.triad", Set.of("kilobytes"),
                root + "ForkJoinBenchmark.roundTrip", Set.of()));
    expected.put(
        root + "OperationBenchmark.run",
        Set.of("backend", "columns", "operation", "rows", "threads"));
    assertEquals(expected, found);
  }

  @Test
  void everyBackendOnTheClassPathIsMeasured() {
    Set<String> found = new TreeSet<>(Backends.list().stream().map(BackendStatus::name).toList());
    int measured = 0;
    for (BenchmarkListEntry entry : entries()) {
      String[] backends = parameters(entry).get("backend");
      if (backends != null) {
        assertEquals(found, new TreeSet<>(List.of(backends)), entry.getUsername());
        measured++;
      }
    }
    assertEquals(5, measured);
  }

  private static Map<String, String[]> parameters(BenchmarkListEntry entry) {
    return entry.getParams().hasValue() ? entry.getParams().get() : Map.of();
  }

  private static List<BenchmarkListEntry> entries() {
    return List.copyOf(
        BenchmarkList.defaultList()
            .getAll(
                OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                List.of()));
  }

  @ParameterizedTest
  @EnumSource
  void aWrongProductIsNotMeasured(MatmulBenchmark.Form form) {
    MatmulBenchmark benchmark = new MatmulBenchmark();
    benchmark.shape = "5x7x3";
    benchmark.form = form;
    expectRefused(benchmark);
  }

  @ParameterizedTest
  @ValueSource(strings = {"784x128-sigmoid", "128x50-relu", "50x10-identity", "whole"})
  void aWrongBackwardPassIsNotMeasured(String layer) {
    BackwardBenchmark benchmark = new BackwardBenchmark();
    benchmark.layer = layer;
    benchmark.batch = 3;
    expectRefused(benchmark);
  }

  @Test
  void aWrongStepIsNotMeasured() {
    TrainStepBenchmark benchmark = new TrainStepBenchmark();
    benchmark.batch = 3;
    expectRefused(benchmark);
  }

  @Test
  void aWrongPredictionIsNotMeasured() {
    InferenceBenchmark benchmark = new InferenceBenchmark();
    benchmark.batch = 3;
    expectRefused(benchmark);
  }

  private static void expectRefused(BackendBenchmark benchmark) {
    try (Backend right = Backends.open("arrays", BackendOptions.defaults())) {
      benchmark.session = right;
      assertDoesNotThrow(benchmark::prepare);
      benchmark.session = wrong(Backend.class, right);
      assertThrows(AssertionError.class, benchmark::prepare);
    }
  }

  /** The same, but for one element of each product, output and weight gradient. */
  private static <T> T wrong(Class<T> type, T right) {
    InvocationHandler handler =
        (self, method, arguments) -> {
          Object result = invoke(right, method, arguments);
          spoilOutput(method.getName(), arguments);
          return result instanceof Layer layer ? wrong(Layer.class, layer) : result;
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void spoilOutput(String method, Object[] arguments) {
    if (OUTPUTS.containsKey(method)) {
      spoil((Tensor) arguments[OUTPUTS.get(method)]);
    } else if (method.equals("backward")) {
      spoil((Tensor) ((List<?>) arguments[4]).get(0));
    }
  }

  private static void spoil(Tensor tensor) {
    float[] values = new float[tensor.rows() * tensor.cols()];
    tensor.read(values, 0);
    values[values.length - 1] += 0.25f;
    tensor.write(values, 0);
  }

  @Test
  void aWrongParameterIsNamed() {
    try (Backend session = Backends.open("arrays", BackendOptions.defaults())) {
      MatmulBenchmark matmul = new MatmulBenchmark();
      matmul.session = session;
      matmul.shape = "64x64";
      assertEquals(
          "shape: expected MxKxN, found 64x64",
          assertThrows(IllegalArgumentException.class, matmul::prepare).getMessage());
      BackwardBenchmark backward = new BackwardBenchmark();
      backward.session = session;
      backward.layer = "first";
      assertEquals(
          "layer: expected whole or one of [784x128-sigmoid, 128x50-relu, 50x10-identity], found"
              + " first",
          assertThrows(IllegalArgumentException.class, backward::prepare).getMessage());
      BandwidthBenchmark bandwidth = new BandwidthBenchmark();
      bandwidth.kilobytes = 1;
      assertEquals(
          "kilobytes: expected 4 to 1048576, found 1",
          assertThrows(IllegalArgumentException.class, bandwidth::prepare).getMessage());
      GatherBenchmark gather = new GatherBenchmark();
      gather.source = GatherBenchmark.Source.FLOATS;
      gather.batch = 15_001;
      assertEquals(
          "batch: expected 1 to the 15000 examples, found 15001",
          assertThrows(IllegalArgumentException.class, gather::prepare).getMessage());
      TrainStepBenchmark step = new TrainStepBenchmark();
      step.session = session;
      step.batch = 5000;
      assertEquals(
          "batch: expected at most the 4096 examples, found 5000",
          assertThrows(IllegalArgumentException.class, step::prepare).getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource
  void batchesAreGatheredFromEndToEnd(GatherBenchmark.Source source) {
    GatherBenchmark gather = new GatherBenchmark();
    gather.source = source;
    gather.batch = 7000;
    gather.prepare();
    // The first batch again once the examples are through, and not before.
    float[] first = gather.gather().clone();
    int batches = (source == GatherBenchmark.Source.FLOATS ? 15_000 : 60_000) / gather.batch;
    for (int i = 1; i < batches; i++) {
      assertFalse(Arrays.equals(first, gather.gather()));
    }
    assertArrayEquals(first, gather.gather());
  }

  @Test
  void theMachinesOwnFiguresCountWhatWasDone() throws InterruptedException {
    PeakBenchmark peak = new PeakBenchmark();
    peak.prepare();
    PeakBenchmark.Work work = new PeakBenchmark.Work();
    float[] sums = peak.fma(work);
    assertEquals(2e-9 * sums.length * 4096, work.gflop, 1e-15);
    assertEquals(sums.length / 12.0, work.lanes);
    for (int kilobytes : new int[] {4, 5, 24, 2000}) {
      BandwidthBenchmark bandwidth = new BandwidthBenchmark();
      bandwidth.kilobytes = kilobytes;
      bandwidth.prepare();
      BandwidthBenchmark.Work read = new BandwidthBenchmark.Work();
      bandwidth.read(read);
      BandwidthBenchmark.Work triad = new BandwidthBenchmark.Work();
      bandwidth.triad(triad);
      // Whole vectors only: a working set is rounded down by less than an unrolled step.
      assertTrue(read.gigabytes > 0.8e-3 && read.gigabytes < 2.1e-3, kilobytes + ": " + read);
      assertTrue(triad.gigabytes > 0.8e-3 && triad.gigabytes < 2.1e-3, kilobytes + ": " + triad);
    }
    ForkJoinBenchmark pair = new ForkJoinBenchmark();
    pair.start();
    assertEquals(1, pair.roundTrip());
    assertEquals(2, pair.roundTrip());
    pair.stop();
  }

  @Test
  void theTimerSaysWhatItMeasured() {
    try (Backend session = Backends.open("arrays", BackendOptions.defaults())) {
      String line = StepTimer.time(session, 64, 3, 5, 15);
      assertTrue(
          line.matches(
              "arrays, 1 thread, .*, batch 64: [0-9.]+ us/step, fastest [0-9.]+, [0-9]+"
                  + " bytes/step, loss [0-9.]+, check [0-9.]+"),
          line);
    }
  }

  /** The figure is what peers/pytorch_mlp.py prints: both draw the same numbers. */
  @Test
  void theCheckIsPyTorchs() {
    try (Backend session = Backends.open("arrays", BackendOptions.defaults())) {
      assertEquals(2.245409, StepTimer.checkLoss(session, 64), 1e-5);
    }
  }
}
