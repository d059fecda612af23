package dev.polymath.backend.arrays;

import dev.polymath.spi.AbstractLoss;

/** {@code Σ (y − t)²} by row, and its gradient. */
final class ArraysSquaredError extends AbstractLoss<ArraysTensor> {

  private final ArraysBackend backend;

  ArraysSquaredError(ArraysBackend backend) {
    super(backend, Input.OUTPUT);
    this.backend = backend;
  }

  @Override
  protected double valueKernel(ArraysTensor output, ArraysTensor target) {
    return backend.squaredError(output, target, null);
  }

  @Override
  protected double valueAndGradientKernel(
      ArraysTensor output, ArraysTensor target, ArraysTensor dOutput) {
    return backend.squaredError(output, target, dOutput);
  }
}
