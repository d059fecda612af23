package dev.polymath.backend.arrays;

/** Sums of the squares of columns, in double, where the square of a float is exact. */
final class ScalarSquares {

  private ScalarSquares() {}

  /** Eight columns at once are eight chains of additions, which is what the scalar units can do. */
  static void columns(float[] x, int at, int stride, int rows, double[] sums, int sumsAt, int n) {
    int j = 0;
    for (; j + 8 <= n; j += 8) {
      eight(x, at + j, stride, rows, sums, sumsAt + j);
    }
    if (j < n && j > 0) {
      eight(x, at + n - 8, stride, rows, sums, sumsAt + n - 8); // some of them once more
      j = n;
    }
    for (; j < n; j++) {
      sums[sumsAt + j] = one(x, at + j, stride, rows);
    }
  }

  private static double one(float[] x, int at, int stride, int rows) {
    double sum = 0;
    for (int i = 0; i < rows; i++, at += stride) {
      sum += (double) x[at] * x[at];
    }
    return sum;
  }

  private static void eight(float[] x, int at, int stride, int rows, double[] sums, int sumsAt) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    for (int i = 0; i < rows; i++, at += stride) {
      double x0 = x[at];
      double x1 = x[at + 1];
      double x2 = x[at + 2];
      double x3 = x[at + 3];
      double x4 = x[at + 4];
      double x5 = x[at + 5];
      double x6 = x[at + 6];
      double x7 = x[at + 7];
      s0 += x0 * x0;
      s1 += x1 * x1;
      s2 += x2 * x2;
      s3 += x3 * x3;
      s4 += x4 * x4;
      s5 += x5 * x5;
      s6 += x6 * x6;
      s7 += x7 * x7;
    }
    sums[sumsAt] = s0;
    sums[sumsAt + 1] = s1;
    sums[sumsAt + 2] = s2;
    sums[sumsAt + 3] = s3;
    sums[sumsAt + 4] = s4;
    sums[sumsAt + 5] = s5;
    sums[sumsAt + 6] = s6;
    sums[sumsAt + 7] = s7;
  }
}
