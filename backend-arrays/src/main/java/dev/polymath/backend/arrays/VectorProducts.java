package dev.polymath.backend.arrays;

import dev.polymath.Activation;
import org.jspecify.annotations.Nullable;

/**
 * The three products. The output is computed panel by panel of 64 columns, tile by tile of a few
 * rows; a tile reads its rows of a and one panel of b. Only a transposed b is packed: everything
 * else was faster in place.
 */
final class VectorProducts {

  /** Columns of b and of the output at a time: a tile of four vectors of 512 bits. */
  static final int PANEL = Job.COLUMNS;

  /** A panel of b with so many rows, 256 KiB, stays in the second-level cache. */
  private static final int DEPTH = 1024;

  private static final int L = Lanes.COUNT;

  private static final int TILE_ROWS = 4;

  private static final float[] ZEROS = new float[PANEL];

  private VectorProducts() {}

  /** Room for one packed panel. */
  static float[][] newScratch() {
    return new float[1][PANEL * DEPTH];
  }

  static void multiply(
      Form form,
      ArraysTensor a,
      ArraysTensor b,
      @Nullable ArraysTensor bias,
      Activation f,
      ArraysTensor out,
      int r0,
      int r1,
      int c0,
      int c1,
      float[] packed) {
    if (r1 - r0 == 1 && form != Form.NT && (form == Form.TN || a.isRowMajor())) {
      VectorRowProducts.multiply(form, a, b, bias, f, out, r0, c0, c1, packed);
      return;
    }
    int k = form == Form.TN ? a.rows() : a.cols();
    boolean broken = form != Form.TN && !a.isRowMajor();
    int depth = broken ? PANEL : DEPTH;
    for (int j = c0; j < c1; j += PANEL) {
      int width = Math.min(PANEL, c1 - j);
      for (int p = 0; p < k; p += depth) {
        int n = Math.min(depth, k - p);
        float[] start = ZEROS;
        int startAt = 0;
        int startRow = 0;
        if (p > 0) {
          start = out.data;
          startAt = out.at(r0, j);
          startRow = out.stride;
        } else if (bias != null) {
          start = bias.data;
          startAt = bias.at(0, j);
        }
        float[] panel = b.data;
        int panelAt = 0;
        int panelStep = b.stride;
        if (form == Form.NT) {
          packTransposed(b, j, width, p, n, packed);
          panel = packed;
          panelStep = PANEL;
        } else {
          panelAt = b.at(p, j);
        }
        Activation last = p + n == k ? f : Activation.IDENTITY;
        panel(
            form, a, p, n, panel, panelAt, panelStep, start, startAt, startRow, last, out, r0, r1,
            j, width);
      }
    }
  }

  /** All tiles of one panel of the output, for one part of k. */
  private static void panel(
      Form form,
      ArraysTensor a,
      int p,
      int n,
      float[] b,
      int bAt,
      int bStep,
      float[] start,
      int startAt,
      int startRow,
      Activation f,
      ArraysTensor out,
      int r0,
      int r1,
      int j,
      int width) {
    boolean transposed = form == Form.TN;
    int aRow = transposed ? 1 : a.stride;
    int aStep = transposed ? a.stride : 1;
    int rows;
    for (int i = r0; i < r1; i += rows) {
      rows = Math.min(TILE_ROWS, r1 - i);
      int aAt;
      if (transposed) {
        aAt = a.at(p, i);
        if (!a.isRowMajor()) {
          rows = Math.min(rows, PANEL - i % PANEL);
        }
      } else {
        aAt = a.at(i, p);
      }
      int s = startAt + (i - r0) * startRow;
      int o = out.at(i, j);
      if (rows == TILE_ROWS) {
        tiles(
            n,
            a.data,
            aAt,
            aRow,
            aStep,
            b,
            bAt,
            bStep,
            start,
            s,
            startRow,
            out.data,
            o,
            out.stride,
            width);
      } else {
        edgeTiles(
            n,
            a.data,
            aAt,
            aRow,
            aStep,
            b,
            bAt,
            bStep,
            start,
            s,
            startRow,
            out.data,
            o,
            out.stride,
            rows,
            width);
      }
      if (f != Activation.IDENTITY) {
        for (int r = 0; r < rows; r++, o += out.stride) {
          VectorActivations.activate(f, out.data, o, out.data, o, width);
        }
      }
    }
  }

  /** The tiles side by side in a panel, of as many rows as a tile has. */
  private static void tiles(
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
      int outRow,
      int width) {
    int j = 0;
    for (; j + 4 * L <= width; j += 4 * L) {
      VectorTiles.rows4x4(
          k,
          a,
          aAt,
          aRow,
          aStep,
          b,
          bAt + j,
          bStep,
          start,
          startAt + j,
          startRow,
          out,
          outAt + j,
          outRow);
    }
    for (; j + 2 * L <= width; j += 2 * L) {
      VectorTiles.rows4x2(
          k,
          a,
          aAt,
          aRow,
          aStep,
          b,
          bAt + j,
          bStep,
          start,
          startAt + j,
          startRow,
          out,
          outAt + j,
          outRow);
    }
    for (; j < width; j += L) {
      VectorTiles.rows4x1(
          k,
          a,
          aAt,
          aRow,
          aStep,
          b,
          bAt + j,
          bStep,
          start,
          startAt + j,
          startRow,
          out,
          outAt + j,
          outRow);
    }
  }

  /** The tiles side by side in a panel, of fewer rows than a tile has. */
  private static void edgeTiles(
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
      int outRow,
      int rows,
      int width) {
    if (rows == 1) {
      int j = 0;
      for (; j + 4 * L <= width; j += 4 * L) {
        VectorTiles.row1x4(k, a, aAt, aStep, b, bAt + j, bStep, start, startAt + j, out, outAt + j);
      }
      for (; j < width; j += L) {
        VectorTiles.row1x1(k, a, aAt, aStep, b, bAt + j, bStep, start, startAt + j, out, outAt + j);
      }
      return;
    }
    int j = 0;
    for (; j + 4 * L <= width; j += 4 * L) {
      VectorEdgeTiles.upTo4x4(
          k,
          a,
          aAt,
          aRow,
          aStep,
          b,
          bAt + j,
          bStep,
          start,
          startAt + j,
          startRow,
          out,
          outAt + j,
          outRow,
          rows);
    }
    for (; j + 2 * L <= width; j += 2 * L) {
      VectorEdgeTiles.upTo4x2(
          k,
          a,
          aAt,
          aRow,
          aStep,
          b,
          bAt + j,
          bStep,
          start,
          startAt + j,
          startRow,
          out,
          outAt + j,
          outRow,
          rows);
    }
    for (; j < width; j += L) {
      VectorEdgeTiles.upTo4x1(
          k,
          a,
          aAt,
          aRow,
          aStep,
          b,
          bAt + j,
          bStep,
          start,
          startAt + j,
          startRow,
          out,
          outAt + j,
          outRow,
          rows);
    }
  }

  /** {@code packed[q · 64 + r] = b[j + r, p + q]} for q below n; zeros for rows past b's last. */
  private static void packTransposed(
      ArraysTensor b, int j, int width, int p, int n, float[] packed) {
    int rows = Math.min(width, b.rows() - j);
    for (int q = 0; q < n; q += PANEL) {
      int m = Math.min(PANEL, n - q);
      int r = 0;
      for (; r + 4 <= rows; r += 4) {
        transpose4(b.data, b.at(j + r, p + q), b.stride, m, packed, q * PANEL + r);
      }
      for (; r < rows; r++) {
        transpose1(b.data, b.at(j + r, p + q), m, packed, q * PANEL + r);
      }
      for (; r < width; r++) {
        for (int t = 0; t < m; t++) {
          packed[(q + t) * PANEL + r] = 0f;
        }
      }
    }
  }

  /** Four rows at a time: four stores in a row of {@code packed} for one step down. */
  private static void transpose4(float[] b, int at, int stride, int n, float[] packed, int to) {
    int b1 = at + stride;
    int b2 = b1 + stride;
    int b3 = b2 + stride;
    for (int t = 0; t < n; t++, to += PANEL) {
      packed[to] = b[at + t];
      packed[to + 1] = b[b1 + t];
      packed[to + 2] = b[b2 + t];
      packed[to + 3] = b[b3 + t];
    }
  }

  private static void transpose1(float[] b, int at, int n, float[] packed, int to) {
    for (int t = 0; t < n; t++, to += PANEL) {
      packed[to] = b[at + t];
    }
  }
}
