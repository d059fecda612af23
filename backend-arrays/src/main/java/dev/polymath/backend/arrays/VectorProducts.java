package dev.polymath.backend.arrays;

import dev.polymath.Activation;
import org.jspecify.annotations.Nullable;

/**
 * The three products for CPUs of 32 vector registers. The output is computed panel by panel of 64
 * columns, part by part of k, tile by tile of a few rows; a tile reads its rows of a, where they
 * are, and one panel of b. Parameters are stored in such panels; of any other b a panel is copied
 * into the first-level cache for all tiles that read it, unless they are few or b is small.
 */
final class VectorProducts {

  /** Columns of b and of the output at a time: a tile of four vectors of 512 bits. */
  static final int PANEL = Job.COLUMNS;

  /** Steps of k in a part: a panel of b, 32 KiB, stays in the first-level cache. */
  private static final int DEPTH = 128;

  /** The same for a panel of one vector: as much room in the copy. */
  private static final int NARROW_DEPTH = DEPTH * PANEL / 16;

  /** With fewer rows of a, a copy of b costs more than it saves. */
  private static final int ROWS_WORTH_A_COPY = 32;

  /** Elements of a b that is read where it is: all of it stays in the first-level cache. */
  private static final int SMALL = 5 << 10;

  private static final int L = Lanes.COUNT;

  private static final int TILE_ROWS = 4;

  /** Rows of a tile where a panel is one vector wide. */
  private static final int NARROW_ROWS = 8;

  private static final float[] ZEROS = new float[PANEL];

  private VectorProducts() {}

  /** Room for one packed panel. */
  static float[][] newScratch() {
    return new float[1][VectorCopies.panelsSize(DEPTH, PANEL, PANEL)];
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
    boolean copy =
        form == Form.NT
            || r1 - r0 >= ROWS_WORTH_A_COPY
                && b.isRowMajor()
                && b.stride > PANEL
                && k * b.stride > SMALL;
    for (int j = c0; j < c1; j += PANEL) {
      int width = Math.min(PANEL, c1 - j);
      int columns = Math.min(width, out.cols() - j);
      boolean narrow = VectorRestProducts.narrow(columns);
      int copyStep = narrow ? L : PANEL;
      int most = narrow ? NARROW_DEPTH : DEPTH;
      int parts = (k + most - 1) / most;
      int depth = broken ? PANEL : ((k + parts - 1) / parts + 15) & -16;
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
        if (copy) {
          VectorCopies.panels(form, b, p, n, j, j + width, packed, copyStep);
          panel = packed;
          panelStep = copyStep;
        } else {
          panelAt = b.at(p, j);
        }
        Activation last = p + n == k ? f : Activation.IDENTITY;
        panel(
            form, a, p, n, panel, panelAt, panelStep, start, startAt, startRow, last, out, r0, r1,
            j, columns, width);
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
      int columns,
      int width) {
    boolean transposed = form == Form.TN;
    int aRow = transposed ? 1 : a.stride;
    int aStep = transposed ? a.stride : 1;
    int first =
        VectorRestProducts.rows(
            form, a, p, n, b, bAt, bStep, start, startAt, startRow, f, out, r0, r1, j, columns,
            width);
    int rows;
    for (int i = first; i < r1; i += rows) {
      rows = r1 - i;
      int aAt;
      if (transposed) {
        aAt = a.at(p, i);
        rows = Math.min(rows, a.run(i));
      } else {
        aAt = a.at(i, p);
      }
      rows = width == L && rows >= NARROW_ROWS ? NARROW_ROWS : Math.min(rows, TILE_ROWS);
      int s = startAt + (i - r0) * startRow;
      int o = out.at(i, j);
      if (rows >= TILE_ROWS) {
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
            rows,
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

  /** The tiles side by side in a panel, of as many rows as a whole tile of that width has. */
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
      int rows,
      int width) {
    boolean adjacent = aRow == 1;
    if (rows == NARROW_ROWS) {
      if (adjacent) {
        VectorNarrowTiles.adjacent8x1(
            k, a, aAt, aRow, aStep, b, bAt, bStep, start, startAt, startRow, out, outAt, outRow);
      } else {
        VectorNarrowTiles.rows8x1(
            k, a, aAt, aRow, aStep, b, bAt, bStep, start, startAt, startRow, out, outAt, outRow);
      }
      return;
    }
    int j = 0;
    for (; adjacent && j + 4 * L <= width; j += 4 * L) {
      VectorTiles.adjacent4x4(
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
      VectorNarrowTiles.rows4x1(
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
}
