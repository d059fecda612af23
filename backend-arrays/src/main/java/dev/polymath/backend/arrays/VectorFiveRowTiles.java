package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static dev.polymath.backend.arrays.Lanes.TYPE;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * The micro-kernels of {@link VectorPackedProducts}, 5 rows by up to 2 vectors: what {@link
 * VectorTiles} computes, for CPUs of 16 vector registers.
 *
 * <p>Ten accumulators keep both units of multiply-adds busy if the rest of the loop fits beside
 * them. Where the five values of a lie is therefore part of a tile: at constant distances, one
 * index and two checks of it serve all five. The distance from one step of k to the next, though,
 * must not be a constant: C2 then unrolls the loop, runs out of registers and takes twice as long.
 *
 * <p>{@code aRow}, the rows' distance, is not read. Without it JDK 17 keeps an index of the loop in
 * memory, which costs a quarter of the speed of the transposed form
 * (docs/benchmarks/notes/0008-sixteen-registers.md).
 */
final class VectorFiveRowTiles {

  /** From a row of a to the next in a copy: no power of two, so that rows share no cache sets. */
  static final int PITCH = 1040;

  private static final int L = Lanes.COUNT;

  private VectorFiveRowTiles() {}

  /** Rows of a next to each other: element (i, p) is {@code a[aAt + i + p · aStep]}. */
  static void adjacent5x2(
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
    FloatVector y40 = fromArray(FLOATS, start, startAt + 4 * startRow);
    FloatVector y41 = fromArray(FLOATS, start, startAt + 4 * startRow + L);
    for (int p = 0, q = aAt, r = bAt; p < k; p++, q += aStep, r += bStep) {
      FloatVector b0 = fromArray(FLOATS, b, r);
      FloatVector b1 = fromArray(FLOATS, b, r + L);
      FloatVector x = TYPE.cast(broadcast(FLOATS, a[q]));
      y00 = x.fma(b0, y00);
      y01 = x.fma(b1, y01);
      x = TYPE.cast(broadcast(FLOATS, a[q + 1]));
      y10 = x.fma(b0, y10);
      y11 = x.fma(b1, y11);
      x = TYPE.cast(broadcast(FLOATS, a[q + 2]));
      y20 = x.fma(b0, y20);
      y21 = x.fma(b1, y21);
      x = TYPE.cast(broadcast(FLOATS, a[q + 3]));
      y30 = x.fma(b0, y30);
      y31 = x.fma(b1, y31);
      x = TYPE.cast(broadcast(FLOATS, a[q + 4]));
      y40 = x.fma(b0, y40);
      y41 = x.fma(b1, y41);
    }
    TYPE.cast(y00).intoArray(out, outAt);
    TYPE.cast(y01).intoArray(out, outAt + L);
    TYPE.cast(y10).intoArray(out, outAt + outRow);
    TYPE.cast(y11).intoArray(out, outAt + outRow + L);
    TYPE.cast(y20).intoArray(out, outAt + 2 * outRow);
    TYPE.cast(y21).intoArray(out, outAt + 2 * outRow + L);
    TYPE.cast(y30).intoArray(out, outAt + 3 * outRow);
    TYPE.cast(y31).intoArray(out, outAt + 3 * outRow + L);
    TYPE.cast(y40).intoArray(out, outAt + 4 * outRow);
    TYPE.cast(y41).intoArray(out, outAt + 4 * outRow + L);
  }

  /** The same, one vector wide. */
  static void adjacent5x1(
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
    FloatVector y40 = fromArray(FLOATS, start, startAt + 4 * startRow);
    for (int p = 0, q = aAt, r = bAt; p < k; p++, q += aStep, r += bStep) {
      FloatVector b0 = fromArray(FLOATS, b, r);
      FloatVector x = TYPE.cast(broadcast(FLOATS, a[q]));
      y00 = x.fma(b0, y00);
      x = TYPE.cast(broadcast(FLOATS, a[q + 1]));
      y10 = x.fma(b0, y10);
      x = TYPE.cast(broadcast(FLOATS, a[q + 2]));
      y20 = x.fma(b0, y20);
      x = TYPE.cast(broadcast(FLOATS, a[q + 3]));
      y30 = x.fma(b0, y30);
      x = TYPE.cast(broadcast(FLOATS, a[q + 4]));
      y40 = x.fma(b0, y40);
    }
    TYPE.cast(y00).intoArray(out, outAt);
    TYPE.cast(y10).intoArray(out, outAt + outRow);
    TYPE.cast(y20).intoArray(out, outAt + 2 * outRow);
    TYPE.cast(y30).intoArray(out, outAt + 3 * outRow);
    TYPE.cast(y40).intoArray(out, outAt + 4 * outRow);
  }

  /** Rows of a {@link #PITCH} apart: element (i, p) is {@code a[aAt + i · PITCH + p · aStep]}. */
  static void pitched5x2(
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
    FloatVector y40 = fromArray(FLOATS, start, startAt + 4 * startRow);
    FloatVector y41 = fromArray(FLOATS, start, startAt + 4 * startRow + L);
    for (int p = 0, q = aAt, r = bAt; p < k; p++, q += aStep, r += bStep) {
      FloatVector b0 = fromArray(FLOATS, b, r);
      FloatVector b1 = fromArray(FLOATS, b, r + L);
      FloatVector x = TYPE.cast(broadcast(FLOATS, a[q]));
      y00 = x.fma(b0, y00);
      y01 = x.fma(b1, y01);
      x = TYPE.cast(broadcast(FLOATS, a[q + PITCH]));
      y10 = x.fma(b0, y10);
      y11 = x.fma(b1, y11);
      x = TYPE.cast(broadcast(FLOATS, a[q + 2 * PITCH]));
      y20 = x.fma(b0, y20);
      y21 = x.fma(b1, y21);
      x = TYPE.cast(broadcast(FLOATS, a[q + 3 * PITCH]));
      y30 = x.fma(b0, y30);
      y31 = x.fma(b1, y31);
      x = TYPE.cast(broadcast(FLOATS, a[q + 4 * PITCH]));
      y40 = x.fma(b0, y40);
      y41 = x.fma(b1, y41);
    }
    TYPE.cast(y00).intoArray(out, outAt);
    TYPE.cast(y01).intoArray(out, outAt + L);
    TYPE.cast(y10).intoArray(out, outAt + outRow);
    TYPE.cast(y11).intoArray(out, outAt + outRow + L);
    TYPE.cast(y20).intoArray(out, outAt + 2 * outRow);
    TYPE.cast(y21).intoArray(out, outAt + 2 * outRow + L);
    TYPE.cast(y30).intoArray(out, outAt + 3 * outRow);
    TYPE.cast(y31).intoArray(out, outAt + 3 * outRow + L);
    TYPE.cast(y40).intoArray(out, outAt + 4 * outRow);
    TYPE.cast(y41).intoArray(out, outAt + 4 * outRow + L);
  }

  /** The same, one vector wide. */
  static void pitched5x1(
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
    FloatVector y40 = fromArray(FLOATS, start, startAt + 4 * startRow);
    for (int p = 0, q = aAt, r = bAt; p < k; p++, q += aStep, r += bStep) {
      FloatVector b0 = fromArray(FLOATS, b, r);
      FloatVector x = TYPE.cast(broadcast(FLOATS, a[q]));
      y00 = x.fma(b0, y00);
      x = TYPE.cast(broadcast(FLOATS, a[q + PITCH]));
      y10 = x.fma(b0, y10);
      x = TYPE.cast(broadcast(FLOATS, a[q + 2 * PITCH]));
      y20 = x.fma(b0, y20);
      x = TYPE.cast(broadcast(FLOATS, a[q + 3 * PITCH]));
      y30 = x.fma(b0, y30);
      x = TYPE.cast(broadcast(FLOATS, a[q + 4 * PITCH]));
      y40 = x.fma(b0, y40);
    }
    TYPE.cast(y00).intoArray(out, outAt);
    TYPE.cast(y10).intoArray(out, outAt + outRow);
    TYPE.cast(y20).intoArray(out, outAt + 2 * outRow);
    TYPE.cast(y30).intoArray(out, outAt + 3 * outRow);
    TYPE.cast(y40).intoArray(out, outAt + 4 * outRow);
  }
}
