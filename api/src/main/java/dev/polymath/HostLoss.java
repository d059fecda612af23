package dev.polymath;

import org.jspecify.annotations.Nullable;

/**
 * A loss between reads and a write, for a backend that implements {@link Backend} itself.
 *
 * @param input what it reads as output
 * @param formula what it computes
 */
record HostLoss(Loss.Input input, Formula formula) implements Loss {

  /** The mean loss over n rows; overwrites the gradient unless it is null. */
  interface Formula {
    double compute(float[] output, float[] target, float @Nullable [] gradient, int n);
  }

  @Override
  public double value(Tensor output, Tensor target) {
    OnHost.expectLike("value", "target", target, output);
    return formula.compute(OnHost.elements(output), OnHost.elements(target), null, output.rows());
  }

  @Override
  public double valueAndGradient(Tensor output, Tensor target, Tensor dOutput) {
    OnHost.expectLike("valueAndGradient", "target", target, output);
    OnHost.expectLike("valueAndGradient", "dOutput", dOutput, output);
    float[] gradient = new float[output.rows() * output.cols()];
    double loss =
        formula.compute(OnHost.elements(output), OnHost.elements(target), gradient, output.rows());
    dOutput.write(gradient, 0);
    return loss;
  }
}
