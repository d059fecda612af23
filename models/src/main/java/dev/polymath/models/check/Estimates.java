package dev.polymath.models.check;

import java.util.Arrays;

/**
 * Exact values of a matrix, row by row, and how far float32 is expected to be from each: the
 * variance of its rounding errors, each taken as independent of the others.
 */
record Estimates(double[] value, double[] variance) {

  /** Half an ulp of 1: the largest relative error of one rounding. */
  static final double U = 0x1.0p-24;

  /** What no rounding has touched yet. */
  static Estimates exact(double[] value) {
    return new Estimates(value, new double[value.length]);
  }

  static Estimates zeros(int length) {
    return new Estimates(new double[length], new double[length]);
  }

  /** Where the elements (i, l) of a matrix lie: at {@code i · row + l · col}. */
  record Strides(int row, int col) {}

  /**
   * {@code out[i, j] = Σₗ a[i, l] · b[l, j]}, {@code out} being [rows, cols].
   *
   * <p>A sum of k terms t rounds k times, each time by U of a partial sum. In whatever order they
   * are summed, a partial sum is about a share of Σt, and a walk of the length √Σt² around it.
   */
  static Estimates product(
      Estimates a, Strides atA, Estimates b, Strides atB, int rows, int inner, int cols) {
    Estimates out = zeros(rows * cols);
    double[] squares = new double[cols];
    for (int i = 0; i < rows; i++) {
      Arrays.fill(squares, 0);
      int row = i * cols;
      for (int l = 0; l < inner; l++) {
        int ai = i * atA.row + l * atA.col;
        double av = a.value[ai];
        double as = a.variance[ai];
        for (int j = 0; j < cols; j++) {
          int bi = l * atB.row + j * atB.col;
          double bv = b.value[bi];
          double bs = b.variance[bi];
          double term = av * bv;
          out.value[row + j] += term;
          squares[j] += term * term;
          out.variance[row + j] += as * bv * bv + (av * av + as) * bs;
        }
      }
      for (int j = 0; j < cols; j++) {
        double sum = out.value[row + j];
        out.variance[row + j] += U * U * inner * (sum * sum + squares[j]);
      }
    }
    return out;
  }
}
