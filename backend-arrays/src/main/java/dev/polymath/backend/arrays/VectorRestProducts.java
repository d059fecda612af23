package dev.polymath.backend.arrays;

import dev.polymath.Activation;

/**
 * The last panel of an output whose columns are no whole vectors, such as 50 or 10: without the
 * padding, as far as there are tiles for it.
 *
 * <p>The columns that are left over below the last whole vector share vectors with those of other
 * rows. Each element is the same chain of multiply-adds as in any other tile, so that no bit
 * depends on which one computed it.
 */
final class VectorRestProducts {

  private static final int L = Lanes.COUNT;

  private VectorRestProducts() {}

  /**
   * Whether a panel of so many columns has tiles that want all steps of k at once, or as many as
   * the copy of b has room for: so few columns of b need no part to stay in the first-level cache.
   */
  static boolean narrow(int columns) {
    return Lanes.TWO_LENGTHS && columns <= 10;
  }

  /**
   * Computes as many rows of a panel as whole tiles have.
   *
   * @param columns of the panel, without padding
   * @param width the same with padding
   * @return the first row that is not computed
   */
  static int rows(
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
    int rows = tileRows(columns, transposed, startRow);
    if (rows == 0) {
      return r0;
    }
    int i = r0;
    for (; i + rows <= r1 && (!transposed || a.run(i) >= rows); i += rows) {
      int aAt = transposed ? a.at(p, i) : a.at(i, p);
      int s = startAt + (i - r0) * startRow;
      int o = out.at(i, j);
      int step = out.stride;
      if (columns > L) {
        if (!transposed && startRow == 0) {
          VectorFirstRestTiles.rows4x3(
              n, a.data, aAt, a.stride, 1, b, bAt, bStep, start, s, startRow, out.data, o, step);
        } else if (!transposed) {
          VectorRestTiles.rows4x3(
              n, a.data, aAt, a.stride, 1, b, bAt, bStep, start, s, startRow, out.data, o, step);
        } else if (rows == 8 && startRow == 0) {
          VectorFirstRestTiles.adjacent8x3(
              n, a.data, aAt, 1, a.stride, b, bAt, bStep, start, s, startRow, out.data, o, step);
        } else if (rows == 8) {
          VectorRestTiles.adjacent8x3(
              n, a.data, aAt, 1, a.stride, b, bAt, bStep, start, s, startRow, out.data, o, step);
        } else {
          VectorRestTiles.adjacent4x3(
              n, a.data, aAt, 1, a.stride, b, bAt, bStep, start, s, startRow, out.data, o, step);
        }
      } else if (transposed) {
        VectorHalfTiles.adjacent16x1(
            n, a.data, aAt, 1, a.stride, b, bAt, bStep, start, s, startRow, out.data, o, step);
      } else if (a.stride == VectorHalfTiles.PITCH) {
        VectorHalfTiles.pitched16x1(
            n, a.data, aAt, a.stride, 1, b, bAt, bStep, start, s, startRow, out.data, o, step);
      } else {
        VectorHalfTiles.rows16x1(
            n, a.data, aAt, a.stride, 1, b, bAt, bStep, start, s, startRow, out.data, o, step);
      }
      if (f != Activation.IDENTITY) {
        for (int r = 0; r < rows; r++, o += step) {
          VectorActivations.activate(f, out.data, o, out.data, o, width);
        }
      }
    }
    return i;
  }

  /** The rows of a tile for so many columns; 0 if there is none that is worth it. */
  private static int tileRows(int columns, boolean transposed, int startRow) {
    if (narrow(columns)) {
      return startRow == 0 ? 16 : 0;
    }
    int rest = columns - 3 * L;
    if (!Lanes.TWO_LENGTHS || rest <= 0 || rest > 4) {
      return 0;
    }
    return transposed && rest <= 2 ? 8 : 4;
  }
}
