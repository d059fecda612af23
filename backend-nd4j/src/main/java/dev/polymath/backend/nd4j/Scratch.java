package dev.polymath.backend.nd4j;

/**
 * Arrays on the heap for one call: a kernel copies a block of each tensor here, computes, and
 * copies the result back.
 */
final class Scratch {

  /** Four of them stay in the L2 cache; 2048 to 8192 elements were equally fast. */
  static final int BLOCK = 4096;

  final float[] a;
  final float[] b;
  final float[] c;
  final float[] d;
  final double[] row;

  /** Room for a block, and for a row of {@code cols} elements even where that is more. */
  Scratch(int cols) {
    int size = Math.max(BLOCK, cols);
    a = new float[size];
    b = new float[size];
    c = new float[size];
    d = new float[size];
    row = new double[cols];
  }

  boolean fits(int cols) {
    return row.length >= cols;
  }

  /** The whole rows that one block takes, at least 1. */
  static int rows(int cols) {
    return Math.max(1, BLOCK / cols);
  }
}
