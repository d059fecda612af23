package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static dev.polymath.backend.arrays.SharedLanes.EACH_2;
import static dev.polymath.backend.arrays.SharedLanes.FIRST_2;
import static dev.polymath.backend.arrays.SharedLanes.FIRST_4;
import static dev.polymath.backend.arrays.SharedLanes.FOURTH_2;
import static dev.polymath.backend.arrays.SharedLanes.FOURTH_4;
import static dev.polymath.backend.arrays.SharedLanes.HALF;
import static dev.polymath.backend.arrays.SharedLanes.LATER_2;
import static dev.polymath.backend.arrays.SharedLanes.ROW_2_OF_4;
import static dev.polymath.backend.arrays.SharedLanes.ROW_3_OF_4;
import static dev.polymath.backend.arrays.SharedLanes.ROW_4_OF_4;
import static dev.polymath.backend.arrays.SharedLanes.SECOND_2;
import static dev.polymath.backend.arrays.SharedLanes.SECOND_4;
import static dev.polymath.backend.arrays.SharedLanes.THIRD_2;
import static dev.polymath.backend.arrays.SharedLanes.THIRD_4;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * The tiles of {@link VectorRestTiles} for the first part of k, which starts from one row for all:
 * {@code startRow} is 0. To load it once counts where k is short.
 */
final class VectorFirstRestTiles {

  private static final int L = Lanes.COUNT;

  private VectorFirstRestTiles() {}

  /** 4 rows: {@code aStep} is 1. */
  static void rows4x3(
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
    FloatVector s0 = fromArray(FLOATS, start, startAt);
    FloatVector s1 = fromArray(FLOATS, start, startAt + L);
    FloatVector s2 = fromArray(FLOATS, start, startAt + 2 * L);
    FloatVector s3 = fromArray(FLOATS, start, startAt + 3 * L).rearrange(FIRST_4);
    FloatVector y00 = s0;
    FloatVector y01 = s1;
    FloatVector y02 = s2;
    FloatVector y10 = s0;
    FloatVector y11 = s1;
    FloatVector y12 = s2;
    FloatVector y20 = s0;
    FloatVector y21 = s1;
    FloatVector y22 = s2;
    FloatVector y30 = s0;
    FloatVector y31 = s1;
    FloatVector y32 = s2;
    FloatVector z0 = s3;
    int a0 = aAt;
    int a1 = aAt + aRow;
    int a2 = aAt + 2 * aRow;
    int a3 = aAt + 3 * aRow;
    for (int p = 0, r = bAt; p < k; p++, r += bStep) {
      FloatVector b0 = fromArray(FLOATS, b, r);
      FloatVector b1 = fromArray(FLOATS, b, r + L);
      FloatVector b2 = fromArray(FLOATS, b, r + 2 * L);
      FloatVector c = fromArray(FLOATS, b, r + 3 * L).rearrange(FIRST_4);
      FloatVector x = broadcast(FLOATS, a[a0 + p]);
      y00 = x.fma(b0, y00);
      y01 = x.fma(b1, y01);
      y02 = x.fma(b2, y02);
      FloatVector w = x;
      x = broadcast(FLOATS, a[a1 + p]);
      y10 = x.fma(b0, y10);
      y11 = x.fma(b1, y11);
      y12 = x.fma(b2, y12);
      w = w.blend(x, ROW_2_OF_4);
      x = broadcast(FLOATS, a[a2 + p]);
      y20 = x.fma(b0, y20);
      y21 = x.fma(b1, y21);
      y22 = x.fma(b2, y22);
      w = w.blend(x, ROW_3_OF_4);
      x = broadcast(FLOATS, a[a3 + p]);
      y30 = x.fma(b0, y30);
      y31 = x.fma(b1, y31);
      y32 = x.fma(b2, y32);
      w = w.blend(x, ROW_4_OF_4);
      z0 = w.fma(c, z0);
    }
    y00.intoArray(out, outAt);
    y01.intoArray(out, outAt + L);
    y02.intoArray(out, outAt + 2 * L);
    z0.intoArray(out, outAt + 3 * L);
    y10.intoArray(out, outAt + outRow);
    y11.intoArray(out, outAt + outRow + L);
    y12.intoArray(out, outAt + outRow + 2 * L);
    z0.rearrange(SECOND_4).intoArray(out, outAt + outRow + 3 * L);
    y20.intoArray(out, outAt + 2 * outRow);
    y21.intoArray(out, outAt + 2 * outRow + L);
    y22.intoArray(out, outAt + 2 * outRow + 2 * L);
    z0.rearrange(THIRD_4).intoArray(out, outAt + 2 * outRow + 3 * L);
    y30.intoArray(out, outAt + 3 * outRow);
    y31.intoArray(out, outAt + 3 * outRow + L);
    y32.intoArray(out, outAt + 3 * outRow + 2 * L);
    z0.rearrange(FOURTH_4).intoArray(out, outAt + 3 * outRow + 3 * L);
  }

  /** 8 rows next to each other, at most two columns more: {@code aRow} is 1. */
  static void adjacent8x3(
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
    FloatVector s0 = fromArray(FLOATS, start, startAt);
    FloatVector s1 = fromArray(FLOATS, start, startAt + L);
    FloatVector s2 = fromArray(FLOATS, start, startAt + 2 * L);
    FloatVector s3 = fromArray(HALF, start, startAt + 3 * L).rearrange(FIRST_2);
    FloatVector y00 = s0;
    FloatVector y01 = s1;
    FloatVector y02 = s2;
    FloatVector y10 = s0;
    FloatVector y11 = s1;
    FloatVector y12 = s2;
    FloatVector y20 = s0;
    FloatVector y21 = s1;
    FloatVector y22 = s2;
    FloatVector y30 = s0;
    FloatVector y31 = s1;
    FloatVector y32 = s2;
    FloatVector y40 = s0;
    FloatVector y41 = s1;
    FloatVector y42 = s2;
    FloatVector y50 = s0;
    FloatVector y51 = s1;
    FloatVector y52 = s2;
    FloatVector y60 = s0;
    FloatVector y61 = s1;
    FloatVector y62 = s2;
    FloatVector y70 = s0;
    FloatVector y71 = s1;
    FloatVector y72 = s2;
    FloatVector z0 = s3;
    FloatVector z4 = s3;
    for (int p = 0, q = aAt, r = bAt; p < k; p++, q += aStep, r += bStep) {
      FloatVector b0 = fromArray(FLOATS, b, r);
      FloatVector b1 = fromArray(FLOATS, b, r + L);
      FloatVector b2 = fromArray(FLOATS, b, r + 2 * L);
      FloatVector c = fromArray(HALF, b, r + 3 * L).rearrange(FIRST_2);
      FloatVector w = fromArray(HALF, a, q);
      z0 = w.rearrange(EACH_2).fma(c, z0);
      z4 = w.rearrange(LATER_2).fma(c, z4);
      FloatVector x = broadcast(FLOATS, a[q]);
      y00 = x.fma(b0, y00);
      y01 = x.fma(b1, y01);
      y02 = x.fma(b2, y02);
      x = broadcast(FLOATS, a[q + 1]);
      y10 = x.fma(b0, y10);
      y11 = x.fma(b1, y11);
      y12 = x.fma(b2, y12);
      x = broadcast(FLOATS, a[q + 2]);
      y20 = x.fma(b0, y20);
      y21 = x.fma(b1, y21);
      y22 = x.fma(b2, y22);
      x = broadcast(FLOATS, a[q + 3]);
      y30 = x.fma(b0, y30);
      y31 = x.fma(b1, y31);
      y32 = x.fma(b2, y32);
      x = broadcast(FLOATS, a[q + 4]);
      y40 = x.fma(b0, y40);
      y41 = x.fma(b1, y41);
      y42 = x.fma(b2, y42);
      x = broadcast(FLOATS, a[q + 5]);
      y50 = x.fma(b0, y50);
      y51 = x.fma(b1, y51);
      y52 = x.fma(b2, y52);
      x = broadcast(FLOATS, a[q + 6]);
      y60 = x.fma(b0, y60);
      y61 = x.fma(b1, y61);
      y62 = x.fma(b2, y62);
      x = broadcast(FLOATS, a[q + 7]);
      y70 = x.fma(b0, y70);
      y71 = x.fma(b1, y71);
      y72 = x.fma(b2, y72);
    }
    y00.intoArray(out, outAt);
    y01.intoArray(out, outAt + L);
    y02.intoArray(out, outAt + 2 * L);
    z0.intoArray(out, outAt + 3 * L);
    y10.intoArray(out, outAt + outRow);
    y11.intoArray(out, outAt + outRow + L);
    y12.intoArray(out, outAt + outRow + 2 * L);
    z0.rearrange(SECOND_2).intoArray(out, outAt + outRow + 3 * L);
    y20.intoArray(out, outAt + 2 * outRow);
    y21.intoArray(out, outAt + 2 * outRow + L);
    y22.intoArray(out, outAt + 2 * outRow + 2 * L);
    z0.rearrange(THIRD_2).intoArray(out, outAt + 2 * outRow + 3 * L);
    y30.intoArray(out, outAt + 3 * outRow);
    y31.intoArray(out, outAt + 3 * outRow + L);
    y32.intoArray(out, outAt + 3 * outRow + 2 * L);
    z0.rearrange(FOURTH_2).intoArray(out, outAt + 3 * outRow + 3 * L);
    y40.intoArray(out, outAt + 4 * outRow);
    y41.intoArray(out, outAt + 4 * outRow + L);
    y42.intoArray(out, outAt + 4 * outRow + 2 * L);
    z4.intoArray(out, outAt + 4 * outRow + 3 * L);
    y50.intoArray(out, outAt + 5 * outRow);
    y51.intoArray(out, outAt + 5 * outRow + L);
    y52.intoArray(out, outAt + 5 * outRow + 2 * L);
    z4.rearrange(SECOND_2).intoArray(out, outAt + 5 * outRow + 3 * L);
    y60.intoArray(out, outAt + 6 * outRow);
    y61.intoArray(out, outAt + 6 * outRow + L);
    y62.intoArray(out, outAt + 6 * outRow + 2 * L);
    z4.rearrange(THIRD_2).intoArray(out, outAt + 6 * outRow + 3 * L);
    y70.intoArray(out, outAt + 7 * outRow);
    y71.intoArray(out, outAt + 7 * outRow + L);
    y72.intoArray(out, outAt + 7 * outRow + 2 * L);
    z4.rearrange(FOURTH_2).intoArray(out, outAt + 7 * outRow + 3 * L);
  }
}
