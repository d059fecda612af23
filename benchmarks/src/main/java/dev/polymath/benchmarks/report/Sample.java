package dev.polymath.benchmarks.report;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Repeated measurements of one quantity: the median of all iterations of all forks, the lowest and
 * the highest.
 */
record Sample(double median, double low, double high) {

  /** Beyond this half-width, as a share of the median, a figure is marked as wide. */
  static final double WIDE = 0.1;

  static final Sample NONE = new Sample(Double.NaN, Double.NaN, Double.NaN);

  static Sample of(double[] values) {
    double[] sorted = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    if (sorted.length == 0) {
      return NONE;
    }
    int half = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return new Sample(median, sorted[0], sorted[sorted.length - 1]);
  }

  boolean known() {
    return Double.isFinite(median);
  }

  /** Half the distance from the lowest to the highest, as a share of the median. */
  double spread() {
    return (high - low) / (2 * median);
  }

  boolean wide() {
    return spread() > WIDE;
  }

  /** The same through a function that only grows or only falls. */
  Sample map(DoubleUnaryOperator f) {
    double a = f.applyAsDouble(low);
    double b = f.applyAsDouble(high);
    return new Sample(f.applyAsDouble(median), Math.min(a, b), Math.max(a, b));
  }
}
