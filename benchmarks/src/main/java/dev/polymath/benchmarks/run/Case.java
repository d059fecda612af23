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

  /** GFLOP/s to reckon with, for the time that a run will take; no promise. */
  private static final Map<String, Double> RATES =
      Map.of("arrays-vector", 60.0, "nd4j", 60.0, "arrays", 15.0);

  private static final double SLOW = 5;

  /** Of a JVM, the set-up and the oracle. */
  private static final double START = 0.8;

  private static final double START_ND4J = 1.8;

  static Case of(String method, int callers, String... namesAndValues) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Case(method, callers, parameters);
  }

  /** Seconds it will take, about. */
  double seconds(Timing timing) {
    double call = gflop() / RATES.getOrDefault(parameters.getOrDefault("backend", ""), SLOW);
    double start = "nd4j".equals(parameters.get("backend")) ? START_ND4J : START;
    double oracle = Math.min(0.5, gflop());
    return timing.forks()
        * (start
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
