package dev.polymath.backend.arrays;

/**
 * One operation, cut into blocks that any threads may run in any order. A block writes its own part
 * of the output and reads nothing that another writes; which blocks there are changes no bit of the
 * result.
 */
abstract class Job {

  /**
   * A thread gets whole groups of so many columns: whole panels, and no cache line of another's.
   */
  static final int COLUMNS = 64;

  /** Runs block {@code block} of {@code blocks}; with one block, all of it. */
  abstract void run(int block, int blocks);

  /** Where a block begins if {@code size} is shared out in multiples of {@code unit}. */
  static int start(int size, int unit, int block, int blocks) {
    long units = ((long) size + unit - 1) / unit;
    return (int) Math.min(size, units * block / blocks * unit);
  }

  /**
   * Whether a matrix is divided by columns, by columns, or else by rows. A dense layer's forward
   * pass, weight gradient and update all have its outputs as columns, so that a thread finds its
   * part of them in its own cache; rows divide more evenly where columns are few.
   */
  static boolean byColumns(int width, int blocks) {
    int groups = (width + COLUMNS - 1) / COLUMNS;
    return groups % blocks == 0 || groups >= 4 * blocks;
  }
}
