package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static dev.polymath.backend.arrays.Lanes.TYPE;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/** Sums of rows and the optimizers' updates on ranges of whole vectors. */
final class VectorUpdates {

  private static final int L = Lanes.COUNT;

  private VectorUpdates() {}

  static void addRow(float[] row, int rowAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector v = TYPE.cast(fromArray(FLOATS, y, yAt + i));
      TYPE.cast(v.add(fromArray(FLOATS, row, rowAt + i))).intoArray(y, yAt + i);
    }
  }

  /** Four columns of vectors at a time: one alone waits for its own additions. */
  static void sumRows(float[] x, int xAt, int stride, int rows, float[] out, int outAt, int n) {
    int j = 0;
    for (; j + 4 * L <= n; j += 4 * L) {
      FloatVector s0 = zero(FLOATS);
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      for (int i = 0, at = xAt + j; i < rows; i++, at += stride) {
        s0 = TYPE.cast(s0).add(fromArray(FLOATS, x, at));
        s1 = TYPE.cast(s1).add(fromArray(FLOATS, x, at + L));
        s2 = TYPE.cast(s2).add(fromArray(FLOATS, x, at + 2 * L));
        s3 = TYPE.cast(s3).add(fromArray(FLOATS, x, at + 3 * L));
      }
      TYPE.cast(s0).intoArray(out, outAt + j);
      TYPE.cast(s1).intoArray(out, outAt + j + L);
      TYPE.cast(s2).intoArray(out, outAt + j + 2 * L);
      TYPE.cast(s3).intoArray(out, outAt + j + 3 * L);
    }
    for (; j < n; j += L) {
      FloatVector s = zero(FLOATS);
      for (int i = 0, at = xAt + j; i < rows; i++, at += stride) {
        s = TYPE.cast(s).add(fromArray(FLOATS, x, at));
      }
      TYPE.cast(s).intoArray(out, outAt + j);
    }
  }

  static void axpby(float alpha, float[] x, int xAt, float beta, float[] y, int yAt, int n) {
    FloatVector a = TYPE.cast(broadcast(FLOATS, alpha));
    if (beta == 0f) {
      for (int i = 0; i < n; i += L) {
        TYPE.cast(a.mul(fromArray(FLOATS, x, xAt + i))).intoArray(y, yAt + i);
      }
    } else if (beta == 1f) {
      for (int i = 0; i < n; i += L) {
        TYPE.cast(a.fma(fromArray(FLOATS, x, xAt + i), fromArray(FLOATS, y, yAt + i)))
            .intoArray(y, yAt + i);
      }
    } else {
      FloatVector b = TYPE.cast(broadcast(FLOATS, beta));
      for (int i = 0; i < n; i += L) {
        TYPE.cast(a.fma(fromArray(FLOATS, x, xAt + i), b.mul(fromArray(FLOATS, y, yAt + i))))
            .intoArray(y, yAt + i);
      }
    }
  }

  static void multiply(float[] a, int aAt, float[] b, int bAt, float[] out, int outAt, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector v = TYPE.cast(fromArray(FLOATS, a, aAt + i));
      TYPE.cast(v.mul(fromArray(FLOATS, b, bAt + i))).intoArray(out, outAt + i);
    }
  }

  static void adam(
      float[] gradient,
      int gradientAt,
      float[] m,
      int mAt,
      float[] v,
      int vAt,
      float[] value,
      int valueAt,
      int n,
      float beta1,
      float beta2,
      float rate,
      float epsilon,
      float decay) {
    FloatVector keepM = TYPE.cast(broadcast(FLOATS, beta1));
    FloatVector keepV = TYPE.cast(broadcast(FLOATS, beta2));
    FloatVector keepValue = TYPE.cast(broadcast(FLOATS, 1f - decay));
    for (int i = 0; i < n; i += L) {
      FloatVector g = TYPE.cast(fromArray(FLOATS, gradient, gradientAt + i));
      FloatVector square = TYPE.cast(g.mul(g));
      FloatVector newM = TYPE.cast(keepM.fma(fromArray(FLOATS, m, mAt + i), g.mul(1f - beta1)));
      FloatVector newV =
          TYPE.cast(keepV.fma(fromArray(FLOATS, v, vAt + i), square.mul(1f - beta2)));
      newM.intoArray(m, mAt + i);
      newV.intoArray(v, vAt + i);
      FloatVector root = TYPE.cast(newV.sqrt());
      FloatVector step = TYPE.cast(newM.mul(rate));
      step = TYPE.cast(step.div(root.add(epsilon)));
      FloatVector kept = TYPE.cast(keepValue.mul(fromArray(FLOATS, value, valueAt + i)));
      TYPE.cast(kept.sub(step)).intoArray(value, valueAt + i);
    }
  }
}
