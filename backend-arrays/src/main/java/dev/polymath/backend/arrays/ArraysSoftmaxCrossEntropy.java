package dev.polymath.backend.arrays;

import dev.polymath.spi.AbstractLoss;

/** Softmax and cross-entropy in one pass over a row of logits. */
final class ArraysSoftmaxCrossEntropy extends AbstractLoss<ArraysTensor> {

  private final ArraysBackend backend;

  ArraysSoftmaxCrossEntropy(ArraysBackend backend) {
    super(backend, Input.LOGITS);
    this.backend = backend;
  }

  @Override
  protected double valueKernel(ArraysTensor output, ArraysTensor target) {
    return backend.softmaxCrossEntropy(output, target, null);
  }

  @Override
  protected double valueAndGradientKernel(
      ArraysTensor output, ArraysTensor target, ArraysTensor dOutput) {
    return backend.softmaxCrossEntropy(output, target, dOutput);
  }
}
