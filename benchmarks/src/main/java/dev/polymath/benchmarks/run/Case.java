package dev.polymath.benchmarks.run;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One combination to measure.
 *
 * @param method class and method, such as {@code MatmulBenchmark.product}
 * @param callers JMH's own threads
 * @param parameters by name; each of the benchmark's is set
 */
record Case(String method, int callers, Map<String, String> parameters) {

  /**
   * GFLOP/s that any backend is expected to reach, for the time that a run will take; no promise.
   * Only large products depend on it: a faster backend makes more calls in the same time.
   */
  private static final double RATE = 10;

  /** Seconds that a JVM takes to start, to set up and to check. */
  private static final double START = 1.1;

  static Case of(String method, int callers, String... namesAndValues) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Case(method, callers, parameters);
  }

  /** Seconds it will take, about. */
  double seconds(Timing timing) {
    double call = gflop() / RATE;
    double oracle = Math.min(0.5, gflop());
    return timing.forks()
        * (START
            + oracle
            + timing.warmUps() * iteration(timing.warmUpMillis(), call)
            + timing.iterations() * iteration(timing.iterationMillis(), call));
  }

  /** An iteration ends with the call that its time runs out in. */
  private static double iteration(int millis, double call) {
    return Math.max(millis * 1e-3, Math.ceil(millis * 1e-3 / call) * call);
  }

  private double gflop() {
    String shape = parameters.get("shape");
    if (shape == null) {
      return 1e-4;
    }
    double product = 2e-9;
    for (String size : shape.split("x")) {
      product *= Integer.parseInt(size);
    }
    return product;
  }

  @Override
  public String toString() {
    return method.replace("Benchmark", "")
        + (parameters.isEmpty() ? "" : " " + String.join(" ", parameters.values()))
        + (callers == 1 ? "" : " on " + callers + " threads");
  }
}
