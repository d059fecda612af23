package dev.polymath.backend.arrays;

import dev.polymath.spi.AbstractLoss;
import org.jspecify.annotations.Nullable;

/** A loss that is one job on the rows. */
final class ArraysLoss extends AbstractLoss<ArraysTensor> {

  /** The mean loss; the gradient goes to {@code dOutput} unless that is null. */
  interface Formula {
    double compute(ArraysTensor output, ArraysTensor target, @Nullable ArraysTensor dOutput);
  }

  private final Formula formula;

  ArraysLoss(ArraysBackend backend, Input input, Formula formula) {
    super(backend, input);
    this.formula = formula;
  }

  @Override
  protected double valueKernel(ArraysTensor output, ArraysTensor target) {
    return formula.compute(output, target, null);
  }

  @Override
  protected double valueAndGradientKernel(
      ArraysTensor output, ArraysTensor target, ArraysTensor dOutput) {
    return formula.compute(output, target, dOutput);
  }
}
