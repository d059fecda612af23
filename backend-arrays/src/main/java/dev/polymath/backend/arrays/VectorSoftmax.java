package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Softmax and its cross-entropy on a row. Sums run in double in the order of the columns, so that no
 * lane width and no JDK changes them.
 */
final class VectorSoftmax {

  private static final int L = Lanes.COUNT;

  private VectorSoftmax() {}

  static void softmax(float[] x, int xAt, float[] y, int yAt, int n) {
    exponentials(x, xAt, max(x, xAt, n), y, yAt, n);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += y[yAt + i];
    }
    float scale = (float) (1 / sum);
    for (int i = 0; i < n; i += L) {
      load(y, yAt + i).mul(scale).intoArray(y, yAt + i);
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
      load(y, yAt + i).mul(load(dy, dyAt + i).sub(mean)).intoArray(dx, dxAt + i);
    }
  }

  /** The loss is {@code log(Σ exp(z − max)) · Σt − Σ t · (z − max)}. */
  static double crossEntropy(
      float[] z, int zAt, float[] t, int tAt, float[] dz, int dzAt, int n, float scale) {
    float max = max(z, zAt, n);
    exponentials(z, zAt, max, dz, dzAt, n);
    double sum = 0;
    double weight = 0;
    double dot = 0;
    for (int i = 0; i < n; i++) {
      float target = t[tAt + i];
      sum += dz[dzAt + i];
      weight += target;
      // A logit of -∞ with target 0 adds nothing; the product alone would be NaN.
      dot += target == 0f ? 0 : (double) target * (z[zAt + i] - max);
    }
    FloatVector p = FloatVector.broadcast(FLOATS, (float) (scale * weight / sum));
    for (int i = 0; i < n; i += L) {
      p.mul(load(dz, dzAt + i)).sub(load(t, tAt + i).mul(scale)).intoArray(dz, dzAt + i);
    }
    return Math.log(sum) * weight - dot;
  }

  /** The largest element; NaN if one is NaN. */
  private static float max(float[] x, int at, int n) {
    int last = (n - 1) / L * L;
    FloatVector max = tail(x, at + last, n - last);
    for (int i = 0; i < last; i += L) {
      max = max.max(load(x, at + i));
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  /** {@code y = exp(x − max)}; 0 in the padding of the last vector. */
  private static void exponentials(float[] x, int xAt, float max, float[] y, int yAt, int n) {
    int i = 0;
    for (; i < n; i += L) {
      VectorFunctions.exp(load(x, xAt + i).sub(max)).intoArray(y, yAt + i);
    }
    Arrays.fill(y, yAt + n, yAt + i, 0f);
  }

  /** The last elements of a row, with −∞ in place of the padding. */
  private static FloatVector tail(float[] x, int at, int used) {
    return load(x, at).blend(Float.NEGATIVE_INFINITY, Lanes.from(used));
  }

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(FLOATS, x, at);
  }
}
