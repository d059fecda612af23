package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static dev.polymath.backend.arrays.Lanes.TYPE;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * The tiles of {@link VectorFiveRowTiles} for up to five rows at any distance. One with fewer rows
 * repeats the last, as in {@link VectorEdgeTiles}.
 */
final class VectorFiveRowEdgeTiles {

  private static final int L = Lanes.COUNT;

  private VectorFiveRowEdgeTiles() {}

  /** Up to 5 rows by 2 vectors. */
  static void upTo5x2(
      int k,
      float[] a,
      int aAt,
      int aRow,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] start,
      int startAt,
      int startRow,
      float[] out,
      int outAt,
      int outRow,
      int rows) {
    int i1 = Math.min(1, rows - 1);
    int i2 = Math.min(2, rows - 1);
    int i3 = Math.min(3, rows - 1);
    int i4 = Math.min(4, rows - 1);
    FloatVector y00 = fromArray(FLOATS, start, startAt);
    FloatVector y01 = fromArray(FLOATS, start, startAt + L);
    FloatVector y10 = fromArray(FLOATS, start, startAt + i1 * startRow);
    FloatVector y11 = fromArray(FLOATS, start, startAt + i1 * startRow + L);
    FloatVector y20 = fromArray(FLOATS, start, startAt + i2 * startRow);
    FloatVector y21 = fromArray(FLOATS, start, startAt + i2 * startRow + L);
    FloatVector y30 = fromArray(FLOATS, start, startAt + i3 * startRow);
    FloatVector y31 = fromArray(FLOATS, start, startAt + i3 * startRow + L);
    FloatVector y40 = fromArray(FLOATS, start, startAt + i4 * startRow);
    FloatVector y41 = fromArray(FLOATS, start, startAt + i4 * startRow + L);
    int a1 = aAt + i1 * aRow;
    int a2 = aAt + i2 * aRow;
    int a3 = aAt + i3 * aRow;
    int a4 = aAt + i4 * aRow;
    int a0 = aAt;
    for (int p = 0, q = 0, r = bAt; p < k; p++, q += aStep, r += bStep) {
      FloatVector b0 = fromArray(FLOATS, b, r);
      FloatVector b1 = fromArray(FLOATS, b, r + L);
      FloatVector x = TYPE.cast(broadcast(FLOATS, a[a0 + q]));
      y00 = x.fma(b0, y00);
      y01 = x.fma(b1, y01);
      x = TYPE.cast(broadcast(FLOATS, a[a1 + q]));
      y10 = x.fma(b0, y10);
      y11 = x.fma(b1, y11);
      x = TYPE.cast(broadcast(FLOATS, a[a2 + q]));
      y20 = x.fma(b0, y20);
      y21 = x.fma(b1, y21);
      x = TYPE.cast(broadcast(FLOATS, a[a3 + q]));
      y30 = x.fma(b0, y30);
      y31 = x.fma(b1, y31);
      x = TYPE.cast(broadcast(FLOATS, a[a4 + q]));
      y40 = x.fma(b0, y40);
      y41 = x.fma(b1, y41);
    }
    TYPE.cast(y00).intoArray(out, outAt);
    TYPE.cast(y01).intoArray(out, outAt + L);
    TYPE.cast(y10).intoArray(out, outAt + i1 * outRow);
    TYPE.cast(y11).intoArray(out, outAt + i1 * outRow + L);
    TYPE.cast(y20).intoArray(out, outAt + i2 * outRow);
    TYPE.cast(y21).intoArray(out, outAt + i2 * outRow + L);
    TYPE.cast(y30).intoArray(out, outAt + i3 * outRow);
    TYPE.cast(y31).intoArray(out, outAt + i3 * outRow + L);
    TYPE.cast(y40).intoArray(out, outAt + i4 * outRow);
    TYPE.cast(y41).intoArray(out, outAt + i4 * outRow + L);
  }

  /** Up to 5 rows by 1 vector. */
  static void upTo5x1(
      int k,
      float[] a,
      int aAt,
      int aRow,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] start,
      int startAt,
      int startRow,
      float[] out,
      int outAt,
      int outRow,
      int rows) {
    int i1 = Math.min(1, rows - 1);
    int i2 = Math.min(2, rows - 1);
    int i3 = Math.min(3, rows - 1);
    int i4 = Math.min(4, rows - 1);
    FloatVector y00 = fromArray(FLOATS, start, startAt);
    FloatVector y10 = fromArray(FLOATS, start, startAt + i1 * startRow);
    FloatVector y20 = fromArray(FLOATS, start, startAt + i2 * startRow);
    FloatVector y30 = fromArray(FLOATS, start, startAt + i3 * startRow);
    FloatVector y40 = fromArray(FLOATS, start, startAt + i4 * startRow);
    int a1 = aAt + i1 * aRow;
    int a2 = aAt + i2 * aRow;
    int a3 = aAt + i3 * aRow;
    int a4 = aAt + i4 * aRow;
    int a0 = aAt;
    for (int p = 0, q = 0, r = bAt; p < k; p++, q += aStep, r += bStep) {
      FloatVector b0 = fromArray(FLOATS, b, r);
      FloatVector x = TYPE.cast(broadcast(FLOATS, a[a0 + q]));
      y00 = x.fma(b0, y00);
      x = TYPE.cast(broadcast(FLOATS, a[a1 + q]));
      y10 = x.fma(b0, y10);
      x = TYPE.cast(broadcast(FLOATS, a[a2 + q]));
      y20 = x.fma(b0, y20);
      x = TYPE.cast(broadcast(FLOATS, a[a3 + q]));
      y30 = x.fma(b0, y30);
      x = TYPE.cast(broadcast(FLOATS, a[a4 + q]));
      y40 = x.fma(b0, y40);
    }
    TYPE.cast(y00).intoArray(out, outAt);
    TYPE.cast(y10).intoArray(out, outAt + i1 * outRow);
    TYPE.cast(y20).intoArray(out, outAt + i2 * outRow);
    TYPE.cast(y30).intoArray(out, outAt + i3 * outRow);
    TYPE.cast(y40).intoArray(out, outAt + i4 * outRow);
  }
}
