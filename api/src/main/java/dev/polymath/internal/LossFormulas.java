package dev.polymath.internal;

import org.jspecify.annotations.Nullable;

/** Losses in double on the Java heap. Each returns the mean loss over the rows. */
public final class LossFormulas {

  private LossFormulas() {}

  /** Refuses a δ of Huber's loss that is not finite and above 0. */
  public static void requireDelta(float delta) {
    if (!(delta > 0 && delta < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "huber: delta is " + delta + ", expected a finite number above 0");
    }
  }

  /**
   * See {@code Backend.huber}.
   *
   * @param y the output, read
   * @param t the target, read
   * @param dy overwritten by the gradient unless null
   * @param n the number of rows
   */
  public static double huber(float[] y, float[] t, float @Nullable [] dy, int n, double delta) {
    double loss = 0;
    for (int i = 0; i < y.length; i++) {
      double r = (double) y[i] - t[i];
      double size = Math.abs(r);
      loss += size <= delta ? r * r / 2 : delta * (size - delta / 2);
      if (dy != null) {
        dy[i] = (float) (Math.max(-delta, Math.min(delta, r)) / n);
      }
    }
    return loss / n;
  }

  /**
   * See {@code Backend.sigmoidCrossEntropy}.
   *
   * @param z the logits, read
   * @param t the target, read
   * @param dz overwritten by the gradient unless null
   * @param n the number of rows
   */
  public static double sigmoidCrossEntropy(float[] z, float[] t, float @Nullable [] dz, int n) {
    double loss = 0;
    for (int i = 0; i < z.length; i++) {
      double size = Math.abs(z[i]);
      double e = StrictMath.exp(-size);
      // What the target says against the sign of z. Without any, an infinite logit costs nothing.
      double against = z[i] > 0 ? 1 - (double) t[i] : t[i];
      loss += (against == 0 ? 0 : against * size) + StrictMath.log1p(e);
      if (dz != null) {
        dz[i] = (float) (((z[i] > 0 ? 1 : e) / (1 + e) - t[i]) / n);
      }
    }
    return loss / n;
  }
}
