package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static dev.polymath.backend.arrays.Lanes.TYPE;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * The micro-kernels of the products: a tile of the output stays in registers while k runs.
 *
 * <pre>
 * {@code out[i, j] = start[i, j] + Σ over p of a[aAt + i · aRow + p · aStep] · b[bAt + p · bStep + j]}
 * </pre>
 *
 * <p>One chain of fused multiply-adds per element, in the order of p. {@code start} is a row of
 * zeros or the bias (row distance 0), or {@code out} itself where k comes in parts.
 *
 * <p>What is left over below the last whole tile is left to {@link VectorEdgeTiles}: the row
 * numbers are constants here, which is worth a tenth to a fifth of the speed.
 *
 * <p>A step or a distance that is always 1 stays a parameter though nothing reads it: without it C2
 * keeps an index of the loop in memory, which costs up to a quarter of the speed
 * (docs/benchmarks/notes/0003-blocking-of-the-matrix-products.md).
 *
 * <p>Written out, because the accumulators must be local variables; loops of one level only,
 * because JDK 17 boxes vectors that live through two. Any change here can cost a factor: measure
 * again.
 */
final class VectorTiles {

  private static final int L = Lanes.COUNT;

  private VectorTiles() {}

  /** 4 rows by 4 vectors: {@code aStep} is 1. */
  static void rows4x4(
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
    FloatVector y01 = fromArray(FLOATS, start, startAt + L);
    FloatVector y02 = fromArray(FLOATS, start, startAt + 2 * L);
    FloatVector y03 = fromArray(FLOATS, start, startAt + 3 * L);
    FloatVector y10 = fromArray(FLOATS, start, startAt + startRow);
    FloatVector y11 = fromArray(FLOATS, start, startAt + startRow + L);
    FloatVector y12 = fromArray(FLOATS, start, startAt + startRow + 2 * L);
    FloatVector y13 = fromArray(FLOATS, start, startAt + startRow + 3 * L);
    FloatVector y20 = fromArray(FLOATS, start, startAt + 2 * startRow);
    FloatVector y21 = fromArray(FLOATS, start, startAt + 2 * startRow + L);
    FloatVector y22 = fromArray(FLOATS, start, startAt + 2 * startRow + 2 * L);
    FloatVector y23 = fromArray(FLOATS, start, startAt + 2 * startRow + 3 * L);
    FloatVector y30 = fromArray(FLOATS, start, startAt + 3 * startRow);
    FloatVector y31 = fromArray(FLOATS, start, startAt + 3 * startRow + L);
    FloatVector y32 = fromArray(FLOATS, start, startAt + 3 * startRow + 2 * L);
    FloatVector y33 = fromArray(FLOATS, start, startAt + 3 * startRow + 3 * L);
    int a1 = aAt + aRow;
    int a2 = aAt + 2 * aRow;
    int a3 = aAt + 3 * aRow;
    int a0 = aAt;
    for (int p = 0, r = bAt; p < k; p++, r += bStep) {
      FloatVector b0 = fromArray(FLOATS, b, r);
      FloatVector b1 = fromArray(FLOATS, b, r + L);
      FloatVector b2 = fromArray(FLOATS, b, r + 2 * L);
      FloatVector b3 = fromArray(FLOATS, b, r + 3 * L);
      FloatVector x = TYPE.cast(broadcast(FLOATS, a[a0 + p]));
      y00 = x.fma(b0, y00);
      y01 = x.fma(b1, y01);
      y02 = x.fma(b2, y02);
      y03 = x.fma(b3, y03);
      x = TYPE.cast(broadcast(FLOATS, a[a1 + p]));
      y10 = x.fma(b0, y10);
      y11 = x.fma(b1, y11);
      y12 = x.fma(b2, y12);
      y13 = x.fma(b3, y13);
      x = TYPE.cast(broadcast(FLOATS, a[a2 + p]));
      y20 = x.fma(b0, y20);
      y21 = x.fma(b1, y21);
      y22 = x.fma(b2, y22);
      y23 = x.fma(b3, y23);
      x = TYPE.cast(broadcast(FLOATS, a[a3 + p]));
      y30 = x.fma(b0, y30);
      y31 = x.fma(b1, y31);
      y32 = x.fma(b2, y32);
      y33 = x.fma(b3, y33);
    }
    TYPE.cast(y00).intoArray(out, outAt);
    TYPE.cast(y01).intoArray(out, outAt + L);
    TYPE.cast(y02).intoArray(out, outAt + 2 * L);
    TYPE.cast(y03).intoArray(out, outAt + 3 * L);
    TYPE.cast(y10).intoArray(out, outAt + outRow);
    TYPE.cast(y11).intoArray(out, outAt + outRow + L);
    TYPE.cast(y12).intoArray(out, outAt + outRow + 2 * L);
    TYPE.cast(y13).intoArray(out, outAt + outRow + 3 * L);
    TYPE.cast(y20).intoArray(out, outAt + 2 * outRow);
    TYPE.cast(y21).intoArray(out, outAt + 2 * outRow + L);
    TYPE.cast(y22).intoArray(out, outAt + 2 * outRow + 2 * L);
    TYPE.cast(y23).intoArray(out, outAt + 2 * outRow + 3 * L);
    TYPE.cast(y30).intoArray(out, outAt + 3 * outRow);
    TYPE.cast(y31).intoArray(out, outAt + 3 * outRow + L);
    TYPE.cast(y32).intoArray(out, outAt + 3 * outRow + 2 * L);
    TYPE.cast(y33).intoArray(out, outAt + 3 * outRow + 3 * L);
  }

  /** 4 rows next to each other by 4 vectors: {@code aRow} is 1. */
  static void adjacent4x4(
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
    FloatVector y01 = fromArray(FLOATS, start, startAt + L);
    FloatVector y02 = fromArray(FLOATS, start, startAt + 2 * L);
    FloatVector y03 = fromArray(FLOATS, start, startAt + 3 * L);
    FloatVector y10 = fromArray(FLOATS, start, startAt + startRow);
    FloatVector y11 = fromArray(FLOATS, start, startAt + startRow + L);
    FloatVector y12 = fromArray(FLOATS, start, startAt + startRow + 2 * L);
    FloatVector y13 = fromArray(FLOATS, start, startAt + startRow + 3 * L);
    FloatVector y20 = fromArray(FLOATS, start, startAt + 2 * startRow);
    FloatVector y21 = fromArray(FLOATS, start, startAt + 2 * startRow + L);
    FloatVector y22 = fromArray(FLOATS, start, startAt + 2 * startRow + 2 * L);
    FloatVector y23 = fromArray(FLOATS, start, startAt + 2 * startRow + 3 * L);
    FloatVector y30 = fromArray(FLOATS, start, startAt + 3 * startRow);
    FloatVector y31 = fromArray(FLOATS, start, startAt + 3 * startRow + L);
    FloatVector y32 = fromArray(FLOATS, start, startAt + 3 * startRow + 2 * L);
    FloatVector y33 = fromArray(FLOATS, start, startAt + 3 * startRow + 3 * L);
    for (int p = 0, q = aAt, r = bAt; p < k; p++, q += aStep, r += bStep) {
      FloatVector b0 = fromArray(FLOATS, b, r);
      FloatVector b1 = fromArray(FLOATS, b, r + L);
      FloatVector b2 = fromArray(FLOATS, b, r + 2 * L);
      FloatVector b3 = fromArray(FLOATS, b, r + 3 * L);
      FloatVector x = TYPE.cast(broadcast(FLOATS, a[q]));
      y00 = x.fma(b0, y00);
      y01 = x.fma(b1, y01);
      y02 = x.fma(b2, y02);
      y03 = x.fma(b3, y03);
      x = TYPE.cast(broadcast(FLOATS, a[q + 1]));
      y10 = x.fma(b0, y10);
      y11 = x.fma(b1, y11);
      y12 = x.fma(b2, y12);
      y13 = x.fma(b3, y13);
      x = TYPE.cast(broadcast(FLOATS, a[q + 2]));
      y20 = x.fma(b0, y20);
      y21 = x.fma(b1, y21);
      y22 = x.fma(b2, y22);
      y23 = x.fma(b3, y23);
      x = TYPE.cast(broadcast(FLOATS, a[q + 3]));
      y30 = x.fma(b0, y30);
      y31 = x.fma(b1, y31);
      y32 = x.fma(b2, y32);
      y33 = x.fma(b3, y33);
    }
    TYPE.cast(y00).intoArray(out, outAt);
    TYPE.cast(y01).intoArray(out, outAt + L);
    TYPE.cast(y02).intoArray(out, outAt + 2 * L);
    TYPE.cast(y03).intoArray(out, outAt + 3 * L);
    TYPE.cast(y10).intoArray(out, outAt + outRow);
    TYPE.cast(y11).intoArray(out, outAt + outRow + L);
    TYPE.cast(y12).intoArray(out, outAt + outRow + 2 * L);
    TYPE.cast(y13).intoArray(out, outAt + outRow + 3 * L);
    TYPE.cast(y20).intoArray(out, outAt + 2 * outRow);
    TYPE.cast(y21).intoArray(out, outAt + 2 * outRow + L);
    TYPE.cast(y22).intoArray(out, outAt + 2 * outRow + 2 * L);
    TYPE.cast(y23).intoArray(out, outAt + 2 * outRow + 3 * L);
    TYPE.cast(y30).intoArray(out, outAt + 3 * outRow);
    TYPE.cast(y31).intoArray(out, outAt + 3 * outRow + L);
    TYPE.cast(y32).intoArray(out, outAt + 3 * outRow + 2 * L);
    TYPE.cast(y33).intoArray(out, outAt + 3 * outRow + 3 * L);
  }

  /** 4 rows by 2 vectors. */
  static void rows4x2(
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
    FloatVector y01 = fromArray(FLOATS, start, startAt + L);
    FloatVector y10 = fromArray(FLOATS, start, startAt + startRow);
    FloatVector y11 = fromArray(FLOATS, start, startAt + startRow + L);
    FloatVector y20 = fromArray(FLOATS, start, startAt + 2 * startRow);
    FloatVector y21 = fromArray(FLOATS, start, startAt + 2 * startRow + L);
    FloatVector y30 = fromArray(FLOATS, start, startAt + 3 * startRow);
    FloatVector y31 = fromArray(FLOATS, start, startAt + 3 * startRow + L);
    int a1 = aAt + aRow;
    int a2 = aAt + 2 * aRow;
    int a3 = aAt + 3 * aRow;
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
    TYPE.cast(y10).intoArray(out, outAt + outRow);
    TYPE.cast(y11).intoArray(out, outAt + outRow + L);
    TYPE.cast(y20).intoArray(out, outAt + 2 * outRow);
    TYPE.cast(y21).intoArray(out, outAt + 2 * outRow + L);
    TYPE.cast(y30).intoArray(out, outAt + 3 * outRow);
    TYPE.cast(y31).intoArray(out, outAt + 3 * outRow + L);
  }

  /** One row by 4 vectors. */
  static void row1x4(
      int k,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] start,
      int startAt,
      float[] out,
      int outAt) {
    FloatVector y00 = fromArray(FLOATS, start, startAt);
    FloatVector y01 = fromArray(FLOATS, start, startAt + L);
    FloatVector y02 = fromArray(FLOATS, start, startAt + 2 * L);
    FloatVector y03 = fromArray(FLOATS, start, startAt + 3 * L);
    for (int p = 0, q = 0, r = bAt; p < k; p++, q += aStep, r += bStep) {
      FloatVector b0 = fromArray(FLOATS, b, r);
      FloatVector b1 = fromArray(FLOATS, b, r + L);
      FloatVector b2 = fromArray(FLOATS, b, r + 2 * L);
      FloatVector b3 = fromArray(FLOATS, b, r + 3 * L);
      FloatVector x = TYPE.cast(broadcast(FLOATS, a[aAt + q]));
      y00 = x.fma(b0, y00);
      y01 = x.fma(b1, y01);
      y02 = x.fma(b2, y02);
      y03 = x.fma(b3, y03);
    }
    TYPE.cast(y00).intoArray(out, outAt);
    TYPE.cast(y01).intoArray(out, outAt + L);
    TYPE.cast(y02).intoArray(out, outAt + 2 * L);
    TYPE.cast(y03).intoArray(out, outAt + 3 * L);
  }

  /** One row by 1 vector. */
  static void row1x1(
      int k,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] start,
      int startAt,
      float[] out,
      int outAt) {
    FloatVector y00 = fromArray(FLOATS, start, startAt);
    for (int p = 0, q = 0, r = bAt; p < k; p++, q += aStep, r += bStep) {
      FloatVector b0 = fromArray(FLOATS, b, r);
      FloatVector x = TYPE.cast(broadcast(FLOATS, a[aAt + q]));
      y00 = x.fma(b0, y00);
    }
    TYPE.cast(y00).intoArray(out, outAt);
  }
}
