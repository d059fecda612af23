package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static dev.polymath.backend.arrays.Lanes.TYPE;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Softmax and its cross-entropy on a row. Sums run in double in the order of the columns, so that
 * no lane width and no JDK changes them.
 */
final class VectorSoftmax {

  private static final int L = Lanes.COUNT;

  private VectorSoftmax() {}

  static void softmax(float[] x, int xAt, float[] y, int yAt, int n) {
    exponentials(x, xAt, y, yAt, n);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += y[yAt + i];
    }
    float scale = (float) (1 / sum);
    for (int i = 0; i < n; i += L) {
      FloatVector e = TYPE.cast(fromArray(FLOATS, y, yAt + i));
      TYPE.cast(e.mul(scale)).intoArray(y, yAt + i);
    }
  }

  static void softmaxBackward(
      float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (double) y[yAt + i] * dy[dyAt + i];
    }
    float mean = (float) sum;
    for (int i = 0; i < n; i += L) {
      FloatVector p = TYPE.cast(fromArray(FLOATS, y, yAt + i));
      FloatVector d = TYPE.cast(fromArray(FLOATS, dy, dyAt + i));
      TYPE.cast(p.mul(d.sub(mean))).intoArray(dx, dxAt + i);
    }
  }

  /** The loss is {@code log(Σ exp(z − max)) · Σt − Σ t · (z − max)}. */
  static double crossEntropy(
      float[] z, int zAt, float[] t, int tAt, float[] dz, int dzAt, int n, float scale) {
    float max = exponentials(z, zAt, dz, dzAt, n);
    double sum = 0;
    double weight = 0;
    double dot = 0;
    for (int i = 0; i < n; i++) {
      float target = t[tAt + i];
      sum += dz[dzAt + i];
      weight += target;
      // A logit of -∞ with target 0 adds nothing; the product alone would be NaN.
      dot += target == 0f ? 0 : target * ((double) z[zAt + i] - max);
    }
    FloatVector p = TYPE.cast(broadcast(FLOATS, (float) (scale * weight / sum)));
    for (int i = 0; i < n; i += L) {
      FloatVector target = TYPE.cast(fromArray(FLOATS, t, tAt + i));
      FloatVector d = TYPE.cast(p.mul(fromArray(FLOATS, dz, dzAt + i)));
      TYPE.cast(d.sub(target.mul(scale))).intoArray(dz, dzAt + i);
    }
    return Logarithm.of(sum) * weight - dot;
  }

  /**
   * {@code y = exp(x − max x)}, and 0 in y's padding; y may be x.
   *
   * <p>The row is copied with −∞ in its padding first: a masked load of its end would do, but its
   * mask is allocated on JDK 17.
   *
   * @return the largest element; NaN if one is NaN
   */
  private static float exponentials(float[] x, int xAt, float[] y, int yAt, int n) {
    int width = (n + L - 1) / L * L;
    if (x != y || xAt != yAt) {
      System.arraycopy(x, xAt, y, yAt, n);
    }
    Arrays.fill(y, yAt + n, yAt + width, Float.NEGATIVE_INFINITY);
    // A vector of maxima that lives through a loop which a narrow row never enters is allocated on
    // JDK 17, in some runs and not in others.
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, y[yAt + i]);
    }
    VectorFunctions.exp(y, yAt, max, y, yAt, width);
    return max;
  }
}
