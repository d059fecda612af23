package dev.polymath.benchmarks.run;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The named runs: each measures the machine first, then its part of the grid. */
enum Run {
  QUICK(
      Timing.QUICK,
      "the answer in five minutes: four squares, the classifier's step and its parts") {
    @Override
    void add(Grid grid) {
      grid.machine(false);
      grid.steps(grid.one(), 64);
      grid.fastest().steps(grid.all(), 64);
      grid.squares("NN", grid.one(), 16, 64, 256, 1024);
      grid.product("64x784x128", "NN", grid.one());
      grid.backward("whole", grid.one(), 64);
      grid.inference(grid.one(), 1);
    }
  },
  RECORDED(Timing.RECORDED, "the run to publish: fifteen minutes, three JVMs for each figure") {
    @Override
    void add(Grid grid) {
      grid.machine(false);
      grid.steps(grid.one(), 64);
      grid.steps(grid.one(), 512);
      grid.fastest().steps(grid.all(), 64);
      grid.squares("NN", grid.one(), 16, 32, 64, 128, 256, 1024);
      grid.fastest().squares("TN", grid.one(), 256);
      grid.fastest().squares("NT", grid.one(), 256);
      grid.fastest().squares("NN", grid.all(), 1024);
      grid.product("64x784x128", "NN", grid.one());
      grid.product("784x64x128", "TN", grid.one());
      grid.backward("whole", grid.one(), 64);
      grid.fastest().backward("whole", grid.one(), 512);
      grid.inference(grid.one(), 1, 1024);
      grid.data(64);
    }
  },
  PRODUCTS(
      Timing.FULL, "A·B, Aᵀ·B, A·Bᵀ: squares 16 to 2048, and the classifier's shapes by batch") {
    @Override
    void add(Grid grid) {
      grid.machine(true);
      grid.allProducts();
    }
  },
  BACKWARD(Timing.FULL, "the backward pass of each layer and of all three, by batch") {
    @Override
    void add(Grid grid) {
      grid.machine(true);
      grid.allBackward();
    }
  },
  STEP(Timing.FULL, "the training step, by batch") {
    @Override
    void add(Grid grid) {
      grid.machine(true);
      grid.allSteps();
    }
  },
  INFERENCE(Timing.FULL, "prediction at batch 1, 64 and 1024, with percentiles") {
    @Override
    void add(Grid grid) {
      grid.machine(true);
      grid.allInference();
    }
  },
  DATA(Timing.FULL, "gathering batches: images, moved images, tables of numbers") {
    @Override
    void add(Grid grid) {
      grid.machine(true);
      grid.data(64, 512);
    }
  },
  MACHINE(Timing.FULL, "the roofline alone: FMA peak, clock, bandwidth, fork and join") {
    @Override
    void add(Grid grid) {
      grid.machine(true);
    }
  },
  ALL(Timing.FULL, "everything above that is not quick or recorded") {
    @Override
    void add(Grid grid) {
      grid.machine(true);
      grid.allSteps();
      grid.allProducts();
      grid.allBackward();
      grid.allInference();
      grid.data(64, 512);
    }
  };

  final Timing timing;
  final String what;

  Run(Timing timing, String what) {
    this.timing = timing;
    this.what = what;
  }

  abstract void add(Grid grid);

  /** What it measures, in order. */
  List<Case> cases(Grid grid) {
    add(grid);
    return grid.cases();
  }

  Timing timing(Case measured) {
    Map<String, String> parameters = measured.parameters();
    if (!parameters.containsKey("backend") && !parameters.containsKey("source")) {
      return timing.ofMachine();
    }
    return parameters.getOrDefault("threads", "1").equals("1") ? timing : timing.ofThreads();
  }

  /** Seconds it takes, about. */
  double seconds(List<Case> cases) {
    return cases.stream().mapToDouble(c -> c.seconds(timing(c))).sum();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
