package dev.polymath.benchmarks.run;

import dev.polymath.BackendStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gathers the combinations of a run. Backends are the innermost loop: what will be compared is
 * measured within a minute, before the load of the machine changes.
 */
final class Grid {

  private static final int[] SQUARES = {16, 32, 64, 128, 256, 512, 1024, 2048};
  private static final int[] BATCHES = {1, 32, 64, 128, 512};
  private static final int[][] LAYERS = {{784, 128}, {128, 50}, {50, 10}};
  private static final List<String> LAYER_NAMES =
      List.of("784x128-sigmoid", "128x50-relu", "50x10-identity", "whole");

  // Working sets in KiB where the caches are not known.
  private static final Map<String, Long> USUAL =
      Map.of("L1", 32L << 10, "L2", 1L << 20, "L3", 32L << 20);
  private static final long MOST_KILOBYTES = 1 << 20;

  /** How many backends {@link #fastest} keeps. */
  private static final int FASTEST = 2;

  private final List<BackendStatus> backends;
  private final int processors;
  private final Map<String, Long> caches;
  // A set: with one processor, one thread and all are the same.
  private final Set<Case> cases;

  /**
   * @param backends to measure, in this order
   * @param caches bytes by level, as far as they are known
   */
  Grid(List<BackendStatus> backends, int processors, Map<String, Long> caches) {
    this(backends, processors, caches, new LinkedHashSet<>());
  }

  private Grid(
      List<BackendStatus> backends, int processors, Map<String, Long> caches, Set<Case> cases) {
    this.backends = backends;
    this.processors = processors;
    this.caches = caches;
    this.cases = cases;
  }

  List<Case> cases() {
    return List.copyOf(cases);
  }

  int one() {
    return 1;
  }

  int all() {
    return processors;
  }

  /** The machine's own figures, on one thread and on all. */
  void machine(boolean whole) {
    cases.add(Case.of("PeakBenchmark.clock", 1));
    cases.add(Case.of("PeakBenchmark.fma", 1));
    List<Long> sizes = new ArrayList<>();
    sizes.add(cache("L1") * 3 / 4);
    sizes.add(cache("L2") / 2);
    sizes.add(cache("L3") / 4);
    long memory = Math.min(MOST_KILOBYTES, Math.max(4 * cache("L3"), 128 << 10));
    for (long size : sizes) {
      bandwidth(1, size);
    }
    bandwidth(1, memory);
    if (processors > 1) {
      cases.add(Case.of("PeakBenchmark.fma", processors));
      if (whole) {
        bandwidth(processors, sizes.get(0));
        bandwidth(processors, sizes.get(1));
      }
      bandwidth(processors, Math.max(memory / processors, sizes.get(1) * 4));
      cases.add(Case.of("ForkJoinBenchmark.roundTrip", 1));
    }
  }

  /** In KiB. */
  private long cache(String level) {
    return caches.getOrDefault(level, USUAL.get(level)) >> 10;
  }

  private void bandwidth(int threads, long kilobytes) {
    for (String operation : List.of("read", "triad")) {
      cases.add(Case.of("BandwidthBenchmark." + operation, threads, "kilobytes", "" + kilobytes));
    }
  }

  void squares(String form, int threads, int... sizes) {
    for (int n : sizes) {
      product(n + "x" + n + "x" + n, form, threads);
    }
  }

  void product(String shape, String form, int threads) {
    for (String backend : backends(threads)) {
      cases.add(
          Case.of(
              "MatmulBenchmark.product",
              1,
              "backend",
              backend,
              "threads",
              "" + threads,
              "shape",
              shape,
              "form",
              form));
    }
  }

  /**
   * The same grid of the two fastest alone, for what is left out of the others where time is short;
   * what it adds, this one has too. They are the usable of the highest priority.
   */
  Grid fastest() {
    return fastest(FASTEST);
  }

  /** The same of so many. */
  Grid fastest(int count) {
    List<BackendStatus> fastest =
        backends.stream()
            .filter(BackendStatus::available)
            .sorted(Comparator.comparingInt(BackendStatus::priority).reversed())
            .limit(count)
            .toList();
    return new Grid(
        backends.stream().filter(fastest::contains).toList(), processors, caches, cases);
  }

  void steps(int threads, int batch) {
    for (String backend : backends(threads)) {
      cases.add(
          Case.of(
              "TrainStepBenchmark.step",
              1,
              "backend",
              backend,
              "threads",
              "" + threads,
              "batch",
              "" + batch));
    }
  }

  void backward(String layer, int threads, int... batches) {
    for (int batch : batches) {
      for (String backend : backends(threads)) {
        cases.add(
            Case.of(
                "BackwardBenchmark.backward",
                1,
                "backend",
                backend,
                "threads",
                "" + threads,
                "layer",
                layer,
                "batch",
                "" + batch));
      }
    }
  }

  void inference(int threads, int... batches) {
    for (int batch : batches) {
      for (String backend : backends(threads)) {
        cases.add(
            Case.of(
                "InferenceBenchmark.predict",
                1,
                "backend",
                backend,
                "threads",
                "" + threads,
                "batch",
                "" + batch));
      }
    }
  }

  void data(int... batches) {
    for (int batch : batches) {
      for (String source : List.of("PIXELS", "SHIFTED", "FLOATS")) {
        cases.add(Case.of("GatherBenchmark.gather", 1, "source", source, "batch", "" + batch));
      }
    }
  }

  void allProducts() {
    for (int threads : threadCounts()) {
      for (String form : List.of("NN", "TN", "NT")) {
        squares(form, threads, SQUARES);
      }
      for (int batch : BATCHES) {
        for (int i = 0; i < LAYERS.length; i++) {
          int in = LAYERS[i][0];
          int out = LAYERS[i][1];
          product(batch + "x" + in + "x" + out, "NN", threads);
          product(in + "x" + batch + "x" + out, "TN", threads);
          if (i > 0) { // The input gradient of the first layer is not wanted.
            product(batch + "x" + out + "x" + in, "NT", threads);
          }
        }
      }
    }
  }

  void allBackward() {
    for (int threads : threadCounts()) {
      for (String layer : LAYER_NAMES) {
        backward(layer, threads, BATCHES);
      }
    }
  }

  void allSteps() {
    for (int threads : threadCounts()) {
      for (int batch : BATCHES) {
        if (batch > 1) {
          steps(threads, batch);
        }
      }
    }
  }

  void allInference() {
    for (int threads : threadCounts()) {
      inference(threads, 1, 64, 1024);
    }
  }

  private List<Integer> threadCounts() {
    return processors > 1 ? List.of(1, processors) : List.of(1);
  }

  /** Several threads are not asked of a backend that has one: it would be measured twice. */
  private List<String> backends(int threads) {
    return backends.stream()
        .filter(b -> threads == 1 || b.mostThreads() > 1)
        .map(BackendStatus::name)
        .toList();
  }
}
