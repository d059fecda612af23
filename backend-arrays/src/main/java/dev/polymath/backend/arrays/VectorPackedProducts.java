package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.VectorFiveRowTiles.PITCH;

import dev.polymath.Activation;
import org.jspecify.annotations.Nullable;

/**
 * The three products for CPUs of 16 vector registers, in tiles of 5 rows by 2 vectors.
 *
 * <p>Such a tile leaves few instructions to spare, so its operands lie where they cost least to
 * fetch. Parameters are stored in panels as wide as a tile; any other b is copied into such panels
 * unless few rows of a would use the copy or b is small. Rows of a are copied to a constant
 * distance. The transposed form has them next to each other and copies them, tile by tile, only for
 * many columns. k comes in parts, so that the rows of a in work and a panel of b stay in the
 * second-level cache.
 */
final class VectorPackedProducts {

  /** Columns of a tile, and of a panel of b. */
  static final int TILE = 2 * Lanes.COUNT;

  private static final int L = Lanes.COUNT;

  /** Rows of a tile. */
  static final int ROWS = 5;

  /** Rows of a copied at a time: with {@link VectorFiveRowTiles#PITCH}, 166 KB. */
  private static final int BLOCK_ROWS = 8 * ROWS;

  /** Steps of k in a part; below {@link VectorFiveRowTiles#PITCH}. */
  private static final int DEPTH = 1024;

  /** The same where columns of a are copied; a tile's take half a line per step. */
  private static final int COLUMNS_DEPTH = 512;

  /** The same where columns of a are read in place: each step is a line of another page. */
  private static final int IN_PLACE_DEPTH = 128;

  /** From a step of k to the next in copied columns of a: room for a tile's rows. */
  static final int STEP = 8;

  /** With fewer columns of the output, a copy of a's columns costs more than it saves. */
  private static final int COLUMNS_WORTH_A_COPY = 129;

  /** With fewer rows of a, a copy of b costs more than it saves. */
  private static final int ROWS_WORTH_A_COPY = 16;

  /** Elements of b copied at a time. */
  private static final int COPIED = 1 << 18;

  /** Elements of a b that is read where it is: all of it stays in the first-level cache. */
  private static final int SMALL = 5 << 10;

  private static final float[] ZEROS = new float[8 * L];

  private VectorPackedProducts() {}

  /** Room for rows of a, none yet for panels of b, and room for a tile. */
  static float[][] newScratch() {
    return new float[][] {new float[BLOCK_ROWS * PITCH], {}, new float[ROWS * TILE]};
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
      float[][] scratch) {
    int k = form == Form.TN ? a.rows() : a.cols();
    int rows = r1 - r0;
    if (rows == 0 || c0 == c1) {
      return; // more blocks than tiles
    }
    if (rows == 1 && form != Form.NT && (form == Form.TN || a.isRowMajor())) {
      VectorRowProducts.multiply(form, a, b, bias, f, out, r0, c0, c1, scratch[0]);
      return;
    }
    boolean copy =
        form == Form.NT
            || rows >= ROWS_WORTH_A_COPY
                && b.isRowMajor()
                && c1 - c0 > TILE
                && k * b.stride > SMALL;
    boolean inPlace = form == Form.TN && a.isRowMajor() && c1 - c0 < COLUMNS_WORTH_A_COPY;
    int most = inPlace ? IN_PLACE_DEPTH : form == Form.TN ? COLUMNS_DEPTH : DEPTH;
    int parts = (k + most - 1) / most;
    int depth = ((k + parts - 1) / parts + 15) & -16;
    for (int p = 0; p < k; p += depth) {
      int n = Math.min(depth, k - p);
      int columns = copy ? COPIED / n / TILE * TILE : c1 - c0;
      for (int j = c0; j < c1; j += columns) {
        int end = Math.min(c1, j + columns);
        if (copy) {
          int size = VectorCopies.panelsSize(n, end - j, TILE);
          if (scratch[1].length < size) {
            scratch[1] = new float[size];
          }
          VectorCopies.panels(form, b, p, n, j, end, scratch[1], TILE);
        }
        columns(form, a, inPlace, b, copy, bias, f, out, r0, r1, j, end, p, n, k, scratch);
      }
    }
  }

  /** The columns {@code [c0, c1)} of the output, for one part of k. */
  private static void columns(
      Form form,
      ArraysTensor a,
      boolean inPlace,
      ArraysTensor b,
      boolean copied,
      @Nullable ArraysTensor bias,
      Activation f,
      ArraysTensor out,
      int r0,
      int r1,
      int c0,
      int c1,
      int p,
      int n,
      int k,
      float[][] scratch) {
    int blockRows = blockRows(r1 - r0);
    for (int i = r0; i < r1; i += blockRows) {
      int end = Math.min(r1, i + blockRows);
      float[] rows = scratch[0];
      int rowsAt = 0;
      int rowsStep = form == Form.TN ? STEP : 1;
      if (inPlace) {
        rows = a.data;
        rowsAt = a.at(p, i);
        rowsStep = a.stride;
      } else if (form == Form.TN) {
        VectorCopies.columns(a, i, end, p, n, rows);
      } else {
        VectorCopies.rows(a, i, end, p, n, rows);
      }
      for (int j = c0; j < c1; j += TILE) {
        int width = Math.min(TILE, c1 - j);
        float[] panel = b.data;
        int panelAt;
        int panelStep = b.stride;
        if (copied) {
          panel = scratch[1];
          panelAt = (j - c0) * n;
          panelStep = TILE;
        } else {
          panelAt = b.at(p, j);
        }
        float[] start = ZEROS;
        int startAt = 0;
        int startRow = 0;
        if (p > 0) {
          start = out.data;
          startAt = out.at(i, j);
          startRow = out.stride;
        } else if (bias != null) {
          start = bias.data;
          startAt = bias.at(0, j);
        }
        panel(
            form,
            n,
            rows,
            rowsAt,
            rowsStep,
            inPlace,
            panel,
            panelAt,
            panelStep,
            start,
            startAt,
            startRow,
            out,
            i,
            end,
            j,
            width,
            p == 0,
            scratch[2]);
      }
      if (p + n == k && f != Activation.IDENTITY) {
        activate(f, out, i, end, c0, c1);
      }
    }
  }

  /** Equal shares of whole tiles, at most {@link #BLOCK_ROWS}. */
  private static int blockRows(int rows) {
    int blocks = (rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
    int share = (rows + blocks - 1) / blocks;
    return (share + ROWS - 1) / ROWS * ROWS;
  }

  /**
   * One panel of the output, of its rows {@code [r0, r1)}.
   *
   * @param aStep of the form TN: from a step of k to the next
   * @param inPlace of the form TN: whether the columns of a are not copied
   */
  private static void panel(
      Form form,
      int n,
      float[] a,
      int aAt,
      int aStep,
      boolean inPlace,
      float[] b,
      int bAt,
      int bStep,
      float[] start,
      int startAt,
      int startRow,
      ArraysTensor out,
      int r0,
      int r1,
      int j,
      int width,
      boolean first,
      float[] sums) {
    int outRow = out.stride;
    int o = out.at(r0, j);
    int rows = r1 - r0;
    if (rows < ROWS) {
      int aRow = form == Form.TN ? 1 : PITCH;
      edge(
          n, a, aAt, aRow, aStep, b, bAt, bStep, start, startAt, startRow, out.data, o, outRow,
          rows, width);
      return;
    }
    for (int t = 0; t * ROWS < rows; t++) {
      int i = Math.min(t * ROWS, rows - ROWS);
      int from = form != Form.TN ? i * PITCH : inPlace ? aAt + i : t * n * STEP;
      int s = startAt + i * startRow;
      int rest = i + ROWS - t * ROWS;
      if (rest == ROWS || first) {
        // A whole tile that computes some rows again beats one of fewer rows.
        tile(
            form,
            n,
            a,
            from,
            aStep,
            b,
            bAt,
            bStep,
            start,
            s,
            startRow,
            out.data,
            o + i * outRow,
            outRow,
            width);
      } else {
        tile(form, n, a, from, aStep, b, bAt, bStep, start, s, startRow, sums, 0, TILE, width);
        for (int r = ROWS - rest; r < ROWS; r++) {
          System.arraycopy(sums, r * TILE, out.data, o + (i + r) * outRow, width);
        }
      }
    }
  }

  private static void tile(
      Form form,
      int n,
      float[] a,
      int aAt,
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
    if (form != Form.TN) {
      if (width == TILE) {
        VectorFiveRowTiles.pitched5x2(
            n, a, aAt, PITCH, aStep, b, bAt, bStep, start, startAt, startRow, out, outAt, outRow);
      } else {
        VectorFiveRowTiles.pitched5x1(
            n, a, aAt, PITCH, aStep, b, bAt, bStep, start, startAt, startRow, out, outAt, outRow);
      }
    } else if (width == TILE) {
      VectorFiveRowTiles.adjacent5x2(
          n, a, aAt, 1, aStep, b, bAt, bStep, start, startAt, startRow, out, outAt, outRow);
    } else {
      VectorFiveRowTiles.adjacent5x1(
          n, a, aAt, 1, aStep, b, bAt, bStep, start, startAt, startRow, out, outAt, outRow);
    }
  }

  private static void edge(
      int n,
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
    if (width == TILE) {
      VectorFiveRowEdgeTiles.upTo5x2(
          n, a, aAt, aRow, aStep, b, bAt, bStep, start, startAt, startRow, out, outAt, outRow,
          rows);
    } else {
      VectorFiveRowEdgeTiles.upTo5x1(
          n, a, aAt, aRow, aStep, b, bAt, bStep, start, startAt, startRow, out, outAt, outRow,
          rows);
    }
  }

  private static void activate(Activation f, ArraysTensor out, int r0, int r1, int c0, int c1) {
    int n;
    for (int j = c0; j < c1; j += n) {
      n = Math.min(out.run(j), c1 - j);
      for (int i = r0; i < r1; i++) {
        int at = out.at(i, j);
        VectorActivations.activate(f, out.data, at, out.data, at, n);
      }
    }
  }
}
