package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static jdk.incubator.vector.FloatVector.fromArray;

/** Copies of columns of a matrix into a panel of two vectors a row. */
final class VectorCopies {

  private static final int L = Lanes.COUNT;

  private VectorCopies() {}

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
}
