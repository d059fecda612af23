package dev.polymath.spi;

import dev.polymath.Tensor;

/** The rules on shapes and storage, and the sentences that name them. */
final class Checks {

  private Checks() {}

  static String shape(Tensor tensor) {
    return shape(tensor.rows(), tensor.cols());
  }

  static String shape(int rows, int cols) {
    return "[" + rows + ", " + cols + "]";
  }

  /** Dimensions at least 1, their product an int. */
  static void size(String operation, int rows, int cols) {
    if (rows < 1 || cols < 1) {
      throw new IllegalArgumentException(
          operation + ": " + shape(rows, cols) + ": rows and columns must be at least 1");
    }
    if ((long) rows * cols > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          operation
              + ": "
              + shape(rows, cols)
              + ": "
              + (long) rows * cols
              + " elements, more than "
              + Integer.MAX_VALUE);
    }
  }

  static void expect(String operation, String name, Tensor tensor, int rows, int cols) {
    if (tensor.rows() != rows || tensor.cols() != cols) {
      throw new IllegalArgumentException(
          operation + ": " + name + " is " + shape(tensor) + ", expected " + shape(rows, cols));
    }
  }

  /** The shapes of {@code a} and {@code b} fit, and {@code out} fits them. */
  static void product(
      String operation, Tensor a, Tensor b, int innerA, int innerB, Tensor out, int m, int n) {
    if (innerA != innerB) {
      throw new IllegalArgumentException(
          product(operation, a, b) + "inner dimensions " + innerA + " and " + innerB + " differ");
    }
    if (out.rows() != m || out.cols() != n) {
      throw new IllegalArgumentException(
          product(operation, a, b) + "out is " + shape(out) + ", expected " + shape(m, n));
    }
  }

  private static String product(String operation, Tensor a, Tensor b) {
    return operation + ": " + shape(a) + " x " + shape(b) + ": ";
  }

  /** A view shares the storage of the tensor it was taken from. */
  static void separate(
      String operation, String name, AbstractTensor a, String otherName, AbstractTensor b) {
    if (a.root == b.root) {
      throw new IllegalArgumentException(
          operation + ": " + name + " shares its storage with " + otherName);
    }
  }
}
