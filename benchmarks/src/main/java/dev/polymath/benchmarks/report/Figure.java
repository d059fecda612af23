package dev.polymath.benchmarks.report;

import java.util.Map;
import java.util.NavigableMap;

/**
 * One result of JMH.
 *
 * @param benchmark the class without its package
 * @param method the measured method
 * @param parameters by name
 * @param callers JMH's own threads
 * @param forks JVMs
 * @param iterations measured in each
 * @param unit of the score, such as {@code us/op}
 * @param score in that unit, over all iterations
 * @param percentiles of single calls, in that unit; empty unless they were timed one by one
 * @param counters what else was counted, by name and in JMH's units
 * @param bytes allocated an operation in the median iteration, 0 where that is no more than JMH's
 *     own; NaN where the gc profiler was not on
 */
record Figure(
    String benchmark,
    String method,
    Map<String, String> parameters,
    int callers,
    int forks,
    int iterations,
    String unit,
    Sample score,
    NavigableMap<Double, Double> percentiles,
    Map<String, Sample> counters,
    double bytes) {

  /** A parameter; empty where the benchmark has none of this name. */
  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  String backend() {
    return parameter("backend");
  }

  /** The whole number in a parameter, or 0. */
  int number(String name) {
    String value = parameter(name);
    return value.matches("\\d{1,9}") ? Integer.parseInt(value) : 0;
  }

  /** Seconds per operation. */
  Sample seconds() {
    String[] parts = unit.split("/");
    if (parts.length != 2) {
      return Sample.NONE;
    }
    if (parts[1].equals("op")) {
      double scale = unitSeconds(parts[0]);
      return score.map(x -> x * scale);
    }
    double scale = parts[0].equals("ops") ? unitSeconds(parts[1]) : Double.NaN;
    return score.map(x -> scale / x);
  }

  private static double unitSeconds(String unit) {
    return switch (unit) {
      case "ns" -> 1e-9;
      case "us" -> 1e-6;
      case "ms" -> 1e-3;
      case "s" -> 1;
      case "min" -> 60;
      default -> Double.NaN;
    };
  }

  /** A percentile of single calls in seconds; NaN where it is not known. */
  double percentileSeconds(double percent) {
    Double value = percentiles.get(percent);
    return value == null ? Double.NaN : value * unitSeconds(unit.split("/")[0]);
  }

  /** 10⁹ floating-point operations per second; not known where an operation has no fixed number. */
  Sample gflops() {
    double flop = Work.flop(this);
    return flop > 0 ? seconds().map(s -> 1e-9 * flop / s) : Sample.NONE;
  }

  /** What distinguishes it from every other figure of the same run. */
  String key() {
    return benchmark + "." + method + " " + new java.util.TreeMap<>(parameters) + " " + callers;
  }
}
