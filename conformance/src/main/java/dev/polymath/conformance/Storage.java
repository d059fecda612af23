package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Tensor;

/**
 * The ways a tensor comes to be. A backend may store each as it likes; every operation must be
 * right with all of them, mixed.
 */
enum Storage {
  ALLOCATED {
    @Override
    Tensor blank(Backend backend, int rows, int cols) {
      return backend.allocate(rows, cols);
    }
  },
  VIEW {
    @Override
    Tensor blank(Backend backend, int rows, int cols) {
      return firstRowsOf(backend.allocate(rows + 3, cols), rows);
    }
  },
  PARAMETER {
    @Override
    Tensor blank(Backend backend, int rows, int cols) {
      return parameter(backend, rows, cols);
    }
  },
  LIKE_PARAMETER {
    @Override
    Tensor blank(Backend backend, int rows, int cols) {
      return backend.allocateLike(parameter(backend, rows, cols));
    }
  },
  VIEW_LIKE_PARAMETER {
    @Override
    Tensor blank(Backend backend, int rows, int cols) {
      return firstRowsOf(backend.allocateLike(parameter(backend, rows + 3, cols)), rows);
    }
  };

  /** A tensor of this kind; what lies outside a view is NaN. */
  abstract Tensor blank(Backend backend, int rows, int cols);

  private static Tensor firstRowsOf(Tensor whole, int rows) {
    whole.write(Samples.generate(whole.rows(), whole.cols(), i -> Double.NaN).floats(), 0);
    return whole.firstRows(rows);
  }

  /** A bias where there is one row, otherwise a weight. */
  private static Tensor parameter(Backend backend, int rows, int cols) {
    Layer layer = backend.dense(rows == 1 ? 2 : rows, cols, Activation.IDENTITY);
    return layer.parameters().get(rows == 1 ? 1 : 0).value();
  }
}
