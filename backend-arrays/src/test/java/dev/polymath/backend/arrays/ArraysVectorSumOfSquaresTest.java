package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Backend;
import dev.polymath.BackendProvider;
import dev.polymath.Tensor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The sum of squares has one order of additions, in both backends")
class ArraysVectorSumOfSquaresTest {

  private static final int[][] SHAPES = {
    {1, 1}, {1, 784}, {3, 10}, {784, 7}, {64, 64}, {65, 129}, {784, 128}, {130, 207}, {2000, 3}
  };

  /** The definition: squares of 64 by 64, in each the columns' sums, all in order. */
  private static double defined(Matrix x) {
    double total = 0;
    for (int i0 = 0; i0 < x.rows(); i0 += 64) {
      for (int j0 = 0; j0 < x.cols(); j0 += 64) {
        double square = 0;
        for (int j = j0; j < Math.min(x.cols(), j0 + 64); j++) {
          double column = 0;
          for (int i = i0; i < Math.min(x.rows(), i0 + 64); i++) {
            column += (double) x.at(i, j) * x.at(i, j);
          }
          square += column;
        }
        total += square;
      }
    }
    return total;
  }

  @Test
  @DisplayName("the same bits by rows, in panels, in a view, and for any number of threads")
  void order() {
    for (BackendProvider provider : Sessions.providers().toList()) {
      for (int threads = 1; threads <= 4; threads++) {
        try (Backend backend = Sessions.open(provider, threads)) {
          for (int[] shape : SHAPES) {
            Matrix x = Matrix.random(shape[0], shape[1], 9);
            Tensor view = backend.allocate(x.rows() + 3, x.cols());
            Tensor[] stored = {
              x.on(backend), x.asParameter(backend), x.to(Matrix.nans(view).firstRows(x.rows()))
            };
            double expected = defined(x);
            for (Tensor tensor : stored) {
              String what = provider.name() + ", " + threads + " threads, " + tensor;
              assertEquals(expected, backend.sumOfSquares(tensor), 0, what);
            }
          }
        }
      }
    }
  }

  @Test
  @DisplayName("the bits stay what they are, in both")
  void golden() {
    for (BackendProvider provider : Sessions.providers().toList()) {
      try (Backend backend = Sessions.open(provider, 2)) {
        Tensor x = Matrix.random(784, 128, 1).asParameter(backend);
        assertEquals(33450.69777309321, backend.sumOfSquares(x), 0, provider.name());
      }
    }
  }
}
