package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.polymath.Activation;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * One row of the output, {@code y = x · b}, from b where it is: bound by the caches, so that enough
 * loads have to be under way. Eight accumulators, from four panels of two vectors or from one row.
 */
final class VectorRowProducts {

  private static final int L = Lanes.COUNT;

  private static final float[] ZEROS = new float[8 * L];

  private VectorRowProducts() {}

  /**
   * @param form NN with a row-major a, or TN
   * @param row of the output
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
      int c1) {
    boolean transposed = form == Form.TN;
    int k = transposed ? a.rows() : a.cols();
    int aAt = transposed ? a.at(0, row) : a.at(row, 0);
    int aStep = transposed ? a.stride : 1;
    int group = b.isRowMajor() ? 2 * L : b.stride;
    int j = c0;
    for (; j + 4 * group <= c1 && group == 2 * L; j += 4 * group) {
      float[] start = bias == null ? ZEROS : bias.data;
      int startAt = bias == null ? 0 : bias.at(0, j);
      int distance = b.at(0, j + group) - b.at(0, j);
      float[] y = out.data;
      int to = out.at(row, j);
      int step = out.at(row, j + group) - to;
      eight(
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
          y,
          to,
          step);
    }
    for (; j < c1; j += L) {
      float[] start = bias == null ? ZEROS : bias.data;
      int startAt = bias == null ? 0 : bias.at(0, j);
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
    int n;
    for (j = c0; j < c1 && f != Activation.IDENTITY; j += n) {
      n = Math.min(out.run(j), c1 - j);
      int at = out.at(row, j);
      VectorActivations.activate(f, out.data, at, out.data, at, n);
    }
  }

  /** Four groups of two vectors, {@code distance} apart in b and {@code outStep} in the output. */
  private static void eight(
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
