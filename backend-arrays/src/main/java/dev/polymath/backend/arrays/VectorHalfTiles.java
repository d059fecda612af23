package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.SharedLanes.EACH_2;
import static dev.polymath.backend.arrays.SharedLanes.FIRST_2;
import static dev.polymath.backend.arrays.SharedLanes.FOURTH_2;
import static dev.polymath.backend.arrays.SharedLanes.H;
import static dev.polymath.backend.arrays.SharedLanes.HALF;
import static dev.polymath.backend.arrays.SharedLanes.LATER_2;
import static dev.polymath.backend.arrays.SharedLanes.ROW_2_OF_2;
import static dev.polymath.backend.arrays.SharedLanes.ROW_3_OF_2;
import static dev.polymath.backend.arrays.SharedLanes.ROW_4_OF_2;
import static dev.polymath.backend.arrays.SharedLanes.SECOND_2;
import static dev.polymath.backend.arrays.SharedLanes.THIRD_2;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * The tiles of {@link VectorTiles} for one to ten columns, such as the classes of a classifier: one
 * vector of 8 lanes for each of 16 rows, and one for the last two columns of four rows. Where
 * {@link Lanes#TWO_LENGTHS}.
 *
 * <p>They take their start from one row for all, {@code startRow} 0: to load it once is worth a
 * tenth to a fifth of the speed.
 */
final class VectorHalfTiles {

  /** From a row of a to the next in {@link #pitched16x1}: 49 to 64 columns by rows. */
  static final int PITCH = 64;

  private VectorHalfTiles() {}

  /** 16 rows: {@code aStep} is 1. */
  static void rows16x1(
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
    FloatVector s0 = fromArray(HALF, start, startAt);
    FloatVector s1 = fromArray(HALF, start, startAt + H).rearrange(FIRST_2);
    FloatVector y00 = s0;
    FloatVector y10 = s0;
    FloatVector y20 = s0;
    FloatVector y30 = s0;
    FloatVector y40 = s0;
    FloatVector y50 = s0;
    FloatVector y60 = s0;
    FloatVector y70 = s0;
    FloatVector y80 = s0;
    FloatVector y90 = s0;
    FloatVector ya0 = s0;
    FloatVector yb0 = s0;
    FloatVector yc0 = s0;
    FloatVector yd0 = s0;
    FloatVector ye0 = s0;
    FloatVector yf0 = s0;
    FloatVector z0 = s1;
    FloatVector z4 = s1;
    FloatVector z8 = s1;
    FloatVector zc = s1;
    int a0 = aAt;
    int a1 = aAt + aRow;
    int a2 = aAt + 2 * aRow;
    int a3 = aAt + 3 * aRow;
    int a4 = aAt + 4 * aRow;
    int a5 = aAt + 5 * aRow;
    int a6 = aAt + 6 * aRow;
    int a7 = aAt + 7 * aRow;
    int a8 = aAt + 8 * aRow;
    int a9 = aAt + 9 * aRow;
    int aa = aAt + 10 * aRow;
    int ab = aAt + 11 * aRow;
    int ac = aAt + 12 * aRow;
    int ad = aAt + 13 * aRow;
    int ae = aAt + 14 * aRow;
    int af = aAt + 15 * aRow;
    for (int p = 0, r = bAt; p < k; p++, r += bStep) {
      FloatVector b0 = fromArray(HALF, b, r);
      FloatVector c = fromArray(HALF, b, r + H).rearrange(FIRST_2);
      FloatVector x = broadcast(HALF, a[a0 + p]);
      y00 = x.fma(b0, y00);
      FloatVector w = x;
      x = broadcast(HALF, a[a1 + p]);
      y10 = x.fma(b0, y10);
      w = w.blend(x, ROW_2_OF_2);
      x = broadcast(HALF, a[a2 + p]);
      y20 = x.fma(b0, y20);
      w = w.blend(x, ROW_3_OF_2);
      x = broadcast(HALF, a[a3 + p]);
      y30 = x.fma(b0, y30);
      w = w.blend(x, ROW_4_OF_2);
      z0 = w.fma(c, z0);
      x = broadcast(HALF, a[a4 + p]);
      y40 = x.fma(b0, y40);
      w = x;
      x = broadcast(HALF, a[a5 + p]);
      y50 = x.fma(b0, y50);
      w = w.blend(x, ROW_2_OF_2);
      x = broadcast(HALF, a[a6 + p]);
      y60 = x.fma(b0, y60);
      w = w.blend(x, ROW_3_OF_2);
      x = broadcast(HALF, a[a7 + p]);
      y70 = x.fma(b0, y70);
      w = w.blend(x, ROW_4_OF_2);
      z4 = w.fma(c, z4);
      x = broadcast(HALF, a[a8 + p]);
      y80 = x.fma(b0, y80);
      w = x;
      x = broadcast(HALF, a[a9 + p]);
      y90 = x.fma(b0, y90);
      w = w.blend(x, ROW_2_OF_2);
      x = broadcast(HALF, a[aa + p]);
      ya0 = x.fma(b0, ya0);
      w = w.blend(x, ROW_3_OF_2);
      x = broadcast(HALF, a[ab + p]);
      yb0 = x.fma(b0, yb0);
      w = w.blend(x, ROW_4_OF_2);
      z8 = w.fma(c, z8);
      x = broadcast(HALF, a[ac + p]);
      yc0 = x.fma(b0, yc0);
      w = x;
      x = broadcast(HALF, a[ad + p]);
      yd0 = x.fma(b0, yd0);
      w = w.blend(x, ROW_2_OF_2);
      x = broadcast(HALF, a[ae + p]);
      ye0 = x.fma(b0, ye0);
      w = w.blend(x, ROW_3_OF_2);
      x = broadcast(HALF, a[af + p]);
      yf0 = x.fma(b0, yf0);
      w = w.blend(x, ROW_4_OF_2);
      zc = w.fma(c, zc);
    }
    y00.intoArray(out, outAt);
    z0.intoArray(out, outAt + H);
    y10.intoArray(out, outAt + outRow);
    z0.rearrange(SECOND_2).intoArray(out, outAt + outRow + H);
    y20.intoArray(out, outAt + 2 * outRow);
    z0.rearrange(THIRD_2).intoArray(out, outAt + 2 * outRow + H);
    y30.intoArray(out, outAt + 3 * outRow);
    z0.rearrange(FOURTH_2).intoArray(out, outAt + 3 * outRow + H);
    y40.intoArray(out, outAt + 4 * outRow);
    z4.intoArray(out, outAt + 4 * outRow + H);
    y50.intoArray(out, outAt + 5 * outRow);
    z4.rearrange(SECOND_2).intoArray(out, outAt + 5 * outRow + H);
    y60.intoArray(out, outAt + 6 * outRow);
    z4.rearrange(THIRD_2).intoArray(out, outAt + 6 * outRow + H);
    y70.intoArray(out, outAt + 7 * outRow);
    z4.rearrange(FOURTH_2).intoArray(out, outAt + 7 * outRow + H);
    y80.intoArray(out, outAt + 8 * outRow);
    z8.intoArray(out, outAt + 8 * outRow + H);
    y90.intoArray(out, outAt + 9 * outRow);
    z8.rearrange(SECOND_2).intoArray(out, outAt + 9 * outRow + H);
    ya0.intoArray(out, outAt + 10 * outRow);
    z8.rearrange(THIRD_2).intoArray(out, outAt + 10 * outRow + H);
    yb0.intoArray(out, outAt + 11 * outRow);
    z8.rearrange(FOURTH_2).intoArray(out, outAt + 11 * outRow + H);
    yc0.intoArray(out, outAt + 12 * outRow);
    zc.intoArray(out, outAt + 12 * outRow + H);
    yd0.intoArray(out, outAt + 13 * outRow);
    zc.rearrange(SECOND_2).intoArray(out, outAt + 13 * outRow + H);
    ye0.intoArray(out, outAt + 14 * outRow);
    zc.rearrange(THIRD_2).intoArray(out, outAt + 14 * outRow + H);
    yf0.intoArray(out, outAt + 15 * outRow);
    zc.rearrange(FOURTH_2).intoArray(out, outAt + 15 * outRow + H);
  }

  /** 16 rows {@link #PITCH} apart: {@code aStep} is 1. */
  static void pitched16x1(
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
    FloatVector s0 = fromArray(HALF, start, startAt);
    FloatVector s1 = fromArray(HALF, start, startAt + H).rearrange(FIRST_2);
    FloatVector y00 = s0;
    FloatVector y10 = s0;
    FloatVector y20 = s0;
    FloatVector y30 = s0;
    FloatVector y40 = s0;
    FloatVector y50 = s0;
    FloatVector y60 = s0;
    FloatVector y70 = s0;
    FloatVector y80 = s0;
    FloatVector y90 = s0;
    FloatVector ya0 = s0;
    FloatVector yb0 = s0;
    FloatVector yc0 = s0;
    FloatVector yd0 = s0;
    FloatVector ye0 = s0;
    FloatVector yf0 = s0;
    FloatVector z0 = s1;
    FloatVector z4 = s1;
    FloatVector z8 = s1;
    FloatVector zc = s1;
    for (int p = 0, q = aAt, r = bAt; p < k; p++, q++, r += bStep) {
      FloatVector b0 = fromArray(HALF, b, r);
      FloatVector c = fromArray(HALF, b, r + H).rearrange(FIRST_2);
      FloatVector x = broadcast(HALF, a[q]);
      y00 = x.fma(b0, y00);
      FloatVector w = x;
      x = broadcast(HALF, a[q + PITCH]);
      y10 = x.fma(b0, y10);
      w = w.blend(x, ROW_2_OF_2);
      x = broadcast(HALF, a[q + 2 * PITCH]);
      y20 = x.fma(b0, y20);
      w = w.blend(x, ROW_3_OF_2);
      x = broadcast(HALF, a[q + 3 * PITCH]);
      y30 = x.fma(b0, y30);
      w = w.blend(x, ROW_4_OF_2);
      z0 = w.fma(c, z0);
      x = broadcast(HALF, a[q + 4 * PITCH]);
      y40 = x.fma(b0, y40);
      w = x;
      x = broadcast(HALF, a[q + 5 * PITCH]);
      y50 = x.fma(b0, y50);
      w = w.blend(x, ROW_2_OF_2);
      x = broadcast(HALF, a[q + 6 * PITCH]);
      y60 = x.fma(b0, y60);
      w = w.blend(x, ROW_3_OF_2);
      x = broadcast(HALF, a[q + 7 * PITCH]);
      y70 = x.fma(b0, y70);
      w = w.blend(x, ROW_4_OF_2);
      z4 = w.fma(c, z4);
      x = broadcast(HALF, a[q + 8 * PITCH]);
      y80 = x.fma(b0, y80);
      w = x;
      x = broadcast(HALF, a[q + 9 * PITCH]);
      y90 = x.fma(b0, y90);
      w = w.blend(x, ROW_2_OF_2);
      x = broadcast(HALF, a[q + 10 * PITCH]);
      ya0 = x.fma(b0, ya0);
      w = w.blend(x, ROW_3_OF_2);
      x = broadcast(HALF, a[q + 11 * PITCH]);
      yb0 = x.fma(b0, yb0);
      w = w.blend(x, ROW_4_OF_2);
      z8 = w.fma(c, z8);
      x = broadcast(HALF, a[q + 12 * PITCH]);
      yc0 = x.fma(b0, yc0);
      w = x;
      x = broadcast(HALF, a[q + 13 * PITCH]);
      yd0 = x.fma(b0, yd0);
      w = w.blend(x, ROW_2_OF_2);
      x = broadcast(HALF, a[q + 14 * PITCH]);
      ye0 = x.fma(b0, ye0);
      w = w.blend(x, ROW_3_OF_2);
      x = broadcast(HALF, a[q + 15 * PITCH]);
      yf0 = x.fma(b0, yf0);
      w = w.blend(x, ROW_4_OF_2);
      zc = w.fma(c, zc);
    }
    y00.intoArray(out, outAt);
    z0.intoArray(out, outAt + H);
    y10.intoArray(out, outAt + outRow);
    z0.rearrange(SECOND_2).intoArray(out, outAt + outRow + H);
    y20.intoArray(out, outAt + 2 * outRow);
    z0.rearrange(THIRD_2).intoArray(out, outAt + 2 * outRow + H);
    y30.intoArray(out, outAt + 3 * outRow);
    z0.rearrange(FOURTH_2).intoArray(out, outAt + 3 * outRow + H);
    y40.intoArray(out, outAt + 4 * outRow);
    z4.intoArray(out, outAt + 4 * outRow + H);
    y50.intoArray(out, outAt + 5 * outRow);
    z4.rearrange(SECOND_2).intoArray(out, outAt + 5 * outRow + H);
    y60.intoArray(out, outAt + 6 * outRow);
    z4.rearrange(THIRD_2).intoArray(out, outAt + 6 * outRow + H);
    y70.intoArray(out, outAt + 7 * outRow);
    z4.rearrange(FOURTH_2).intoArray(out, outAt + 7 * outRow + H);
    y80.intoArray(out, outAt + 8 * outRow);
    z8.intoArray(out, outAt + 8 * outRow + H);
    y90.intoArray(out, outAt + 9 * outRow);
    z8.rearrange(SECOND_2).intoArray(out, outAt + 9 * outRow + H);
    ya0.intoArray(out, outAt + 10 * outRow);
    z8.rearrange(THIRD_2).intoArray(out, outAt + 10 * outRow + H);
    yb0.intoArray(out, outAt + 11 * outRow);
    z8.rearrange(FOURTH_2).intoArray(out, outAt + 11 * outRow + H);
    yc0.intoArray(out, outAt + 12 * outRow);
    zc.intoArray(out, outAt + 12 * outRow + H);
    yd0.intoArray(out, outAt + 13 * outRow);
    zc.rearrange(SECOND_2).intoArray(out, outAt + 13 * outRow + H);
    ye0.intoArray(out, outAt + 14 * outRow);
    zc.rearrange(THIRD_2).intoArray(out, outAt + 14 * outRow + H);
    yf0.intoArray(out, outAt + 15 * outRow);
    zc.rearrange(FOURTH_2).intoArray(out, outAt + 15 * outRow + H);
  }

  /** 16 rows next to each other: {@code aRow} is 1. */
  static void adjacent16x1(
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
    FloatVector s0 = fromArray(HALF, start, startAt);
    FloatVector s1 = fromArray(HALF, start, startAt + H).rearrange(FIRST_2);
    FloatVector y00 = s0;
    FloatVector y10 = s0;
    FloatVector y20 = s0;
    FloatVector y30 = s0;
    FloatVector y40 = s0;
    FloatVector y50 = s0;
    FloatVector y60 = s0;
    FloatVector y70 = s0;
    FloatVector y80 = s0;
    FloatVector y90 = s0;
    FloatVector ya0 = s0;
    FloatVector yb0 = s0;
    FloatVector yc0 = s0;
    FloatVector yd0 = s0;
    FloatVector ye0 = s0;
    FloatVector yf0 = s0;
    FloatVector z0 = s1;
    FloatVector z4 = s1;
    FloatVector z8 = s1;
    FloatVector zc = s1;
    for (int p = 0, q = aAt, r = bAt; p < k; p++, q += aStep, r += bStep) {
      FloatVector b0 = fromArray(HALF, b, r);
      FloatVector c = fromArray(HALF, b, r + H).rearrange(FIRST_2);
      FloatVector w = fromArray(HALF, a, q);
      z0 = w.rearrange(EACH_2).fma(c, z0);
      z4 = w.rearrange(LATER_2).fma(c, z4);
      w = fromArray(HALF, a, q + 8);
      z8 = w.rearrange(EACH_2).fma(c, z8);
      zc = w.rearrange(LATER_2).fma(c, zc);
      FloatVector x = broadcast(HALF, a[q]);
      y00 = x.fma(b0, y00);
      x = broadcast(HALF, a[q + 1]);
      y10 = x.fma(b0, y10);
      x = broadcast(HALF, a[q + 2]);
      y20 = x.fma(b0, y20);
      x = broadcast(HALF, a[q + 3]);
      y30 = x.fma(b0, y30);
      x = broadcast(HALF, a[q + 4]);
      y40 = x.fma(b0, y40);
      x = broadcast(HALF, a[q + 5]);
      y50 = x.fma(b0, y50);
      x = broadcast(HALF, a[q + 6]);
      y60 = x.fma(b0, y60);
      x = broadcast(HALF, a[q + 7]);
      y70 = x.fma(b0, y70);
      x = broadcast(HALF, a[q + 8]);
      y80 = x.fma(b0, y80);
      x = broadcast(HALF, a[q + 9]);
      y90 = x.fma(b0, y90);
      x = broadcast(HALF, a[q + 10]);
      ya0 = x.fma(b0, ya0);
      x = broadcast(HALF, a[q + 11]);
      yb0 = x.fma(b0, yb0);
      x = broadcast(HALF, a[q + 12]);
      yc0 = x.fma(b0, yc0);
      x = broadcast(HALF, a[q + 13]);
      yd0 = x.fma(b0, yd0);
      x = broadcast(HALF, a[q + 14]);
      ye0 = x.fma(b0, ye0);
      x = broadcast(HALF, a[q + 15]);
      yf0 = x.fma(b0, yf0);
    }
    y00.intoArray(out, outAt);
    z0.intoArray(out, outAt + H);
    y10.intoArray(out, outAt + outRow);
    z0.rearrange(SECOND_2).intoArray(out, outAt + outRow + H);
    y20.intoArray(out, outAt + 2 * outRow);
    z0.rearrange(THIRD_2).intoArray(out, outAt + 2 * outRow + H);
    y30.intoArray(out, outAt + 3 * outRow);
    z0.rearrange(FOURTH_2).intoArray(out, outAt + 3 * outRow + H);
    y40.intoArray(out, outAt + 4 * outRow);
    z4.intoArray(out, outAt + 4 * outRow + H);
    y50.intoArray(out, outAt + 5 * outRow);
    z4.rearrange(SECOND_2).intoArray(out, outAt + 5 * outRow + H);
    y60.intoArray(out, outAt + 6 * outRow);
    z4.rearrange(THIRD_2).intoArray(out, outAt + 6 * outRow + H);
    y70.intoArray(out, outAt + 7 * outRow);
    z4.rearrange(FOURTH_2).intoArray(out, outAt + 7 * outRow + H);
    y80.intoArray(out, outAt + 8 * outRow);
    z8.intoArray(out, outAt + 8 * outRow + H);
    y90.intoArray(out, outAt + 9 * outRow);
    z8.rearrange(SECOND_2).intoArray(out, outAt + 9 * outRow + H);
    ya0.intoArray(out, outAt + 10 * outRow);
    z8.rearrange(THIRD_2).intoArray(out, outAt + 10 * outRow + H);
    yb0.intoArray(out, outAt + 11 * outRow);
    z8.rearrange(FOURTH_2).intoArray(out, outAt + 11 * outRow + H);
    yc0.intoArray(out, outAt + 12 * outRow);
    zc.intoArray(out, outAt + 12 * outRow + H);
    yd0.intoArray(out, outAt + 13 * outRow);
    zc.rearrange(SECOND_2).intoArray(out, outAt + 13 * outRow + H);
    ye0.intoArray(out, outAt + 14 * outRow);
    zc.rearrange(THIRD_2).intoArray(out, outAt + 14 * outRow + H);
    yf0.intoArray(out, outAt + 15 * outRow);
    zc.rearrange(FOURTH_2).intoArray(out, outAt + 15 * outRow + H);
  }
}
