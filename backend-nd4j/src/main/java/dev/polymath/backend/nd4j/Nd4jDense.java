package dev.polymath.backend.nd4j;

import dev.polymath.Activation;
import dev.polymath.spi.AbstractDense;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = f(x · w + b)} in two native calls, one where f is not the sigmoid: the rows of y are
 * set to b, to which the product is added.
 */
final class Nd4jDense extends AbstractDense<Nd4jTensor> {

  private final Nd4jBackend backend;

  Nd4jDense(Nd4jBackend backend, int inputs, int outputs, Activation f) {
    super(backend, inputs, outputs, f);
    this.backend = backend;
  }

  @Override
  protected void forwardKernel(Nd4jTensor x, Nd4jTensor y) {
    setRows(y);
    Gemm.ADDED_TO_OUT.multiply(x, weight, y);
    backend.activateKernel(activation, y, y);
  }

  /** {@code y[i, j] = b[j]}. */
  private void setRows(Nd4jTensor y) {
    int cols = y.cols();
    Scratch scratch = backend.borrow(cols);
    bias.get(0, scratch.b, cols);
    for (int row = 0; row < y.rows(); row++) {
      y.put(row * cols, scratch.b, cols);
    }
    backend.giveBack(scratch);
  }

  @Override
  protected void backwardKernel(
      Nd4jTensor x,
      Nd4jTensor y,
      Nd4jTensor dy,
      @Nullable Nd4jTensor dx,
      Nd4jTensor dw,
      Nd4jTensor db) {
    int cols = y.cols();
    Scratch scratch = backend.borrow(cols);
    Arrays.fill(scratch.c, 0, cols, 0);
    int size = y.rows() * cols;
    int block = Scratch.rows(cols) * cols;
    for (int first = 0; first < size; first += block) {
      int count = Math.min(block, size - first);
      dy.get(first, scratch.b, count);
      if (activation != Activation.IDENTITY) {
        y.get(first, scratch.a, count);
        ElementWise.backward(activation, scratch.a, scratch.b, count);
        dy.put(first, scratch.b, count);
      }
      ElementWise.addRows(scratch.b, count, cols, scratch.c);
    }
    db.put(0, scratch.c, cols);
    backend.giveBack(scratch);
    Gemm.TRANS_A.multiply(x, dy, dw);
    if (dx != null) {
      Gemm.TRANS_B.multiply(dy, weight, dx);
    }
  }
}
