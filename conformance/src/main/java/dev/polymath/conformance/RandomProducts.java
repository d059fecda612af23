package dev.polymath.conformance;

import java.util.SplittableRandom;
import org.opentest4j.AssertionFailedError;

/**
 * Checks large products of random numbers without computing them again: each row and each column,
 * summed with random signs, must be what the same sum of the operands gives. A wrong element is
 * wrong in both. (Freivalds, "Probabilistic machines can use less running time", 1977.)
 */
final class RandomProducts {

  private static final double U = 0x1p-24;
  private static final double TINY = 0x1p-126;

  /** Up to so many multiply-adds each element is computed. */
  private static final long SMALL = 300_000;

  private RandomProducts() {}

  /**
   * An operand.
   *
   * @param value its exact elements
   * @param size what they count as for the tolerance, at least their values
   */
  record Operand(Matrix value, Matrix size) {

    static Operand of(Matrix exact) {
      return new Operand(exact, exact);
    }

    Operand transposed() {
      Matrix transposed = value.transposed();
      return new Operand(transposed, value == size ? transposed : size.transposed());
    }
  }

  static void check(String operation, Matrix a, Matrix b, float[] found) {
    if ((long) a.rows() * a.cols() * b.cols() <= SMALL) {
      Oracle.matmulOfRandom(a, b).check(operation, found);
    } else {
      check(operation, Operand.of(a), Operand.of(b), found);
    }
  }

  static void check(String operation, Operand a, Operand b, float[] found) {
    int m = a.value.rows();
    int n = b.value.cols();
    double[] product = new double[found.length];
    for (int i = 0; i < found.length; i++) {
      product[i] = found[i];
    }
    Matrix out = new Matrix(m, n, product);
    checkRows(operation, "row ", a, b, out);
    checkRows(operation, "column ", b.transposed(), a.transposed(), out.transposed());
  }

  private static void checkRows(String operation, String line, Operand a, Operand b, Matrix out) {
    int k = a.value.cols();
    int n = out.cols();
    double[] signs = new double[n];
    SplittableRandom random = new SplittableRandom(1977);
    for (int j = 0; j < n; j++) {
      signs[j] = random.nextBoolean() ? 1 : -1;
    }
    double[] sums = new double[k];
    double[] squares = new double[k];
    for (int p = 0; p < k; p++) {
      for (int j = 0; j < n; j++) {
        double size = b.size.values()[p * n + j];
        sums[p] += signs[j] * b.value.values()[p * n + j];
        squares[p] += size * size;
      }
    }
    for (int i = 0; i < out.rows(); i++) {
      double expected = 0;
      double square = 0;
      for (int p = 0; p < k; p++) {
        double size = a.size.values()[i * k + p];
        expected += a.value.values()[i * k + p] * sums[p];
        square += size * size * squares[p];
      }
      double found = 0;
      for (int j = 0; j < n; j++) {
        found += signs[j] * out.values()[i * n + j];
      }
      double tolerance = (8 * Math.sqrt(k) + 16) * U * Math.sqrt(square) + (double) n * k * TINY;
      if (!(Math.abs(found - expected) <= tolerance)) {
        throw failure(operation, line + i, a.value.rows(i, i + 1), b.value, out.rows(i, i + 1));
      }
    }
  }

  /** Names the element that is farthest off, which takes the exact row. */
  private static AssertionFailedError failure(
      String operation, String line, Matrix a, Matrix b, Matrix found) {
    int n = b.cols();
    int worst = 0;
    double most = -1;
    double expected = 0;
    for (int j = 0; j < n; j++) {
      double exact = 0;
      for (int p = 0; p < b.rows(); p++) {
        exact += a.values()[p] * b.values()[p * n + j];
      }
      double off = Math.abs(found.values()[j] - exact);
      if (!(off <= most)) {
        most = off;
        worst = j;
        expected = exact;
        if (Double.isNaN(off)) {
          break;
        }
      }
    }
    double value = found.values()[worst];
    return new AssertionFailedError(
        operation
            + ": "
            + line
            + " is wrong; in it, element "
            + worst
            + ": expected "
            + expected
            + ", found "
            + value
            + LikelyCause.of(expected, value),
        expected,
        value);
  }
}
