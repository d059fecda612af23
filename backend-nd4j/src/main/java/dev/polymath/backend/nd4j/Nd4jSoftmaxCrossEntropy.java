package dev.polymath.backend.nd4j;

import dev.polymath.spi.AbstractLoss;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * {@code L = 1/n · −Σ t · log softmax(z)}, {@code dz = (softmax(z) · Σ t − t) / n}, in double on
 * blocks of the heap: a loss ends as a number there in any case, and its tensors are the narrowest
 * of a network.
 */
final class Nd4jSoftmaxCrossEntropy extends AbstractLoss<Nd4jTensor> {

  private final Nd4jBackend backend;

  Nd4jSoftmaxCrossEntropy(Nd4jBackend backend) {
    super(backend, Input.LOGITS);
    this.backend = backend;
  }

  @Override
  protected double valueKernel(Nd4jTensor output, Nd4jTensor target) {
    return compute(output, target, List.of());
  }

  @Override
  protected double valueAndGradientKernel(Nd4jTensor output, Nd4jTensor target, Nd4jTensor dz) {
    return compute(output, target, List.of(dz));
  }

  private double compute(Nd4jTensor output, Nd4jTensor target, List<Nd4jTensor> gradient) {
    double[] loss = {0};
    int cols = output.cols();
    ObjIntConsumer<float[][]> step =
        (v, n) -> {
          for (int row = 0; row < n; row += cols) {
            loss[0] += row(v[0], v[1], row, row + cols, output.rows());
          }
        };
    backend.blockwise(cols, List.of(output, target), gradient, step);
    return loss[0] / output.rows();
  }

  /** The loss of one row; z is overwritten by its gradient. */
  private static double row(float[] z, float[] t, int from, int end, int rows) {
    double max = Heap.max(z, from, end);
    double sum = 0;
    double targets = 0;
    double loss = 0;
    for (int i = from; i < end; i++) {
      double shifted = z[i] - max;
      double e = Math.exp(shifted);
      z[i] = (float) e;
      sum += e;
      targets += t[i];
      // 0 · −∞ would be NaN: a class without weight adds nothing.
      loss -= t[i] == 0 ? 0 : t[i] * shifted;
    }
    for (int i = from; i < end; i++) {
      z[i] = (float) ((z[i] / sum * targets - t[i]) / rows);
    }
    return loss + targets * Math.log(sum);
  }
}
