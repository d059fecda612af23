package dev.polymath.models.monitor;

/**
 * Sums in double. Four of them at once each: one would wait for itself, four latencies to an
 * addition.
 */
final class Squares {

  private Squares() {}

  /** {@code Σ v}. */
  static double plainSum(float[] v, int count) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i <= count - 4; i += 4) {
      a += v[i];
      b += v[i + 1];
      c += v[i + 2];
      d += v[i + 3];
    }
    for (; i < count; i++) {
      a += v[i];
    }
    return a + b + (c + d);
  }

  /** {@code Σ v²}. */
  static double sum(float[] v, int count) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i <= count - 4; i += 4) {
      a += (double) v[i] * v[i];
      b += (double) v[i + 1] * v[i + 1];
      c += (double) v[i + 2] * v[i + 2];
      d += (double) v[i + 3] * v[i + 3];
    }
    for (; i < count; i++) {
      a += (double) v[i] * v[i];
    }
    return a + b + (c + d);
  }

  /** {@code Σ (v − w)²}. */
  static double ofDifferences(float[] v, float[] w, int count) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i <= count - 4; i += 4) {
      double p = (double) v[i] - w[i];
      double q = (double) v[i + 1] - w[i + 1];
      double r = (double) v[i + 2] - w[i + 2];
      double s = (double) v[i + 3] - w[i + 3];
      a += p * p;
      b += q * q;
      c += r * r;
      d += s * s;
    }
    for (; i < count; i++) {
      double p = (double) v[i] - w[i];
      a += p * p;
    }
    return a + b + (c + d);
  }
}
