package dev.polymath.backend.nd4j;

import dev.polymath.spi.AbstractLoss;
import org.jspecify.annotations.Nullable;

/**
 * A loss, computed in double on blocks of the heap. A loss ends as a number there in any case, and
 * its tensors are the narrowest of a network.
 */
abstract class Nd4jLoss extends AbstractLoss<Nd4jTensor> {

  private final Nd4jBackend backend;

  private Nd4jLoss(Nd4jBackend backend, Input input) {
    super(backend, input);
    this.backend = backend;
  }

  @Override
  protected final double valueKernel(Nd4jTensor output, Nd4jTensor target) {
    return compute(output, target, null);
  }

  @Override
  protected final double valueAndGradientKernel(
      Nd4jTensor output, Nd4jTensor target, Nd4jTensor dOutput) {
    return compute(output, target, dOutput);
  }

  private double compute(Nd4jTensor output, Nd4jTensor target, @Nullable Nd4jTensor dOutput) {
    int n = output.rows();
    int cols = output.cols();
    Scratch scratch = backend.borrow(cols);
    int block = Scratch.rows(cols) * cols;
    double loss = 0;
    for (int first = 0; first < n * cols; first += block) {
      int count = Math.min(block, n * cols - first);
      output.get(first, scratch.a, count);
      target.get(first, scratch.b, count);
      for (int row = 0; row < count; row += cols) {
        loss += row(scratch.a, scratch.b, row, cols, n, scratch.row);
      }
      if (dOutput != null) {
        dOutput.put(first, scratch.a, count);
      }
    }
    backend.giveBack(scratch);
    return loss / n;
  }

  /**
   * The loss of one row.
   *
   * @param y the output, overwritten by its gradient, divided by n
   * @param t the target, read
   * @param row where the row starts in both
   * @param work of {@code cols} elements or more, overwritten
   */
  abstract double row(float[] y, float[] t, int row, int cols, int n, double[] work);

  /** {@code −Σ t · log softmax(z)}; {@code softmax(z) · Σ t − t}. */
  static final class SoftmaxCrossEntropy extends Nd4jLoss {

    SoftmaxCrossEntropy(Nd4jBackend backend) {
      super(backend, Input.LOGITS);
    }

    @Override
    double row(float[] z, float[] t, int row, int cols, int n, double[] e) {
      double max = ElementWise.max(z, row, cols);
      double sum = ElementWise.exponentials(z, row, cols, max, e);
      double logSum = Math.log(sum);
      double loss = 0;
      double targets = 0;
      for (int j = 0; j < cols; j++) {
        targets += t[row + j];
        // 0 · −∞ would be NaN: a class without weight adds nothing.
        loss -= t[row + j] == 0 ? 0 : t[row + j] * (z[row + j] - max - logSum);
      }
      for (int j = 0; j < cols; j++) {
        z[row + j] = (float) ((e[j] / sum * targets - t[row + j]) / n);
      }
      return loss;
    }
  }

  /** {@code Σ (y − t)²}; {@code 2 · (y − t)}. */
  static final class SquaredError extends Nd4jLoss {

    SquaredError(Nd4jBackend backend) {
      super(backend, Input.OUTPUT);
    }

    @Override
    double row(float[] y, float[] t, int row, int cols, int n, double[] work) {
      double loss = 0;
      for (int i = row; i < row + cols; i++) {
        double difference = (double) y[i] - t[i];
        loss += difference * difference;
        y[i] = (float) (2 * difference / n);
      }
      return loss;
    }
  }
}
