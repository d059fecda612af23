package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.polymath.Activation;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * One row of the output, {@code y = x · b}, from b where it is: bound by the second-level cache, so
 * that enough loads have to be under way. Eight accumulators, for four groups of two vectors: four
 * panels, or parts of one row.
 */
final class VectorRowProducts {

  private static final int L = Lanes.COUNT;

  private static final int GROUP = VectorPackedProducts.TILE;

  private static final int COLUMNS = 4 * GROUP;

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
    boolean inPanels = !transposed && !b.isRowMajor();
    int k = transposed ? a.rows() : a.cols();
    int aAt = transposed ? a.at(0, row) : a.at(row, 0);
    int aStep = transposed ? a.stride : 1;
    int width;
    for (int j = c0; j < c1; j += width) {
      float[] start = bias == null ? ZEROS : bias.data;
      int startAt = bias == null ? 0 : bias.at(0, j);
      int to = out.at(row, j);
      width = Math.min(COLUMNS, c1 - j);
      if (width == COLUMNS) {
        int distance = b.at(0, j + GROUP) - b.at(0, j);
        int step = out.at(row, j + GROUP) - to;
        if (inPanels) {
          int at = b.at(0, j);
          panels(
              k,
              a.data,
              aAt,
              b.data,
              at,
              at + distance,
              at + 2 * distance,
              at + 3 * distance,
              start,
              startAt,
              out.data,
              to,
              step);
        } else {
          rows(
              k,
              a.data,
              aAt,
              aStep,
              b.data,
              b.at(0, j),
              b.stride,
              distance,
              start,
              startAt,
              out.data,
              to,
              step);
        }
      } else if (inPanels) {
        someColumns(k, a.data, aAt, b, j, width, start, startAt, out, row, sums);
      } else {
        width = L;
        VectorTiles.row1x1(
            k, a.data, aAt, aStep, b.data, b.at(0, j), b.stride, start, startAt, out.data, to);
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
   * The last panels, fewer than four: the last of them stands in for those that are not there. What
   * it holds beyond the output's columns goes into scratch, where there is room for it.
   */
  private static void someColumns(
      int k,
      float[] a,
      int aAt,
      ArraysTensor b,
      int j,
      int width,
      float[] start,
      int startAt,
      ArraysTensor out,
      int row,
      float[] sums) {
    System.arraycopy(start, startAt, sums, 0, width);
    int last = (width - 1) / GROUP * GROUP;
    panels(
        k,
        a,
        aAt,
        b.data,
        b.at(0, j),
        b.at(0, j + Math.min(GROUP, last)),
        b.at(0, j + Math.min(2 * GROUP, last)),
        b.at(0, j + last),
        sums,
        0,
        sums,
        0,
        GROUP);
    for (int c = 0; c < width; c += GROUP) {
      System.arraycopy(sums, c, out.data, out.at(row, j + c), Math.min(GROUP, width - c));
    }
  }

  /**
   * Four panels. Constant steps, which cost the tiles of many rows a spill, save the checks of each
   * load here.
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
      int outAt,
      int outStep) {
    FloatVector y00 = fromArray(FLOATS, start, startAt);
    FloatVector y01 = fromArray(FLOATS, start, startAt + L);
    FloatVector y10 = fromArray(FLOATS, start, startAt + 2 * L);
    FloatVector y11 = fromArray(FLOATS, start, startAt + 3 * L);
    FloatVector y20 = fromArray(FLOATS, start, startAt + 4 * L);
    FloatVector y21 = fromArray(FLOATS, start, startAt + 5 * L);
    FloatVector y30 = fromArray(FLOATS, start, startAt + 6 * L);
    FloatVector y31 = fromArray(FLOATS, start, startAt + 7 * L);
    for (int p = 0; p < k; p++) {
      FloatVector x = broadcast(FLOATS, a[aAt + p]);
      y00 = x.fma(fromArray(FLOATS, b, b0 + p * GROUP), y00);
      y01 = x.fma(fromArray(FLOATS, b, b0 + p * GROUP + L), y01);
      y10 = x.fma(fromArray(FLOATS, b, b1 + p * GROUP), y10);
      y11 = x.fma(fromArray(FLOATS, b, b1 + p * GROUP + L), y11);
      y20 = x.fma(fromArray(FLOATS, b, b2 + p * GROUP), y20);
      y21 = x.fma(fromArray(FLOATS, b, b2 + p * GROUP + L), y21);
      y30 = x.fma(fromArray(FLOATS, b, b3 + p * GROUP), y30);
      y31 = x.fma(fromArray(FLOATS, b, b3 + p * GROUP + L), y31);
    }
    y00.intoArray(out, outAt);
    y01.intoArray(out, outAt + L);
    y10.intoArray(out, outAt + outStep);
    y11.intoArray(out, outAt + outStep + L);
    y20.intoArray(out, outAt + 2 * outStep);
    y21.intoArray(out, outAt + 2 * outStep + L);
    y30.intoArray(out, outAt + 3 * outStep);
    y31.intoArray(out, outAt + 3 * outStep + L);
  }

  /** Columns of a row-major b, or of any b with the transposed form. */
  private static void rows(
      int k,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      int distance,
      float[] start,
      int startAt,
      float[] out,
      int outAt,
      int outStep) {
    FloatVector y00 = fromArray(FLOATS, start, startAt);
    FloatVector y01 = fromArray(FLOATS, start, startAt + L);
    FloatVector y10 = fromArray(FLOATS, start, startAt + 2 * L);
    FloatVector y11 = fromArray(FLOATS, start, startAt + 3 * L);
    FloatVector y20 = fromArray(FLOATS, start, startAt + 4 * L);
    FloatVector y21 = fromArray(FLOATS, start, startAt + 5 * L);
    FloatVector y30 = fromArray(FLOATS, start, startAt + 6 * L);
    FloatVector y31 = fromArray(FLOATS, start, startAt + 7 * L);
    int b1 = distance;
    int b2 = 2 * distance;
    int b3 = 3 * distance;
    for (int p = 0, q = aAt, r = bAt; p < k; p++, q += aStep, r += bStep) {
      FloatVector x = broadcast(FLOATS, a[q]);
      y00 = x.fma(fromArray(FLOATS, b, r), y00);
      y01 = x.fma(fromArray(FLOATS, b, r + L), y01);
      y10 = x.fma(fromArray(FLOATS, b, r + b1), y10);
      y11 = x.fma(fromArray(FLOATS, b, r + b1 + L), y11);
      y20 = x.fma(fromArray(FLOATS, b, r + b2), y20);
      y21 = x.fma(fromArray(FLOATS, b, r + b2 + L), y21);
      y30 = x.fma(fromArray(FLOATS, b, r + b3), y30);
      y31 = x.fma(fromArray(FLOATS, b, r + b3 + L), y31);
    }
    y00.intoArray(out, outAt);
    y01.intoArray(out, outAt + L);
    y10.intoArray(out, outAt + outStep);
    y11.intoArray(out, outAt + outStep + L);
    y20.intoArray(out, outAt + 2 * outStep);
    y21.intoArray(out, outAt + 2 * outStep + L);
    y30.intoArray(out, outAt + 3 * outStep);
    y31.intoArray(out, outAt + 3 * outStep + L);
  }
}
