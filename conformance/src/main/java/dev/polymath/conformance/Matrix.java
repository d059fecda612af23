package dev.polymath.conformance;

import java.util.function.DoubleUnaryOperator;

/**
 * A matrix {@code [rows, cols]} in double.
 *
 * @param rows at least 1
 * @param cols at least 1
 * @param values row by row; not copied
 */
public record Matrix(int rows, int cols, double[] values) {

  public Matrix {
    if (values.length != Math.multiplyExact(rows, cols)) {
      throw new IllegalArgumentException(
          "[" + rows + ", " + cols + "]: " + values.length + " values");
    }
  }

  /** A matrix of zeros. */
  public static Matrix zeros(int rows, int cols) {
    return new Matrix(rows, cols, new double[Math.multiplyExact(rows, cols)]);
  }

  /** A matrix of the given elements, row by row. */
  public static Matrix of(int rows, int cols, float... elements) {
    double[] values = new double[elements.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = elements[i];
    }
    return new Matrix(rows, cols, values);
  }

  /** Element (i, j). */
  public double at(int i, int j) {
    return values[i * cols + j];
  }

  /** The elements rounded to float, row by row. */
  public float[] floats() {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** The matrix {@code [cols, rows]} with rows and columns exchanged. */
  public Matrix transposed() {
    Matrix result = zeros(cols, rows);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < cols; j++) {
        result.values[j * rows + i] = values[i * cols + j];
      }
    }
    return result;
  }

  /** Rows {@code from} to {@code to}, the latter excluded. */
  public Matrix rows(int from, int to) {
    double[] part = new double[(to - from) * cols];
    System.arraycopy(values, from * cols, part, 0, part.length);
    return new Matrix(to - from, cols, part);
  }

  Matrix map(DoubleUnaryOperator f) {
    double[] mapped = new double[values.length];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = f.applyAsDouble(values[i]);
    }
    return new Matrix(rows, cols, mapped);
  }

  /** The shape, such as {@code [64, 784]}. */
  @Override
  public String toString() {
    return "[" + rows + ", " + cols + "]";
  }
}
