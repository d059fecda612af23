package dev.polymath.backend.nd4j;

import static dev.polymath.Activation.SELU_ALPHA;
import static dev.polymath.Activation.SELU_SCALE;

import dev.polymath.Activation;

/** Functions on arrays of the Java heap; n is the number of elements, of whole rows if any. */
final class Heap {

  private Heap() {}

  /** {@code v = f(v)}, by row for softmax; not the sigmoid, which is ND4J's. */
  static void forward(Activation f, float[] v, int n, int cols) {
    for (int row = 0; f == Activation.SOFTMAX && row < n; row += cols) {
      softmax(v, row, row + cols);
    }
    for (int i = 0; i < n; i++) {
      v[i] =
          switch (f) {
            case RELU -> Math.max(v[i], 0); // a NaN stays one
            case LEAKY_RELU -> Math.max(v[i], Activation.LEAKY_SLOPE * v[i]);
            case TANH -> (float) Math.tanh(v[i]);
            case ELU -> v[i] > 0 ? v[i] : (float) Math.expm1(v[i]);
            case SELU -> (float) (SELU_SCALE * (v[i] > 0 ? v[i] : SELU_ALPHA * Math.expm1(v[i])));
            default -> v[i];
          };
    }
  }

  /** In double: the difference of two floats, rounded to float, would cost exp too many digits. */
  private static void softmax(float[] v, int from, int end) {
    double max = max(v, from, end);
    double sum = 0;
    for (int i = from; i < end; i++) {
      double e = Math.exp(v[i] - max);
      v[i] = (float) e;
      sum += e;
    }
    for (int i = from; i < end; i++) {
      v[i] = (float) (v[i] / sum);
    }
  }

  /** The largest element, NaN if there is one. */
  static double max(float[] v, int from, int end) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = from; i < end; i++) {
      max = Math.max(max, v[i]);
    }
    return max;
  }

  /** {@code dy = dy · f′}, from the output y, by row for softmax. */
  static void backward(Activation f, float[] y, float[] dy, int n, int cols) {
    for (int row = 0; row < n; row += cols) {
      double dot = 0;
      for (int i = row; f == Activation.SOFTMAX && i < row + cols; i++) {
        dot += (double) dy[i] * y[i];
      }
      for (int i = row; i < row + cols; i++) {
        dy[i] =
            switch (f) {
              case IDENTITY -> dy[i];
              case SIGMOID -> dy[i] * y[i] * (1 - y[i]);
              case TANH -> dy[i] * (1 - y[i]) * (1 + y[i]); // 1 − y² would lose digits near 1
              case RELU -> y[i] > 0 ? dy[i] : 0;
              case LEAKY_RELU -> y[i] > 0 ? dy[i] : Activation.LEAKY_SLOPE * dy[i];
              case SOFTMAX -> (float) (y[i] * (dy[i] - dot));
              case ELU -> y[i] > 0 ? dy[i] : dy[i] * (y[i] + 1);
              case SELU ->
                  (float) (dy[i] * (y[i] > 0 ? SELU_SCALE : y[i] + SELU_SCALE * SELU_ALPHA));
            };
      }
    }
  }

  /** {@code y = α · x + β · y}; with β = 0, the old y is not read. */
  static void axpby(float alpha, float[] x, float beta, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = beta == 0 ? alpha * x[i] : alpha * x[i] + beta * y[i];
    }
  }

  /** {@code a = a · b}, element by element. */
  static void multiply(float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      a[i] *= b[i];
    }
  }

  /** {@code Σ x²}, in double. */
  static double sumOfSquares(float[] x, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (double) x[i] * x[i];
    }
    return sum;
  }
}
