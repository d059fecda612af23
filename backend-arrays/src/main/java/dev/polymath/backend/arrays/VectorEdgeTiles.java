package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static dev.polymath.backend.arrays.Lanes.TYPE;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * The tiles of {@link VectorTiles} for the rows that are left over at the end. One with fewer rows
 * than its name repeats the last: it computes and stores the same values again, which costs less
 * than code for every number of rows.
 */
final class VectorEdgeTiles {

  private static final int L = Lanes.COUNT;

  private VectorEdgeTiles() {}

  /** Up to 4 rows by 4 vectors. */
  static void upTo4x4(
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
    FloatVector y00 = fromArray(FLOATS, start, startAt);
    FloatVector y01 = fromArray(FLOATS, start, startAt + L);
    FloatVector y02 = fromArray(FLOATS, start, startAt + 2 * L);
    FloatVector y03 = fromArray(FLOATS, start, startAt + 3 * L);
    FloatVector y10 = fromArray(FLOATS, start, startAt + i1 * startRow);
    FloatVector y11 = fromArray(FLOATS, start, startAt + i1 * startRow + L);
    FloatVector y12 = fromArray(FLOATS, start, startAt + i1 * startRow + 2 * L);
    FloatVector y13 = fromArray(FLOATS, start, startAt + i1 * startRow + 3 * L);
    FloatVector y20 = fromArray(FLOATS, start, startAt + i2 * startRow);
    FloatVector y21 = fromArray(FLOATS, start, startAt + i2 * startRow + L);
    FloatVector y22 = fromArray(FLOATS, start, startAt + i2 * startRow + 2 * L);
    FloatVector y23 = fromArray(FLOATS, start, startAt + i2 * startRow + 3 * L);
    FloatVector y30 = fromArray(FLOATS, start, startAt + i3 * startRow);
    FloatVector y31 = fromArray(FLOATS, start, startAt + i3 * startRow + L);
    FloatVector y32 = fromArray(FLOATS, start, startAt + i3 * startRow + 2 * L);
    FloatVector y33 = fromArray(FLOATS, start, startAt + i3 * startRow + 3 * L);
    int a1 = aAt + i1 * aRow;
    int a2 = aAt + i2 * aRow;
    int a3 = aAt + i3 * aRow;
    int a0 = aAt;
    for (int p = 0, q = 0, r = bAt; p < k; p++, q += aStep, r += bStep) {
      FloatVector b0 = fromArray(FLOATS, b, r);
      FloatVector b1 = fromArray(FLOATS, b, r + L);
      FloatVector b2 = fromArray(FLOATS, b, r + 2 * L);
      FloatVector b3 = fromArray(FLOATS, b, r + 3 * L);
      FloatVector x = TYPE.cast(broadcast(FLOATS, a[a0 + q]));
      y00 = x.fma(b0, y00);
      y01 = x.fma(b1, y01);
      y02 = x.fma(b2, y02);
      y03 = x.fma(b3, y03);
      x = TYPE.cast(broadcast(FLOATS, a[a1 + q]));
      y10 = x.fma(b0, y10);
      y11 = x.fma(b1, y11);
      y12 = x.fma(b2, y12);
      y13 = x.fma(b3, y13);
      x = TYPE.cast(broadcast(FLOATS, a[a2 + q]));
      y20 = x.fma(b0, y20);
      y21 = x.fma(b1, y21);
      y22 = x.fma(b2, y22);
      y23 = x.fma(b3, y23);
      x = TYPE.cast(broadcast(FLOATS, a[a3 + q]));
      y30 = x.fma(b0, y30);
      y31 = x.fma(b1, y31);
      y32 = x.fma(b2, y32);
      y33 = x.fma(b3, y33);
    }
    TYPE.cast(y00).intoArray(out, outAt);
    TYPE.cast(y01).intoArray(out, outAt + L);
    TYPE.cast(y02).intoArray(out, outAt + 2 * L);
    TYPE.cast(y03).intoArray(out, outAt + 3 * L);
    TYPE.cast(y10).intoArray(out, outAt + i1 * outRow);
    TYPE.cast(y11).intoArray(out, outAt + i1 * outRow + L);
    TYPE.cast(y12).intoArray(out, outAt + i1 * outRow + 2 * L);
    TYPE.cast(y13).intoArray(out, outAt + i1 * outRow + 3 * L);
    TYPE.cast(y20).intoArray(out, outAt + i2 * outRow);
    TYPE.cast(y21).intoArray(out, outAt + i2 * outRow + L);
    TYPE.cast(y22).intoArray(out, outAt + i2 * outRow + 2 * L);
    TYPE.cast(y23).intoArray(out, outAt + i2 * outRow + 3 * L);
    TYPE.cast(y30).intoArray(out, outAt + i3 * outRow);
    TYPE.cast(y31).intoArray(out, outAt + i3 * outRow + L);
    TYPE.cast(y32).intoArray(out, outAt + i3 * outRow + 2 * L);
    TYPE.cast(y33).intoArray(out, outAt + i3 * outRow + 3 * L);
  }

  /** Up to 4 rows by 2 vectors. */
  static void upTo4x2(
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
    FloatVector y00 = fromArray(FLOATS, start, startAt);
    FloatVector y01 = fromArray(FLOATS, start, startAt + L);
    FloatVector y10 = fromArray(FLOATS, start, startAt + i1 * startRow);
    FloatVector y11 = fromArray(FLOATS, start, startAt + i1 * startRow + L);
    FloatVector y20 = fromArray(FLOATS, start, startAt + i2 * startRow);
    FloatVector y21 = fromArray(FLOATS, start, startAt + i2 * startRow + L);
    FloatVector y30 = fromArray(FLOATS, start, startAt + i3 * startRow);
    FloatVector y31 = fromArray(FLOATS, start, startAt + i3 * startRow + L);
    int a1 = aAt + i1 * aRow;
    int a2 = aAt + i2 * aRow;
    int a3 = aAt + i3 * aRow;
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
    }
    TYPE.cast(y00).intoArray(out, outAt);
    TYPE.cast(y01).intoArray(out, outAt + L);
    TYPE.cast(y10).intoArray(out, outAt + i1 * outRow);
    TYPE.cast(y11).intoArray(out, outAt + i1 * outRow + L);
    TYPE.cast(y20).intoArray(out, outAt + i2 * outRow);
    TYPE.cast(y21).intoArray(out, outAt + i2 * outRow + L);
    TYPE.cast(y30).intoArray(out, outAt + i3 * outRow);
    TYPE.cast(y31).intoArray(out, outAt + i3 * outRow + L);
  }

  /** Up to 4 rows by 1 vector. */
  static void upTo4x1(
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
    FloatVector y00 = fromArray(FLOATS, start, startAt);
    FloatVector y10 = fromArray(FLOATS, start, startAt + i1 * startRow);
    FloatVector y20 = fromArray(FLOATS, start, startAt + i2 * startRow);
    FloatVector y30 = fromArray(FLOATS, start, startAt + i3 * startRow);
    int a1 = aAt + i1 * aRow;
    int a2 = aAt + i2 * aRow;
    int a3 = aAt + i3 * aRow;
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
    }
    TYPE.cast(y00).intoArray(out, outAt);
    TYPE.cast(y10).intoArray(out, outAt + i1 * outRow);
    TYPE.cast(y20).intoArray(out, outAt + i2 * outRow);
    TYPE.cast(y30).intoArray(out, outAt + i3 * outRow);
  }
}
