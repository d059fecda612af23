package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static dev.polymath.backend.arrays.VectorFiveRowTiles.PITCH;
import static dev.polymath.backend.arrays.VectorPackedProducts.ROWS;
import static dev.polymath.backend.arrays.VectorPackedProducts.STEP;
import static dev.polymath.backend.arrays.VectorPackedProducts.TILE;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Copies of a part of an operand to where {@link VectorPackedProducts} reads it at the least cost:
 * rows of a to a constant distance, columns of a tile by tile, b in panels as wide as a tile. Steps
 * of k are {@code [p, p + n)}.
 */
final class VectorCopies {

  private static final int L = Lanes.COUNT;

  /** Lanes whose number has the bit 1, 2 or 4. */
  private static final VectorMask<Float> ODD = lanesWith(1);

  private static final VectorMask<Float> LATER_PAIR = lanesWith(2);
  private static final VectorMask<Float> UPPER_HALF = lanesWith(4);
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
   * Panels of columns {@code [c0, c1)} of b, or of bᵀ for the form NT: {@code panels[(j / TILE) · n
   * · TILE + q · TILE + j % TILE] = b[p + q, c0 + j]}.
   */
  static void panels(Form form, ArraysTensor b, int p, int n, int c0, int c1, float[][] scratch) {
    // A transposing copy writes up to three rows more.
    int size = ((c1 - c0 + TILE - 1) / TILE * n + 3) * TILE;
    if (scratch[1].length < size) {
      scratch[1] = new float[size];
    }
    float[] panels = scratch[1];
    for (int j = c0; j < c1; j += TILE) {
      int to = (j - c0) * n;
      if (form == Form.NT) {
        transpose(b, j, Math.min(TILE, b.rows() - j), p, n, panels, to);
      } else if (j + TILE <= c1) {
        twoVectors(b.data, b.at(p, j), b.stride, n, panels, to);
      } else {
        oneVector(b.data, b.at(p, j), b.stride, n, panels, to);
      }
    }
  }

  /** {@code panel[q · TILE + r] = b[j + r, p + q]}; zeros for rows past b's last. */
  private static void transpose(
      ArraysTensor b, int j, int rows, int p, int n, float[] panel, int to) {
    int run;
    for (int q = 0; q < n; q += run, to += run * TILE) {
      run = Math.min(n - q, b.run(p + q));
      int r = 0;
      for (; L == 8 && r + 8 <= rows; r += 8) {
        eightRows(b.data, b.at(j + r, p + q), b.stride, run, panel, to + r);
      }
      for (; r + 4 <= rows; r += 4) {
        transpose4(b.data, b.at(j + r, p + q), b.stride, run, panel, to + r);
      }
      for (; r < rows; r++) {
        transpose1(b.data, b.at(j + r, p + q), run, panel, to + r);
      }
      for (; r < TILE; r++) {
        for (int t = 0; t < run; t++) {
          panel[to + t * TILE + r] = 0f;
        }
      }
    }
  }

  private static void transpose4(float[] b, int at, int stride, int n, float[] panel, int to) {
    int b1 = at + stride;
    int b2 = b1 + stride;
    int b3 = b2 + stride;
    for (int t = 0; t < n; t++, to += TILE) {
      panel[to] = b[at + t];
      panel[to + 1] = b[b1 + t];
      panel[to + 2] = b[b2 + t];
      panel[to + 3] = b[b3 + t];
    }
  }

  private static void transpose1(float[] b, int at, int n, float[] panel, int to) {
    for (int t = 0; t < n; t++, to += TILE) {
      panel[to] = b[at + t];
    }
  }

  /** The first {@code n} elements of each of {@code rows} rows. */
  private static void rows(
      float[] x, int at, int stride, int rows, int n, float[] y, int to, int toStride) {
    int whole = n / L * L;
    for (int i = 0, r = at, t = to; i < rows; i++, r += stride, t += toStride) {
      for (int j = 0; j < whole; j += L) {
        fromArray(FLOATS, x, r + j).intoArray(y, t + j);
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
        fromArray(FLOATS, x, r + j).intoArray(y, t + j);
      }
    }
  }

  /** Two vectors of each of {@code rows} rows. */
  private static void twoVectors(float[] b, int bAt, int stride, int rows, float[] panel, int to) {
    for (int i = 0, r = bAt, t = to; i < rows; i++, r += stride, t += 2 * L) {
      fromArray(FLOATS, b, r).intoArray(panel, t);
      fromArray(FLOATS, b, r + L).intoArray(panel, t + L);
    }
  }

  /** One vector of each of {@code rows} rows. */
  private static void oneVector(float[] b, int bAt, int stride, int rows, float[] panel, int to) {
    for (int i = 0, r = bAt, t = to; i < rows; i++, r += stride, t += 2 * L) {
      fromArray(FLOATS, b, r).intoArray(panel, t);
    }
  }

  /**
   * Eight rows of {@code n} elements as columns of a panel, for vectors of eight lanes: {@code
   * panel[to + q · 16 + r] = b[bAt + r · stride + q]}. Four columns of b at a time, as many again
   * of what follows them where n is no multiple of 4.
   *
   * <p>Halves of rows four apart meet by loads, pairs of lanes by a shuffle, neighbours by shifts
   * of 64 bits. Whole 8 × 8 blocks need more registers than there are (docs/adr/0008).
   */
  private static void eightRows(float[] b, int bAt, int stride, int n, float[] panel, int to) {
    for (int q = 0; q < n; q += 4) {
      int i = bAt + q;
      int j = i + 4 * stride - 4;
      FloatVector x0 = fromArray(FLOATS, b, i).blend(fromArray(FLOATS, b, j), UPPER_HALF);
      FloatVector x1 =
          fromArray(FLOATS, b, i + stride).blend(fromArray(FLOATS, b, j + stride), UPPER_HALF);
      FloatVector x2 =
          fromArray(FLOATS, b, i + 2 * stride)
              .blend(fromArray(FLOATS, b, j + 2 * stride), UPPER_HALF);
      FloatVector x3 =
          fromArray(FLOATS, b, i + 3 * stride)
              .blend(fromArray(FLOATS, b, j + 3 * stride), UPPER_HALF);
      FloatVector s = x2.blend(x0, LATER_PAIR).rearrange(OTHER_PAIR);
      x0 = x0.blend(s, LATER_PAIR);
      x2 = s.blend(x2, LATER_PAIR);
      s = x3.blend(x1, LATER_PAIR).rearrange(OTHER_PAIR);
      x1 = x1.blend(s, LATER_PAIR);
      x3 = s.blend(x3, LATER_PAIR);
      int t = to + q * 2 * L;
      s = x1.reinterpretAsInts().reinterpretAsLongs().lanewise(LSHL, 32).reinterpretAsFloats();
      x0.blend(s, ODD).intoArray(panel, t);
      s = x0.reinterpretAsInts().reinterpretAsLongs().lanewise(LSHR, 32).reinterpretAsFloats();
      s.blend(x1, ODD).intoArray(panel, t + 2 * L);
      s = x3.reinterpretAsInts().reinterpretAsLongs().lanewise(LSHL, 32).reinterpretAsFloats();
      x2.blend(s, ODD).intoArray(panel, t + 4 * L);
      s = x2.reinterpretAsInts().reinterpretAsLongs().lanewise(LSHR, 32).reinterpretAsFloats();
      s.blend(x3, ODD).intoArray(panel, t + 6 * L);
    }
  }

  private static VectorMask<Float> lanesWith(int bit) {
    boolean[] lanes = new boolean[L];
    for (int i = 0; i < L; i++) {
      lanes[i] = (i & bit) != 0;
    }
    return VectorMask.fromArray(FLOATS, lanes, 0);
  }
}
