package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Copies of columns of a matrix, or of rows that become columns, into a panel of two vectors a row.
 */
final class VectorCopies {

  private static final int L = Lanes.COUNT;

  /** Lanes whose number has the bit 1, 2 or 4. */
  private static final VectorMask<Float> ODD = lanesWith(1);

  private static final VectorMask<Float> LATER_PAIR = lanesWith(2);
  private static final VectorMask<Float> UPPER_HALF = lanesWith(4);
  private static final VectorShuffle<Float> OTHER_PAIR =
      VectorShuffle.fromOp(FLOATS, i -> (i ^ 2) % L);

  private VectorCopies() {}

  /** The first {@code n} elements of each of {@code rows} rows. */
  static void rows(
      float[] x, int at, int stride, int rows, int n, float[] y, int to, int toStride) {
    int whole = n / L * L;
    for (int i = 0, r = at, t = to; i < rows; i++, r += stride, t += toStride) {
      for (int j = 0; j < whole; j += L) {
        fromArray(FLOATS, x, r + j).intoArray(y, t + j);
      }
      for (int j = whole; j < n; j++) {
        y[t + j] = x[r + j];
      }
    }
  }

  /** At least eight columns of each of {@code rows} rows, eight apart in the copy. */
  static void eightColumns(float[] x, int at, int stride, int rows, float[] y, int to) {
    for (int i = 0, r = at, t = to; i < rows; i++, r += stride, t += 8) {
      for (int j = 0; j < 8; j += L) {
        fromArray(FLOATS, x, r + j).intoArray(y, t + j);
      }
    }
  }

  /** Two vectors of each of {@code rows} rows. */
  static void columns(float[] b, int bAt, int stride, int rows, float[] panel, int to) {
    for (int i = 0, r = bAt, t = to; i < rows; i++, r += stride, t += 2 * L) {
      fromArray(FLOATS, b, r).intoArray(panel, t);
      fromArray(FLOATS, b, r + L).intoArray(panel, t + L);
    }
  }

  /** One vector of each of {@code rows} rows. */
  static void column(float[] b, int bAt, int stride, int rows, float[] panel, int to) {
    for (int i = 0, r = bAt, t = to; i < rows; i++, r += stride, t += 2 * L) {
      fromArray(FLOATS, b, r).intoArray(panel, t);
    }
  }

  /**
   * Eight rows of {@code n} elements as columns of a panel, for vectors of eight lanes: {@code
   * panel[to + q · 16 + r] = b[bAt + r · stride + q]}. Four columns of b at a time, as many again
   * of what follows them where n is no multiple of 4.
   *
   * <p>Halves of rows four apart meet by loads, pairs of lanes by a shuffle, neighbours by shifts
   * of 64 bits. Whole 8 × 8 blocks need more registers than there are (docs/adr/0008).
   */
  static void eightRows(float[] b, int bAt, int stride, int n, float[] panel, int to) {
    for (int q = 0; q < n; q += 4) {
      int i = bAt + q;
      int j = i + 4 * stride - 4;
      FloatVector x0 = fromArray(FLOATS, b, i).blend(fromArray(FLOATS, b, j), UPPER_HALF);
      FloatVector x1 =
          fromArray(FLOATS, b, i + stride).blend(fromArray(FLOATS, b, j + stride), UPPER_HALF);
      FloatVector x2 =
          fromArray(FLOATS, b, i + 2 * stride)
              .blend(fromArray(FLOATS, b, j + 2 * stride), UPPER_HALF);
      FloatVector x3 =
          fromArray(FLOATS, b, i + 3 * stride)
              .blend(fromArray(FLOATS, b, j + 3 * stride), UPPER_HALF);
      FloatVector s = x2.blend(x0, LATER_PAIR).rearrange(OTHER_PAIR);
      x0 = x0.blend(s, LATER_PAIR);
      x2 = s.blend(x2, LATER_PAIR);
      s = x3.blend(x1, LATER_PAIR).rearrange(OTHER_PAIR);
      x1 = x1.blend(s, LATER_PAIR);
      x3 = s.blend(x3, LATER_PAIR);
      int t = to + q * 2 * L;
      s = x1.reinterpretAsInts().reinterpretAsLongs().lanewise(LSHL, 32).reinterpretAsFloats();
      x0.blend(s, ODD).intoArray(panel, t);
      s = x0.reinterpretAsInts().reinterpretAsLongs().lanewise(LSHR, 32).reinterpretAsFloats();
      s.blend(x1, ODD).intoArray(panel, t + 2 * L);
      s = x3.reinterpretAsInts().reinterpretAsLongs().lanewise(LSHL, 32).reinterpretAsFloats();
      x2.blend(s, ODD).intoArray(panel, t + 4 * L);
      s = x2.reinterpretAsInts().reinterpretAsLongs().lanewise(LSHR, 32).reinterpretAsFloats();
      s.blend(x3, ODD).intoArray(panel, t + 6 * L);
    }
  }

  private static VectorMask<Float> lanesWith(int bit) {
    boolean[] lanes = new boolean[L];
    for (int i = 0; i < L; i++) {
      lanes[i] = (i & bit) != 0;
    }
    return VectorMask.fromArray(FLOATS, lanes, 0);
  }
}
