package dev.polymath.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What the base class composes of a backend's kernels")
class ComposedTest {

  private final HeapBackend backend = new HeapBackend();

  private Tensor tensor(int rows, int cols, float... elements) {
    Tensor tensor = backend.allocate(rows, cols);
    tensor.write(elements, 0);
    return tensor;
  }

  private static float[] elements(Tensor tensor) {
    return Kernels.elements((AbstractTensor) tensor);
  }

  @Test
  @DisplayName("a dense layer: f(x·w + b), and its three gradients")
  void dense() {
    Layer dense = backend.dense(2, 2, Activation.RELU);
    dense.parameters().get(0).value().write(new float[] {1, 2, 3, -4}, 0);
    dense.parameters().get(1).value().write(new float[] {10, 1}, 0);
    Tensor x = tensor(2, 2, 1, 1, 2, 0);
    Tensor y = backend.allocate(2, 2);
    dense.forward(x, y);
    assertArrayEquals(new float[] {14, 0, 12, 5}, elements(y));
    Tensor dy = tensor(2, 2, 1, 1, 1, 2);
    Tensor dx = backend.allocate(2, 2);
    Tensor dw = backend.allocate(2, 2);
    Tensor db = backend.allocate(1, 2);
    dense.backward(x, y, dy, dx, List.of(dw, db));
    assertArrayEquals(new float[] {3, 4, 1, 0}, elements(dw));
    assertArrayEquals(new float[] {2, 2}, elements(db));
    assertArrayEquals(new float[] {1, 3, 5, -5}, elements(dx));
  }

  @Test
  @DisplayName("a dense layer without dx has the same gradients of its parameters")
  void denseWithoutInputGradient() {
    Layer dense = backend.dense(1, 1, Activation.IDENTITY);
    Tensor dw = backend.allocate(1, 1);
    Tensor db = backend.allocate(1, 1);
    Tensor x = tensor(2, 1, 3, 4);
    dense.backward(x, backend.allocate(2, 1), tensor(2, 1, 5, 6), null, List.of(dw, db));
    assertArrayEquals(new float[] {39}, elements(dw));
    assertArrayEquals(new float[] {11}, elements(db));
  }

  @Test
  @DisplayName("an activation as a layer; without dx it has nothing to do")
  void activation() {
    Layer relu = backend.activation(2, Activation.RELU);
    assertEquals(List.of(2, 2), List.of(relu.inputs(), relu.outputs()));
    Tensor x = tensor(1, 2, -1, 2);
    Tensor y = backend.allocate(1, 2);
    relu.forward(x, y);
    assertArrayEquals(new float[] {0, 2}, elements(y));
    Tensor dx = backend.allocate(1, 2);
    relu.backward(x, y, tensor(1, 2, 3, 4), dx, List.of());
    assertArrayEquals(new float[] {0, 4}, elements(dx));
    relu.backward(x, y, tensor(1, 2, 3, 4), null, List.of());
  }

  @Test
  @DisplayName("layers of an activation that the backend does not compute never reach it")
  void asked() {
    backend.dense(1, 2, Activation.ELU);
    backend.activation(1, Activation.SELU);
    assertEquals(List.of(), backend.asked);
    backend.dense(1, 2, Activation.TANH);
    backend.activation(1, Activation.SOFTMAX);
    assertEquals(List.of(Activation.TANH, Activation.SOFTMAX), backend.asked);
  }

  @Test
  @DisplayName("ELU: exp(x) − 1 up to 0, x above; its derivative from the output")
  void elu() {
    Tensor x = tensor(1, 4, -2, -1e-6f, 0, 3);
    Tensor y = backend.allocate(1, 4);
    backend.activate(Activation.ELU, x, y);
    assertArrayEquals(
        new float[] {(float) Math.expm1(-2), (float) Math.expm1(-1e-6f), 0, 3}, elements(y));
    Tensor dx = backend.allocate(1, 4);
    backend.activateBackward(Activation.ELU, y, tensor(1, 4, 2, 2, 2, 2), dx);
    assertArrayEquals(new float[] {2 * (float) Math.exp(-2), 2, 2, 2}, elements(dx), 1e-5f);
  }

  @Test
  @DisplayName("SELU: λ·α·(exp(x) − 1) up to 0, λ·x above; its derivative from the output")
  void selu() {
    double lambda = Activation.SELU_SCALE;
    double slope = lambda * Activation.SELU_ALPHA;
    Tensor x = tensor(1, 4, -2, -1e-6f, 0, 3);
    Tensor y = backend.allocate(1, 4);
    backend.activate(Activation.SELU, x, y);
    assertArrayEquals(
        new float[] {
          (float) (slope * Math.expm1(-2)), (float) (slope * -1e-6), 0, (float) (lambda * 3)
        },
        elements(y),
        1e-7f);
    Tensor dx = backend.allocate(1, 4);
    backend.activateBackward(Activation.SELU, y, tensor(1, 4, 2, 2, 2, 2), dx);
    assertArrayEquals(
        new float[] {
          (float) (2 * slope * Math.exp(-2)),
          (float) (2 * slope),
          (float) (2 * slope),
          (float) (2 * lambda)
        },
        elements(dx),
        1e-5f);
  }

  @Test
  @DisplayName("layers of ELU compute it, forward and backward")
  void eluLayers() {
    Tensor x = tensor(1, 1, -1);
    Tensor y = backend.allocate(1, 1);
    Tensor dx = backend.allocate(1, 1);
    Layer elu = backend.activation(1, Activation.ELU);
    elu.forward(x, y);
    assertEquals((float) Math.expm1(-1), elements(y)[0]);
    elu.backward(x, y, tensor(1, 1, 1), dx, List.of());
    assertEquals((float) Math.exp(-1), elements(dx)[0], 1e-7f);
    Layer dense = backend.dense(1, 1, Activation.ELU);
    dense.parameters().get(1).value().write(new float[] {-1}, 0);
    dense.forward(x, y);
    assertEquals((float) Math.expm1(-1), elements(y)[0]);
  }

  @Test
  @DisplayName("what every backend computes itself has no composed form, and that is said")
  void notComposed() {
    String expected = "TANH has no composed form: every backend computes it itself";
    AbstractTensor x = (AbstractTensor) backend.allocate(1, 1);
    assertEquals(
        expected,
        assertThrows(
                IllegalStateException.class, () -> HostActivation.forward(Activation.TANH, x, x))
            .getMessage());
    assertEquals(
        expected,
        assertThrows(
                IllegalStateException.class,
                () -> HostActivation.backward(Activation.TANH, x, x, x))
            .getMessage());
  }

  @Test
  @DisplayName("the sum of squares in double")
  void sumOfSquares() {
    assertEquals(2e60, backend.sumOfSquares(tensor(1, 2, -1e30f, 1e30f)), 1e54);
    assertEquals(5.25, backend.sumOfSquares(tensor(2, 2, 1, -2, 0.5f, 0)));
  }

  @Test
  @DisplayName("the squared error and its gradient are means over the rows")
  void squaredError() {
    Loss loss = backend.squaredError();
    assertEquals(Loss.Input.OUTPUT, loss.input());
    Tensor y = tensor(2, 2, 1, 2, 3, 4);
    Tensor t = tensor(2, 2, 0, 4, 3, 1);
    assertEquals((1 + 4 + 0 + 9) / 2.0, loss.value(y, t));
    Tensor dy = backend.allocate(2, 2);
    assertEquals((1 + 4 + 0 + 9) / 2.0, loss.valueAndGradient(y, t, dy));
    assertArrayEquals(new float[] {1, -2, 0, 3}, elements(dy));
  }

  @Test
  @DisplayName("Huber's loss and its gradient are means over the rows")
  void huber() {
    Loss loss = backend.huber(2);
    assertEquals(Loss.Input.OUTPUT, loss.input());
    Tensor y = tensor(2, 2, 1, 2, 3, -4);
    Tensor t = tensor(2, 2, 0, 7, 3, 1);
    double expected = (0.5 + 2 * (5 - 1) + 0 + 2 * (5 - 1)) / 2;
    assertEquals(expected, loss.value(y, t));
    Tensor dy = backend.allocate(2, 2);
    assertEquals(expected, loss.valueAndGradient(y, t, dy));
    assertArrayEquals(new float[] {0.5f, -1, 0, -1}, elements(dy));
  }

  @Test
  @DisplayName("the cross-entropy of sigmoids and its gradient are means over the rows")
  void sigmoidCrossEntropy() {
    Loss loss = backend.sigmoidCrossEntropy();
    assertEquals(Loss.Input.LOGITS, loss.input());
    Tensor z = tensor(2, 2, 0, 2, 0, 0);
    Tensor t = tensor(2, 2, 1, 0, 0.5f, 0.5f);
    double expected = (3 * Math.log(2) + 2 + Math.log1p(Math.exp(-2))) / 2;
    assertEquals(expected, loss.value(z, t), 1e-15);
    Tensor dz = backend.allocate(2, 2);
    assertEquals(expected, loss.valueAndGradient(z, t, dz), 1e-15);
    assertArrayEquals(
        new float[] {-0.25f, (float) (1 / (1 + Math.exp(-2)) / 2), 0, 0}, elements(dz), 1e-7f);
  }

  @Test
  @DisplayName("softmax cross-entropy and its gradient, with soft and with heavier targets")
  void softmaxCrossEntropy() {
    Loss loss = backend.softmaxCrossEntropy();
    assertEquals(Loss.Input.LOGITS, loss.input());
    float log3 = (float) Math.log(3);
    Tensor z = tensor(2, 2, log3 + 100, 100, 0, 0);
    Tensor t = tensor(2, 2, 0.25f, 0.75f, 2, 1);
    double expected = (0.25 * Math.log(4 / 3.0) + 0.75 * Math.log(4) + 3 * Math.log(2)) / 2;
    assertEquals(expected, loss.value(z, t), 1e-6);
    Tensor dz = backend.allocate(2, 2);
    assertEquals(expected, loss.valueAndGradient(z, t, dz), 1e-6);
    assertArrayEquals(new float[] {0.25f, -0.25f, -0.25f, 0.25f}, elements(dz), 1e-6f);
  }

  @Test
  @DisplayName("a class of no probability costs nothing where the target has none of it either")
  void impossibleClass() {
    Loss loss = backend.softmaxCrossEntropy();
    Tensor z = tensor(1, 2, Float.NEGATIVE_INFINITY, 1);
    assertEquals(0, loss.value(z, tensor(1, 2, 0, 1)));
    assertTrue(Double.isInfinite(loss.value(z, tensor(1, 2, 1, 0))));
  }
}
