package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.polymath.Backend;
import dev.polymath.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;

/** A matrix of float values with products in naive double loops: what the kernels are held to. */
record Matrix(int rows, int cols, float[] values) {

  static Matrix random(int rows, int cols, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[rows * cols];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return new Matrix(rows, cols, values);
  }

  static Matrix read(Tensor tensor) {
    float[] values = new float[tensor.rows() * tensor.cols()];
    tensor.read(values, 0);
    return new Matrix(tensor.rows(), tensor.cols(), values);
  }

  float at(int i, int j) {
    return values[i * cols + j];
  }

  /** A tensor with these values, by rows. */
  Tensor on(Backend backend) {
    return to(backend.allocate(rows, cols));
  }

  /** The same in the storage order of a parameter. */
  Tensor asParameter(Backend backend) {
    Tensor weight =
        backend.dense(rows, cols, dev.polymath.Activation.IDENTITY).parameters().get(0).value();
    return to(backend.allocateLike(weight));
  }

  Tensor to(Tensor tensor) {
    tensor.write(values, 0);
    return tensor;
  }

  static Tensor nans(Tensor tensor) {
    float[] nans = new float[tensor.rows() * tensor.cols()];
    Arrays.fill(nans, Float.NaN);
    tensor.write(nans, 0);
    return tensor;
  }

  Matrix transposed() {
    float[] t = new float[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < cols; j++) {
        t[j * rows + i] = at(i, j);
      }
    }
    return new Matrix(cols, rows, t);
  }

  /** Fails unless {@code found = this · b} within the rounding of float32 sums. */
  void assertProduct(Matrix b, Tensor found, String what) {
    Matrix out = read(found);
    assertEquals(rows, out.rows);
    assertEquals(b.cols, out.cols);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < b.cols; j++) {
        double sum = 0;
        double size = 0;
        for (int p = 0; p < cols; p++) {
          double term = (double) at(i, p) * b.at(p, j);
          sum += term;
          size += Math.abs(term);
        }
        double bound = 2.0 * cols * 0x1p-24 * size + Float.MIN_VALUE;
        if (!(Math.abs(out.at(i, j) - sum) <= bound)) {
          fail(what + ": (" + i + ", " + j + ") is " + out.at(i, j) + ", expected " + sum);
        }
      }
    }
  }
}
