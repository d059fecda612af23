package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static dev.polymath.backend.arrays.Lanes.TYPE;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.polymath.Activation;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * One row of the output, {@code y = x · b}, from b where it is: bound by the second-level cache, so
 * that enough loads have to be under way. Eight accumulators, for four groups of two vectors: of
 * four panels, of two or of one, by their width, or of one row.
 */
final class VectorRowProducts {

  private static final int L = Lanes.COUNT;

  private static final int GROUP = 2 * L;

  private static final int COLUMNS = 4 * GROUP;

  /** From a row to the next in a panel of b: a constant. */
  private static final int PANEL =
      Lanes.MANY_REGISTERS ? VectorProducts.PANEL : VectorPackedProducts.TILE;

  private static final float[] ZEROS = new float[COLUMNS];

  private VectorRowProducts() {}

  /**
   * @param form NN with a row-major a, or TN
   * @param row of the output
   * @param sums scratch, room for four groups
   */
  static void multiply(
      Form form,
      ArraysTensor a,
      ArraysTensor b,
      @Nullable ArraysTensor bias,
      Activation f,
      ArraysTensor out,
      int row,
      int c0,
      int c1,
      float[] sums) {
    boolean transposed = form == Form.TN;
    int k = transposed ? a.rows() : a.cols();
    int aAt = transposed ? a.at(0, row) : a.at(row, 0);
    int aStep = transposed ? a.stride : 1;
    int width;
    for (int j = c0; j < c1; j += width) {
      float[] start = bias == null ? ZEROS : bias.data;
      int startAt = bias == null ? 0 : bias.at(0, j);
      width = Math.min(COLUMNS, c1 - j);
      if (width == COLUMNS && out.isRowMajor()) {
        groups(k, a.data, aAt, aStep, b, j, width, start, startAt, out.data, out.at(row, j));
      } else if (width >= 4 * L && b.run(j) >= 4 * L && out.run(j) >= 4 * L) {
        width = 4 * L;
        VectorTiles.row1x4(
            k,
            a.data,
            aAt,
            aStep,
            b.data,
            b.at(0, j),
            b.stride,
            start,
            startAt,
            out.data,
            out.at(row, j));
      } else if (!b.isRowMajor()) {
        System.arraycopy(start, startAt, sums, 0, width);
        groups(k, a.data, aAt, aStep, b, j, width, sums, 0, sums, 0);
        for (int c = 0; c < width; c += L) {
          System.arraycopy(sums, c, out.data, out.at(row, j + c), L);
        }
      } else {
        width = L;
        VectorTiles.row1x1(
            k,
            a.data,
            aAt,
            aStep,
            b.data,
            b.at(0, j),
            b.stride,
            start,
            startAt,
            out.data,
            out.at(row, j));
      }
    }
    int n;
    for (int j = c0; j < c1 && f != Activation.IDENTITY; j += n) {
      n = Math.min(out.run(j), c1 - j);
      int at = out.at(row, j);
      VectorActivations.activate(f, out.data, at, out.data, at, n);
    }
  }

  /**
   * Four groups of columns from j on. Where there are fewer, the last of them stands in for those
   * that are not there; what it holds beyond the width needs room in {@code start} and {@code out}.
   */
  private static void groups(
      int k,
      float[] a,
      int aAt,
      int aStep,
      ArraysTensor b,
      int j,
      int width,
      float[] start,
      int startAt,
      float[] out,
      int outAt) {
    int last = (width - 1) / GROUP * GROUP;
    int b0 = b.at(0, j);
    int b1 = b.at(0, j + Math.min(GROUP, last));
    int b2 = b.at(0, j + Math.min(2 * GROUP, last));
    int b3 = b.at(0, j + last);
    if (aStep == 1 && b.stride == PANEL) {
      panels(k, a, aAt, b.data, b0, b1, b2, b3, start, startAt, out, outAt);
    } else {
      rows(
          k, a, aAt, aStep, b.data, b0, b1 - b0, b2 - b0, b3 - b0, b.stride, start, startAt, out,
          outAt);
    }
  }

  /**
   * Groups of panels. Constant steps, which cost the tiles of many rows a spill, save the checks of
   * each load here.
   */
  private static void panels(
      int k,
      float[] a,
      int aAt,
      float[] b,
      int b0,
      int b1,
      int b2,
      int b3,
      float[] start,
      int startAt,
      float[] out,
      int outAt) {
    FloatVector y00 = fromArray(FLOATS, start, startAt);
    FloatVector y01 = fromArray(FLOATS, start, startAt + L);
    FloatVector y10 = fromArray(FLOATS, start, startAt + 2 * L);
    FloatVector y11 = fromArray(FLOATS, start, startAt + 3 * L);
    FloatVector y20 = fromArray(FLOATS, start, startAt + 4 * L);
    FloatVector y21 = fromArray(FLOATS, start, startAt + 5 * L);
    FloatVector y30 = fromArray(FLOATS, start, startAt + 6 * L);
    FloatVector y31 = fromArray(FLOATS, start, startAt + 7 * L);
    for (int p = 0; p < k; p++) {
      FloatVector x = TYPE.cast(broadcast(FLOATS, a[aAt + p]));
      y00 = x.fma(fromArray(FLOATS, b, b0 + p * PANEL), y00);
      y01 = x.fma(fromArray(FLOATS, b, b0 + p * PANEL + L), y01);
      y10 = x.fma(fromArray(FLOATS, b, b1 + p * PANEL), y10);
      y11 = x.fma(fromArray(FLOATS, b, b1 + p * PANEL + L), y11);
      y20 = x.fma(fromArray(FLOATS, b, b2 + p * PANEL), y20);
      y21 = x.fma(fromArray(FLOATS, b, b2 + p * PANEL + L), y21);
      y30 = x.fma(fromArray(FLOATS, b, b3 + p * PANEL), y30);
      y31 = x.fma(fromArray(FLOATS, b, b3 + p * PANEL + L), y31);
    }
    TYPE.cast(y00).intoArray(out, outAt);
    TYPE.cast(y01).intoArray(out, outAt + L);
    TYPE.cast(y10).intoArray(out, outAt + 2 * L);
    TYPE.cast(y11).intoArray(out, outAt + 3 * L);
    TYPE.cast(y20).intoArray(out, outAt + 4 * L);
    TYPE.cast(y21).intoArray(out, outAt + 5 * L);
    TYPE.cast(y30).intoArray(out, outAt + 6 * L);
    TYPE.cast(y31).intoArray(out, outAt + 7 * L);
  }

  /** Groups of a row-major b, or of any b with the transposed form. */
  private static void rows(
      int k,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int b1,
      int b2,
      int b3,
      int bStep,
      float[] start,
      int startAt,
      float[] out,
      int outAt) {
    FloatVector y00 = fromArray(FLOATS, start, startAt);
    FloatVector y01 = fromArray(FLOATS, start, startAt + L);
    FloatVector y10 = fromArray(FLOATS, start, startAt + 2 * L);
    FloatVector y11 = fromArray(FLOATS, start, startAt + 3 * L);
    FloatVector y20 = fromArray(FLOATS, start, startAt + 4 * L);
    FloatVector y21 = fromArray(FLOATS, start, startAt + 5 * L);
    FloatVector y30 = fromArray(FLOATS, start, startAt + 6 * L);
    FloatVector y31 = fromArray(FLOATS, start, startAt + 7 * L);
    for (int p = 0, q = aAt, r = bAt; p < k; p++, q += aStep, r += bStep) {
      FloatVector x = TYPE.cast(broadcast(FLOATS, a[q]));
      y00 = x.fma(fromArray(FLOATS, b, r), y00);
      y01 = x.fma(fromArray(FLOATS, b, r + L), y01);
      y10 = x.fma(fromArray(FLOATS, b, r + b1), y10);
      y11 = x.fma(fromArray(FLOATS, b, r + b1 + L), y11);
      y20 = x.fma(fromArray(FLOATS, b, r + b2), y20);
      y21 = x.fma(fromArray(FLOATS, b, r + b2 + L), y21);
      y30 = x.fma(fromArray(FLOATS, b, r + b3), y30);
      y31 = x.fma(fromArray(FLOATS, b, r + b3 + L), y31);
    }
    TYPE.cast(y00).intoArray(out, outAt);
    TYPE.cast(y01).intoArray(out, outAt + L);
    TYPE.cast(y10).intoArray(out, outAt + 2 * L);
    TYPE.cast(y11).intoArray(out, outAt + 3 * L);
    TYPE.cast(y20).intoArray(out, outAt + 4 * L);
    TYPE.cast(y21).intoArray(out, outAt + 5 * L);
    TYPE.cast(y30).intoArray(out, outAt + 6 * L);
    TYPE.cast(y31).intoArray(out, outAt + 7 * L);
  }
}
