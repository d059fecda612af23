package dev.polymath.conformance;

import dev.polymath.conformance.Oracle.LossAndGradient;

/** More losses of the {@link Oracle}, in double and with the bounds of float32. */
public final class LossOracle {

  private static final double FUNCTION = 0x1p-20;
  private static final double TINY = 0x1p-126;

  private LossOracle() {}

  /**
   * Huber's loss; value and gradient within 2⁻²⁰ relative.
   *
   * @param delta where the line begins
   */
  public static LossAndGradient huber(double delta, Matrix y, Matrix t) {
    int n = y.rows();
    double loss = 0;
    Matrix gradient = Matrix.zeros(n, y.cols());
    for (int i = 0; i < y.values().length; i++) {
      double r = y.values()[i] - t.values()[i];
      if (Math.abs(r) <= delta) {
        loss += r * r / 2;
        gradient.values()[i] = r / n;
      } else {
        loss += delta * Math.abs(r) - delta * delta / 2;
        gradient.values()[i] = Double.isNaN(r) ? r : Math.signum(r) * delta / n;
      }
    }
    return new LossAndGradient(
        loss / n,
        FUNCTION * loss / n + TINY,
        new Expected(gradient, gradient.map(g -> FUNCTION * Math.abs(g) + TINY)));
  }

  /**
   * The cross-entropy of sigmoids. The value is within 2⁻²⁰ relative, where an element counts as a
   * loss of at least 1: an implementation may know the probability and not what it lacks to 1. The
   * gradient is within 2⁻²⁰ of σ(z) and of the target.
   *
   * @param z {@code [n, c]}, logits
   * @param t {@code [n, c]}, any real numbers
   */
  public static LossAndGradient sigmoidCrossEntropy(Matrix z, Matrix t) {
    int n = z.rows();
    double loss = 0;
    double size = 0;
    Matrix gradient = Matrix.zeros(n, z.cols());
    Matrix tolerance = Matrix.zeros(n, z.cols());
    for (int i = 0; i < z.values().length; i++) {
      double logit = z.values()[i];
      double target = t.values()[i];
      // −log σ(z) and −log(1 − σ(z)), each weighed by its share of the target.
      double positive = target == 0 ? 0 : target * softplus(-logit);
      double negative = target == 1 ? 0 : (1 - target) * softplus(logit);
      loss += Double.isNaN(logit) ? logit : positive + negative;
      size += Math.max(1, Math.abs(positive) + Math.abs(negative));
      double p = 1 / (1 + Math.exp(-logit));
      gradient.values()[i] = (p - target) / n;
      tolerance.values()[i] = FUNCTION * (p + Math.abs(target)) / n + TINY;
    }
    return new LossAndGradient(
        loss / n, FUNCTION * size / n + TINY, new Expected(gradient, tolerance));
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
