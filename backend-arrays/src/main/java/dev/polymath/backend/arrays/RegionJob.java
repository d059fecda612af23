package dev.polymath.backend.arrays;

/** A job whose blocks are regions of one matrix. */
abstract class RegionJob extends Job {

  /** So many rows make a tile of the products. */
  private static final int ROWS = 4;

  /** The matrix that is divided. */
  abstract ArraysTensor divided();

  /** Computes rows {@code [r0, r1)} and columns {@code [c0, c1)}, padding included. */
  abstract void region(int r0, int r1, int c0, int c1, int block);

  @Override
  final void run(int block, int blocks) {
    int rows = divided().rows();
    int width = divided().width();
    if (byColumns(width, blocks)) {
      int c0 = start(width, COLUMNS, block, blocks);
      int c1 = start(width, COLUMNS, block + 1, blocks);
      region(0, rows, c0, c1, block);
    } else {
      int r0 = start(rows, ROWS, block, blocks);
      int r1 = start(rows, ROWS, block + 1, blocks);
      region(r0, r1, 0, width, block);
    }
  }
}
