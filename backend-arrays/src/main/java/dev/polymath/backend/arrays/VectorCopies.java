package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static dev.polymath.backend.arrays.Lanes.INT_TYPE;
import static dev.polymath.backend.arrays.Lanes.LONG_TYPE;
import static dev.polymath.backend.arrays.Lanes.TYPE;
import static dev.polymath.backend.arrays.VectorFiveRowTiles.PITCH;
import static dev.polymath.backend.arrays.VectorPackedProducts.ROWS;
import static dev.polymath.backend.arrays.VectorPackedProducts.STEP;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Copies of a part of an operand to where the products read it at the least cost: b in panels, rows
 * of a to a constant distance, columns of a tile by tile. Steps of k are {@code [p, p + n)}.
 */
final class VectorCopies {

  private static final int L = Lanes.COUNT;

  private static final VectorMask<Float> ODD = lanes(1, 1);
  private static final VectorMask<Float> LATER_PAIR = lanes(2, 2);

  /** Lanes 4 to 7, 8 to 11 and 12 to 15, as far as there are any. */
  private static final VectorMask<Float> SECOND_FOUR = lanes(-4, 4);

  private static final VectorMask<Float> THIRD_FOUR = lanes(-4, 8);
  private static final VectorMask<Float> LAST_FOUR = lanes(-4, 12);
  private static final VectorShuffle<Float> OTHER_PAIR =
      VectorShuffle.fromOp(FLOATS, i -> (i ^ 2) % L);

  private VectorCopies() {}

  /** {@code rows[i · PITCH + q] = a[r0 + i, p + q]}. */
  static void rows(ArraysTensor a, int r0, int r1, int p, int n, float[] rows) {
    int run;
    for (int q = 0; q < n; q += run) {
      run = Math.min((n - q + L - 1) / L * L, a.run(p + q));
      rows(a.data, a.at(r0, p + q), a.stride, r1 - r0, run, rows, q, PITCH);
    }
  }

  /** Tile after tile, {@code tile[q · STEP + i] = a[p + q, first + i]}. */
  static void columns(ArraysTensor a, int r0, int r1, int p, int n, float[] tiles) {
    int to = 0;
    for (int i = r0; i < r1; i += ROWS, to += n * STEP) {
      int first = Math.max(r0, Math.min(i, r1 - ROWS));
      if (a.run(first) >= Math.max(STEP, L)) {
        eightColumns(a.data, a.at(p, first), a.stride, n, tiles, to);
      } else {
        int rows = Math.min(ROWS, r1 - first);
        for (int r = 0; r < rows; r++) {
          int from = a.at(p, first + r);
          for (int q = 0; q < n; q++) {
            tiles[to + q * STEP + r] = a.data[from + q * a.stride];
          }
        }
      }
    }
  }

  /**
   * Panels of columns {@code [c0, c1)} of b, or of bᵀ for the form NT: {@code panels[(j / step) · n
   * · step + q · step + j % step] = b[p + q, c0 + j]}. Rows past bᵀ's last are zeros.
   *
   * @param step columns of a panel
   */
  static void panels(
      Form form, ArraysTensor b, int p, int n, int c0, int c1, float[] panels, int step) {
    for (int j = c0; j < c1; j += step) {
      int to = (j - c0) * n;
      int width = Math.min(step, c1 - j);
      if (form == Form.NT) {
        transpose(b, j, width, p, n, panels, to, step);
      } else {
        int v = 0;
        for (; v + 2 * L <= width; v += 2 * L) {
          twoVectors(b.data, b.at(p, j + v), b.stride, n, panels, to + v, step);
        }
        if (v < width) {
          oneVector(b.data, b.at(p, j + v), b.stride, n, panels, to + v, step);
        }
      }
    }
  }

  /** Room for panels: a transposing copy writes up to three rows more. */
  static int panelsSize(int n, int columns, int step) {
    return ((columns + step - 1) / step * n + 3) * step;
  }

  /** {@code panel[q · step + r] = b[j + r, p + q]}. */
  private static void transpose(
      ArraysTensor b, int j, int width, int p, int n, float[] panel, int to, int step) {
    int rows = Math.min(width, b.rows() - j);
    int run;
    for (int q = 0; q < n; q += run, to += run * step) {
      run = Math.min(n - q, b.run(p + q));
      int r = 0;
      for (; L <= 16 && r + L <= rows; r += L) {
        rowsToColumns(b.data, b.at(j + r, p + q), b.stride, run, panel, to + r, step);
      }
      for (; r + 4 <= rows; r += 4) {
        transpose4(b.data, b.at(j + r, p + q), b.stride, run, panel, to + r, step);
      }
      for (; r < rows; r++) {
        transpose1(b.data, b.at(j + r, p + q), run, panel, to + r, step);
      }
      for (; r < width; r++) {
        for (int t = 0; t < run; t++) {
          panel[to + t * step + r] = 0f;
        }
      }
    }
  }

  private static void transpose4(
      float[] b, int at, int stride, int n, float[] panel, int to, int step) {
    int b1 = at + stride;
    int b2 = b1 + stride;
    int b3 = b2 + stride;
    for (int t = 0; t < n; t++, to += step) {
      panel[to] = b[at + t];
      panel[to + 1] = b[b1 + t];
      panel[to + 2] = b[b2 + t];
      panel[to + 3] = b[b3 + t];
    }
  }

  private static void transpose1(float[] b, int at, int n, float[] panel, int to, int step) {
    for (int t = 0; t < n; t++, to += step) {
      panel[to] = b[at + t];
    }
  }

  /** The first {@code n} elements of each of {@code rows} rows. */
  private static void rows(
      float[] x, int at, int stride, int rows, int n, float[] y, int to, int toStride) {
    int whole = n / L * L;
    for (int i = 0, r = at, t = to; i < rows; i++, r += stride, t += toStride) {
      for (int j = 0; j < whole; j += L) {
        TYPE.cast(fromArray(FLOATS, x, r + j)).intoArray(y, t + j);
      }
      for (int j = whole; j < n; j++) {
        y[t + j] = x[r + j];
      }
    }
  }

  /** At least eight columns of each of {@code rows} rows, eight apart in the copy. */
  private static void eightColumns(float[] x, int at, int stride, int rows, float[] y, int to) {
    for (int i = 0, r = at, t = to; i < rows; i++, r += stride, t += 8) {
      for (int j = 0; j < 8; j += L) {
        TYPE.cast(fromArray(FLOATS, x, r + j)).intoArray(y, t + j);
      }
    }
  }

  /** Two vectors of each of {@code rows} rows. */
  private static void twoVectors(
      float[] b, int bAt, int stride, int rows, float[] panel, int to, int step) {
    for (int i = 0, r = bAt, t = to; i < rows; i++, r += stride, t += step) {
      TYPE.cast(fromArray(FLOATS, b, r)).intoArray(panel, t);
      TYPE.cast(fromArray(FLOATS, b, r + L)).intoArray(panel, t + L);
    }
  }

  /** One vector of each of {@code rows} rows. */
  private static void oneVector(
      float[] b, int bAt, int stride, int rows, float[] panel, int to, int step) {
    for (int i = 0, r = bAt, t = to; i < rows; i++, r += stride, t += step) {
      TYPE.cast(fromArray(FLOATS, b, r)).intoArray(panel, t);
    }
  }

  /**
   * As many rows of {@code n} elements as a vector has lanes, 4, 8 or 16, as columns of a panel:
   * {@code panel[to + q · step + r] = b[bAt + r · stride + q]}. Four columns of b at a time, as
   * many again of what follows them where n is no multiple of 4.
   *
   * <p>Rows four apart meet by loads, pairs of lanes by a shuffle, neighbours by shifts of 64 bits.
   * Whole square blocks need more registers than AVX2 has
   * (docs/benchmarks/notes/0008-sixteen-registers.md).
   */
  private static void rowsToColumns(
      float[] b, int bAt, int stride, int n, float[] panel, int to, int step) {
    int four = 4 * stride - 4;
    for (int q = 0; q < n; q += 4) {
      int i = bAt + q;
      FloatVector x0 = TYPE.cast(fromArray(FLOATS, b, i));
      FloatVector x1 = TYPE.cast(fromArray(FLOATS, b, i + stride));
      FloatVector x2 = TYPE.cast(fromArray(FLOATS, b, i + 2 * stride));
      FloatVector x3 = TYPE.cast(fromArray(FLOATS, b, i + 3 * stride));
      if (L >= 8) {
        int j = i + four;
        x0 = TYPE.cast(x0.blend(fromArray(FLOATS, b, j), SECOND_FOUR));
        x1 = TYPE.cast(x1.blend(fromArray(FLOATS, b, j + stride), SECOND_FOUR));
        x2 = TYPE.cast(x2.blend(fromArray(FLOATS, b, j + 2 * stride), SECOND_FOUR));
        x3 = TYPE.cast(x3.blend(fromArray(FLOATS, b, j + 3 * stride), SECOND_FOUR));
      }
      if (L >= 16) {
        int j = i + 2 * four;
        x0 = TYPE.cast(x0.blend(fromArray(FLOATS, b, j), THIRD_FOUR));
        x1 = TYPE.cast(x1.blend(fromArray(FLOATS, b, j + stride), THIRD_FOUR));
        x2 = TYPE.cast(x2.blend(fromArray(FLOATS, b, j + 2 * stride), THIRD_FOUR));
        x3 = TYPE.cast(x3.blend(fromArray(FLOATS, b, j + 3 * stride), THIRD_FOUR));
        j += four;
        x0 = TYPE.cast(x0.blend(fromArray(FLOATS, b, j), LAST_FOUR));
        x1 = TYPE.cast(x1.blend(fromArray(FLOATS, b, j + stride), LAST_FOUR));
        x2 = TYPE.cast(x2.blend(fromArray(FLOATS, b, j + 2 * stride), LAST_FOUR));
        x3 = TYPE.cast(x3.blend(fromArray(FLOATS, b, j + 3 * stride), LAST_FOUR));
      }
      FloatVector s = TYPE.cast(x2.blend(x0, LATER_PAIR));
      s = TYPE.cast(s.rearrange(OTHER_PAIR));
      x0 = TYPE.cast(x0.blend(s, LATER_PAIR));
      x2 = TYPE.cast(s.blend(x2, LATER_PAIR));
      s = TYPE.cast(x3.blend(x1, LATER_PAIR));
      s = TYPE.cast(s.rearrange(OTHER_PAIR));
      x1 = TYPE.cast(x1.blend(s, LATER_PAIR));
      x3 = TYPE.cast(s.blend(x3, LATER_PAIR));
      int t = to + q * step;
      LongVector bits = LONG_TYPE.cast(INT_TYPE.cast(x1.reinterpretAsInts()).reinterpretAsLongs());
      bits = LONG_TYPE.cast(bits.lanewise(LSHL, 32));
      s = TYPE.cast(bits.reinterpretAsFloats());
      TYPE.cast(x0.blend(s, ODD)).intoArray(panel, t);
      bits = LONG_TYPE.cast(INT_TYPE.cast(x0.reinterpretAsInts()).reinterpretAsLongs());
      bits = LONG_TYPE.cast(bits.lanewise(LSHR, 32));
      s = TYPE.cast(bits.reinterpretAsFloats());
      TYPE.cast(s.blend(x1, ODD)).intoArray(panel, t + step);
      bits = LONG_TYPE.cast(INT_TYPE.cast(x3.reinterpretAsInts()).reinterpretAsLongs());
      bits = LONG_TYPE.cast(bits.lanewise(LSHL, 32));
      s = TYPE.cast(bits.reinterpretAsFloats());
      TYPE.cast(x2.blend(s, ODD)).intoArray(panel, t + 2 * step);
      bits = LONG_TYPE.cast(INT_TYPE.cast(x2.reinterpretAsInts()).reinterpretAsLongs());
      bits = LONG_TYPE.cast(bits.lanewise(LSHR, 32));
      s = TYPE.cast(bits.reinterpretAsFloats());
      TYPE.cast(s.blend(x3, ODD)).intoArray(panel, t + 3 * step);
    }
  }

  /** Lanes whose number, of the bits of {@code mask}, has those of {@code bits}. */
  private static VectorMask<Float> lanes(int mask, int bits) {
    boolean[] lanes = new boolean[L];
    for (int i = 0; i < L; i++) {
      lanes[i] = (i & mask) == bits;
    }
    return VectorMask.fromArray(FLOATS, lanes, 0);
  }
}
