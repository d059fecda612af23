package dev.polymath.benchmarks;

import dev.polymath.benchmarks.MatmulBenchmark.Form;
import dev.polymath.conformance.Expected;
import dev.polymath.conformance.Matrix;
import dev.polymath.conformance.Oracle;

/**
 * The two factors of a product {@code [m, k] · [k, n]}, as its form stores them.
 *
 * @param form which factor is stored transposed
 * @param m rows of the product
 * @param k terms of an element
 * @param n columns of the product
 * @param a row by row: {@code [m, k]}, or {@code [k, m]} for TN
 * @param b row by row: {@code [k, n]}, or {@code [n, k]} for NT
 */
record Factors(Form form, int m, int k, int n, float[] a, float[] b) {

  /** What the oracle multiplies for one check: some 20 ms. */
  private static final long CHECKED = 1L << 24;

  /** Numbers in [-1, 1), the same for all forms of a shape but for their place. */
  static Factors of(Form form, int m, int k, int n) {
    return new Factors(
        form,
        m,
        k,
        n,
        Numbers.uniform(Numbers.LEFT, Math.multiplyExact(m, k), -1, 1),
        Numbers.uniform(Numbers.RIGHT, Math.multiplyExact(k, n), -1, 1));
  }

  boolean transA() {
    return form == Form.TN;
  }

  boolean transB() {
    return form == Form.NT;
  }

  int rowsOfA() {
    return transA() ? k : m;
  }

  int colsOfA() {
    return transA() ? m : k;
  }

  int rowsOfB() {
    return transB() ? n : k;
  }

  int colsOfB() {
    return transB() ? k : n;
  }

  /** 10⁹ floating-point operations per product. */
  double gflop() {
    return 2e-9 * m * k * n;
  }

  /**
   * Compares a result with the oracle's: all rows, or of a large product some, the last among them.
   *
   * @throws AssertionError if an element is farther off than rounding explains
   */
  void check(String who, float[] found) {
    Matrix left = Matrix.of(rowsOfA(), colsOfA(), a);
    left = transA() ? left.transposed() : left;
    Matrix right = Matrix.of(rowsOfB(), colsOfB(), b);
    right = transB() ? right.transposed() : right;
    long work = (long) m * k * n;
    int step = (int) Math.min(m, Math.max(1, work / CHECKED));
    for (int row = (m - 1) % step; row < m; row += step) {
      Expected expected = Oracle.matmul(left.rows(row, row + 1), right);
      float[] part = new float[n];
      System.arraycopy(found, row * n, part, 0, n);
      expected.check(who + ", row " + row + " of " + this, part);
    }
  }

  /** Such as {@code 64x784x128 NN}. */
  @Override
  public String toString() {
    return m + "x" + k + "x" + n + " " + form;
  }
}
