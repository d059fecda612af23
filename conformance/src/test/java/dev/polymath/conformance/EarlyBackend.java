package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.BackendInfo;
import dev.polymath.spi.AbstractBackend;
import java.util.EnumSet;
import java.util.Set;

/**
 * A backend that was written for the SPI's first version: it has the ten kernels of that and knows
 * six activations. All that came later must be right on it nevertheless.
 */
final class EarlyBackend extends AbstractBackend<ReferenceTensor> {

  static final String NAME = "early";

  private static final Set<Activation> KNOWN =
      EnumSet.of(
          Activation.IDENTITY,
          Activation.SIGMOID,
          Activation.TANH,
          Activation.RELU,
          Activation.LEAKY_RELU,
          Activation.SOFTMAX);

  private final ReferenceBackend loops = new ReferenceBackend();

  EarlyBackend() {
    super(ReferenceTensor.class);
  }

  @Override
  public BackendInfo info() {
    return new BackendInfo(NAME, "1", 1, "double loops", false);
  }

  @Override
  protected ReferenceTensor newTensor(int rows, int cols) {
    return new ReferenceTensor(this, rows, cols);
  }

  @Override
  protected void matmulKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
    loops.matmulKernel(a, b, out);
  }

  @Override
  protected void matmulTransAKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
    loops.matmulTransAKernel(a, b, out);
  }

  @Override
  protected void matmulTransBKernel(ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
    loops.matmulTransBKernel(a, b, out);
  }

  @Override
  protected void addRowKernel(ReferenceTensor row, ReferenceTensor y) {
    loops.addRowKernel(row, y);
  }

  @Override
  protected void sumRowsKernel(ReferenceTensor x, ReferenceTensor out) {
    loops.sumRowsKernel(x, out);
  }

  @Override
  protected void activateKernel(Activation f, ReferenceTensor x, ReferenceTensor y) {
    assertTrue(KNOWN.contains(f), "a kernel of the first version was asked for " + f);
    loops.activateKernel(f, x, y);
  }

  @Override
  protected void activateBackwardKernel(
      Activation f, ReferenceTensor y, ReferenceTensor dy, ReferenceTensor dx) {
    assertTrue(KNOWN.contains(f), "a kernel of the first version was asked for " + f);
    loops.activateBackwardKernel(f, y, dy, dx);
  }

  @Override
  protected void axpbyKernel(float alpha, ReferenceTensor x, float beta, ReferenceTensor y) {
    loops.axpbyKernel(alpha, x, beta, y);
  }

  @Override
  protected void adamKernel(
      ReferenceTensor gradient,
      ReferenceTensor m,
      ReferenceTensor v,
      ReferenceTensor value,
      float beta1,
      float beta2,
      float rate,
      float epsilon,
      float decay) {
    loops.adamKernel(gradient, m, v, value, beta1, beta2, rate, epsilon, decay);
  }

  @Override
  protected void closeKernel() {
    loops.close();
  }
}
