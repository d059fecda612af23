package dev.polymath.backend.arrays;

/** The value of the cross-entropy of sigmoids, for both kinds of kernels. */
final class SigmoidLosses {

  /** Factors of at most 2 whose product stays a finite double. */
  private static final int FACTORS = 512;

  private SigmoidLosses() {}

  /**
   * {@code Σ max(z, 0) − z · t + log(1 + e)}, in double in order. The logarithms of many factors
   * are that of their product: one logarithm in the place of {@link #FACTORS}.
   *
   * @param e {@code exp(−|z|)}
   */
  static double sum(float[] z, int zAt, float[] t, int tAt, float[] e, int eAt, int n) {
    double sum = 0;
    for (int from = 0; from < n; from += FACTORS) {
      int end = Math.min(n, from + FACTORS);
      double product = 1;
      for (int i = from; i < end; i++) {
        double logit = z[zAt + i];
        double target = t[tAt + i];
        // Exact in double but for one rounding, and no branch on the sign of z.
        double term = 0.5 * (logit + Math.abs(logit)) - logit * target;
        sum += Double.isNaN(term) ? atInfinity(logit, target) : term;
        product *= 1.0 + e[eAt + i];
      }
      sum += Logarithm.of(product);
    }
    return sum;
  }

  /** An infinite logit that is right costs nothing. NaN stays NaN. */
  private static double atInfinity(double logit, double target) {
    double against = logit > 0 ? 1 - target : target;
    return against == 0 && Double.isInfinite(logit) ? 0 : against * Math.abs(logit);
  }
}
