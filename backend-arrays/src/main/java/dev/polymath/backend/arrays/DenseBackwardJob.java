package dev.polymath.backend.arrays;

import dev.polymath.Activation;
import org.jspecify.annotations.Nullable;

/**
 * The backward pass of a dense layer in one run of the pool, as far as no block needs what another
 * computes.
 *
 * <p>Divided by columns, a block turns its columns of dy into those of dz and sums them up to its
 * columns of db and dw; dx needs all of dz and comes after. Divided by rows, where dy is one panel,
 * dz comes before and a block computes its rows of dw and its part of dx.
 */
final class DenseBackwardJob extends Job {

  private static final int ROWS = 4;

  private final Workspace workspace;
  private boolean byColumns;
  private ArraysTensor x;
  private ArraysTensor dz;
  private ArraysTensor weight;
  private @Nullable ArraysTensor dx;
  private ArraysTensor dw;
  private ArraysTensor db;
  private Activation f = Activation.IDENTITY;

  DenseBackwardJob(Workspace workspace, ArraysTensor none) {
    this.workspace = workspace;
    x = none;
    dz = none;
    weight = none;
    dw = none;
    db = none;
  }

  /** All of dz, db and dw, divided by columns; dy becomes dz. */
  void setColumns(
      Activation f,
      ArraysTensor x,
      ArraysTensor y,
      ArraysTensor dy,
      ArraysTensor dw,
      ArraysTensor db) {
    byColumns = true;
    this.f = f;
    this.x = x;
    dz = dy;
    this.dw = dw;
    this.db = db;
    workspace.activateBackward.set(f, y, dy, dy);
  }

  /** All of db and dw, divided by rows, and, unless null, of dx, divided as a product is. */
  void setRows(
      ArraysTensor x,
      ArraysTensor dz,
      ArraysTensor weight,
      @Nullable ArraysTensor dx,
      ArraysTensor dw,
      ArraysTensor db) {
    byColumns = false;
    this.x = x;
    this.dz = dz;
    this.weight = weight;
    this.dx = dx;
    this.dw = dw;
    this.db = db;
    if (dx != null) {
      workspace.product.set(Form.NT, dz, weight, null, Activation.IDENTITY, dx);
    }
  }

  @Override
  void run(int block, int blocks) {
    if (byColumns) {
      int c0 = start(dw.width(), COLUMNS, block, blocks);
      int c1 = start(dw.width(), COLUMNS, block + 1, blocks);
      if (f != Activation.IDENTITY) {
        workspace.activateBackward.region(0, dz.rows(), c0, c1, block);
      }
      sumRows(c0, c1);
      product(Form.TN, x, dz, dw, 0, dw.rows(), c0, c1, block);
      return;
    }
    if (block == 0) {
      sumRows(0, db.width());
    }
    rows(Form.TN, x, dz, dw, block, blocks);
    if (dx != null) {
      workspace.product.run(block, blocks);
    }
  }

  private void sumRows(int c0, int c1) {
    int n;
    for (int j = c0; j < c1; j += n) {
      n = Math.min(c1 - j, Math.min(dz.run(j), db.run(j)));
      workspace.kernels.sumRows(
          dz.data, dz.at(0, j), dz.stride, dz.rows(), db.data, db.at(0, j), n);
    }
  }

  private void rows(
      Form form, ArraysTensor a, ArraysTensor b, ArraysTensor out, int block, int blocks) {
    int r0 = start(out.rows(), ROWS, block, blocks);
    int r1 = start(out.rows(), ROWS, block + 1, blocks);
    product(form, a, b, out, r0, r1, 0, out.width(), block);
  }

  private void product(
      Form form,
      ArraysTensor a,
      ArraysTensor b,
      ArraysTensor out,
      int r0,
      int r1,
      int c0,
      int c1,
      int block) {
    ArraysTensor near = a.nearest(block);
    workspace.kernels.product(
        form, near, b, null, Activation.IDENTITY, out, r0, r1, c0, c1, workspace.scratch(block));
  }
}
