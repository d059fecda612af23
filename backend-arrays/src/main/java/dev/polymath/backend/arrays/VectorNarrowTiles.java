package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static dev.polymath.backend.arrays.Lanes.TYPE;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * The tiles of {@link VectorTiles} for one vector of columns, such as the ten classes of a
 * classifier. A multiply-add takes four cycles and two can start in each: fewer than eight sums
 * wait for each other.
 */
final class VectorNarrowTiles {

  private VectorNarrowTiles() {}

  /** 8 rows by 1 vector: {@code aStep} is 1. */
  static void rows8x1(
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
      int outRow) {
    FloatVector y0 = fromArray(FLOATS, start, startAt);
    FloatVector y1 = fromArray(FLOATS, start, startAt + startRow);
    FloatVector y2 = fromArray(FLOATS, start, startAt + 2 * startRow);
    FloatVector y3 = fromArray(FLOATS, start, startAt + 3 * startRow);
    FloatVector y4 = fromArray(FLOATS, start, startAt + 4 * startRow);
    FloatVector y5 = fromArray(FLOATS, start, startAt + 5 * startRow);
    FloatVector y6 = fromArray(FLOATS, start, startAt + 6 * startRow);
    FloatVector y7 = fromArray(FLOATS, start, startAt + 7 * startRow);
    int a0 = aAt;
    int a1 = aAt + aRow;
    int a2 = aAt + 2 * aRow;
    int a3 = aAt + 3 * aRow;
    int a4 = aAt + 4 * aRow;
    int a5 = aAt + 5 * aRow;
    int a6 = aAt + 6 * aRow;
    int a7 = aAt + 7 * aRow;
    for (int p = 0, r = bAt; p < k; p++, r += bStep) {
      FloatVector b0 = fromArray(FLOATS, b, r);
      y0 = TYPE.cast(broadcast(FLOATS, a[a0 + p])).fma(b0, y0);
      y1 = TYPE.cast(broadcast(FLOATS, a[a1 + p])).fma(b0, y1);
      y2 = TYPE.cast(broadcast(FLOATS, a[a2 + p])).fma(b0, y2);
      y3 = TYPE.cast(broadcast(FLOATS, a[a3 + p])).fma(b0, y3);
      y4 = TYPE.cast(broadcast(FLOATS, a[a4 + p])).fma(b0, y4);
      y5 = TYPE.cast(broadcast(FLOATS, a[a5 + p])).fma(b0, y5);
      y6 = TYPE.cast(broadcast(FLOATS, a[a6 + p])).fma(b0, y6);
      y7 = TYPE.cast(broadcast(FLOATS, a[a7 + p])).fma(b0, y7);
    }
    TYPE.cast(y0).intoArray(out, outAt);
    TYPE.cast(y1).intoArray(out, outAt + outRow);
    TYPE.cast(y2).intoArray(out, outAt + 2 * outRow);
    TYPE.cast(y3).intoArray(out, outAt + 3 * outRow);
    TYPE.cast(y4).intoArray(out, outAt + 4 * outRow);
    TYPE.cast(y5).intoArray(out, outAt + 5 * outRow);
    TYPE.cast(y6).intoArray(out, outAt + 6 * outRow);
    TYPE.cast(y7).intoArray(out, outAt + 7 * outRow);
  }

  /** 8 rows next to each other by 1 vector: {@code aRow} is 1. */
  static void adjacent8x1(
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
      int outRow) {
    FloatVector y0 = fromArray(FLOATS, start, startAt);
    FloatVector y1 = fromArray(FLOATS, start, startAt + startRow);
    FloatVector y2 = fromArray(FLOATS, start, startAt + 2 * startRow);
    FloatVector y3 = fromArray(FLOATS, start, startAt + 3 * startRow);
    FloatVector y4 = fromArray(FLOATS, start, startAt + 4 * startRow);
    FloatVector y5 = fromArray(FLOATS, start, startAt + 5 * startRow);
    FloatVector y6 = fromArray(FLOATS, start, startAt + 6 * startRow);
    FloatVector y7 = fromArray(FLOATS, start, startAt + 7 * startRow);
    for (int p = 0, q = aAt, r = bAt; p < k; p++, q += aStep, r += bStep) {
      FloatVector b0 = fromArray(FLOATS, b, r);
      y0 = TYPE.cast(broadcast(FLOATS, a[q])).fma(b0, y0);
      y1 = TYPE.cast(broadcast(FLOATS, a[q + 1])).fma(b0, y1);
      y2 = TYPE.cast(broadcast(FLOATS, a[q + 2])).fma(b0, y2);
      y3 = TYPE.cast(broadcast(FLOATS, a[q + 3])).fma(b0, y3);
      y4 = TYPE.cast(broadcast(FLOATS, a[q + 4])).fma(b0, y4);
      y5 = TYPE.cast(broadcast(FLOATS, a[q + 5])).fma(b0, y5);
      y6 = TYPE.cast(broadcast(FLOATS, a[q + 6])).fma(b0, y6);
      y7 = TYPE.cast(broadcast(FLOATS, a[q + 7])).fma(b0, y7);
    }
    TYPE.cast(y0).intoArray(out, outAt);
    TYPE.cast(y1).intoArray(out, outAt + outRow);
    TYPE.cast(y2).intoArray(out, outAt + 2 * outRow);
    TYPE.cast(y3).intoArray(out, outAt + 3 * outRow);
    TYPE.cast(y4).intoArray(out, outAt + 4 * outRow);
    TYPE.cast(y5).intoArray(out, outAt + 5 * outRow);
    TYPE.cast(y6).intoArray(out, outAt + 6 * outRow);
    TYPE.cast(y7).intoArray(out, outAt + 7 * outRow);
  }

  /** 4 rows by 1 vector. */
  static void rows4x1(
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
      int outRow) {
    FloatVector y00 = fromArray(FLOATS, start, startAt);
    FloatVector y10 = fromArray(FLOATS, start, startAt + startRow);
    FloatVector y20 = fromArray(FLOATS, start, startAt + 2 * startRow);
    FloatVector y30 = fromArray(FLOATS, start, startAt + 3 * startRow);
    int a1 = aAt + aRow;
    int a2 = aAt + 2 * aRow;
    int a3 = aAt + 3 * aRow;
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
    TYPE.cast(y10).intoArray(out, outAt + outRow);
    TYPE.cast(y20).intoArray(out, outAt + 2 * outRow);
    TYPE.cast(y30).intoArray(out, outAt + 3 * outRow);
  }
}
