package dev.polymath.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.Activation;
import dev.polymath.Layer;
import dev.polymath.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

@DisplayName("What is written shares its storage with nothing that is read, but where it may")
class SharedStorageTest {

  private final HeapBackend backend = new HeapBackend();

  private Tensor tensor(float... elements) {
    Tensor tensor = backend.allocate(2, 2);
    if (elements.length > 0) {
      tensor.write(elements, 0);
    }
    return tensor;
  }

  private static float[] elements(Tensor tensor) {
    return Kernels.elements((AbstractTensor) tensor);
  }

  private static DynamicTest refused(String expected, Executable call) {
    return DynamicTest.dynamicTest(
        expected,
        () ->
            assertEquals(
                expected, assertThrows(IllegalArgumentException.class, call).getMessage()));
  }

  @TestFactory
  @DisplayName("products and updates")
  Stream<DynamicTest> operations() {
    Tensor x = tensor();
    Tensor view = x.firstRows(2);
    Activation f = Activation.TANH;
    return Stream.of(
        refused(
            "matmulTransA: out shares its storage with a",
            () -> backend.matmulTransA(x, tensor(), view)),
        refused(
            "matmulTransA: out shares its storage with b",
            () -> backend.matmulTransA(tensor(), x, view)),
        refused(
            "matmulTransB: out shares its storage with a",
            () -> backend.matmulTransB(x, tensor(), view)),
        refused(
            "matmulTransB: out shares its storage with b",
            () -> backend.matmulTransB(tensor(), x, view)),
        refused(
            "activateBackward: dx shares its storage with dy",
            () -> backend.activateBackward(f, tensor(), x, view)),
        refused(
            "multiply: out shares its storage with a", () -> backend.multiply(x, tensor(), view)),
        refused(
            "multiply: out shares its storage with b", () -> backend.multiply(tensor(), x, view)),
        refused(
            "adam: m shares its storage with gradient", () -> adam(x, view, tensor(), tensor())),
        refused(
            "adam: v shares its storage with gradient", () -> adam(x, tensor(), view, tensor())),
        refused("adam: v shares its storage with m", () -> adam(tensor(), x, view, tensor())),
        refused(
            "adam: value shares its storage with gradient",
            () -> adam(x, tensor(), tensor(), view)),
        refused("adam: value shares its storage with m", () -> adam(tensor(), x, tensor(), view)),
        refused("adam: value shares its storage with v", () -> adam(tensor(), tensor(), x, view)));
  }

  private void adam(Tensor gradient, Tensor m, Tensor v, Tensor value) {
    backend.adam(gradient, m, v, value, 0, 0, 0, 1, 0);
  }

  @TestFactory
  @DisplayName("the tensors of a layer's two passes")
  Stream<DynamicTest> layers() {
    Layer dense = backend.dense(2, 2, Activation.IDENTITY);
    Tensor weight = dense.parameters().get(0).value();
    Tensor bias = dense.parameters().get(1).value();
    Layer narrow = backend.dense(1, 2, Activation.IDENTITY);
    Tensor narrowBias = narrow.parameters().get(1).value();
    Tensor narrowWeight = narrow.parameters().get(0).value();
    Tensor row = backend.allocate(1, 2);
    Tensor x = tensor();
    Tensor y = tensor();
    Tensor dy = tensor();
    Tensor dx = tensor();
    return Stream.of(
        refused(
            "forward: y shares its storage with bias",
            () -> dense.forward(backend.allocate(1, 2), bias)),
        refused(
            "backward: dy shares its storage with x",
            () -> dense.backward(x, y, x, dx, List.of(tensor(), row))),
        refused(
            "backward: dx shares its storage with y",
            () -> dense.backward(x, y, dy, y, List.of(tensor(), row))),
        refused(
            "backward: dx shares its storage with dy",
            () -> dense.backward(x, y, dy, dy, List.of(tensor(), row))),
        refused(
            "backward: dx shares its storage with weight",
            () -> dense.backward(x, y, dy, weight, List.of(tensor(), row))),
        refused(
            "backward: dy shares its storage with weight",
            () -> dense.backward(x, y, weight, dx, List.of(tensor(), row))),
        refused(
            "backward: a gradient shares its storage with x",
            () -> dense.backward(x, y, dy, dx, List.of(x, row))),
        refused(
            "backward: a gradient shares its storage with y",
            () -> dense.backward(x, y, dy, dx, List.of(y, row))),
        refused(
            "backward: a gradient shares its storage with dy",
            () -> dense.backward(x, y, dy, dx, List.of(dy, row))),
        refused(
            "backward: a gradient shares its storage with dx",
            () -> dense.backward(x, y, dy, dx, List.of(dx, row))),
        refused(
            "backward: a gradient shares its storage with bias",
            () -> dense.backward(x, y, dy, dx, List.of(tensor(), bias))),
        refused(
            "backward: a gradient shares its storage with bias",
            () -> narrowBackward(narrow, narrowBias, row)),
        refused(
            "backward: a gradient shares its storage with weight",
            () -> narrowBackward(narrow, row, narrowWeight)));
  }

  private void narrowBackward(Layer narrow, Tensor dw, Tensor db) {
    narrow.backward(backend.allocate(2, 1), tensor(), tensor(), null, List.of(dw, db));
  }

  @TestFactory
  @DisplayName("nor has a call without sharing a wrong shape in any place")
  Stream<DynamicTest> shapes() {
    Tensor wide = backend.allocate(2, 3);
    Layer dense = backend.dense(2, 2, Activation.IDENTITY);
    List<Tensor> gradients = List.of(tensor(), backend.allocate(1, 2));
    return Stream.of(
        refused(
            "adam: gradient is [2, 3], expected [2, 2]",
            () -> adam(wide, tensor(), tensor(), tensor())),
        refused(
            "adam: m is [2, 3], expected [2, 2]", () -> adam(tensor(), wide, tensor(), tensor())),
        refused(
            "backward: x is [2, 3], expected [2, 2]",
            () -> dense.backward(wide, tensor(), tensor(), null, gradients)),
        refused(
            "backward: y is [2, 3], expected [2, 2]",
            () -> dense.backward(tensor(), wide, tensor(), null, gradients)),
        refused(
            "backward: the gradient of weight is [2, 3], expected [2, 2]",
            () ->
                dense.backward(
                    tensor(), tensor(), tensor(), null, List.of(wide, gradients.get(1)))),
        refused(
            "valueAndGradient: target is [2, 3], expected [2, 2]",
            () -> backend.squaredError().valueAndGradient(tensor(), wide, tensor())),
        refused(
            "matmulTransA: [2, 3] x [2, 2]: out is [2, 2], expected [3, 2]",
            () -> backend.matmulTransA(wide, tensor(), tensor())),
        refused(
            "matmulTransB: [2, 2] x [2, 3]: inner dimensions 2 and 3 differ",
            () -> backend.matmulTransB(tensor(), wide, tensor())),
        refused(
            "allocate: [3, 0]: rows and columns must be at least 1", () -> backend.allocate(3, 0)));
  }

  @Test
  @DisplayName("an activation may work in place")
  void activationInPlace() {
    Tensor x = tensor(-1, 2, -3, 4);
    backend.activate(Activation.RELU, x, x);
    assertArrayEquals(new float[] {0, 2, 0, 4}, elements(x));
    Tensor dy = tensor(5, 6, 7, 8);
    backend.activateBackward(Activation.RELU, x, dy, dy);
    assertArrayEquals(new float[] {0, 6, 0, 8}, elements(dy));
  }

  @Test
  @DisplayName("a product of elements may replace either factor")
  void multiplyInPlace() {
    Tensor a = tensor(1, 2, 3, 4);
    Tensor b = tensor(5, 6, 7, 8);
    backend.multiply(a, b, a);
    assertArrayEquals(new float[] {5, 12, 21, 32}, elements(a));
    backend.multiply(a, b, b);
    assertArrayEquals(new float[] {25, 72, 147, 256}, elements(b));
    backend.multiply(b, b, b);
    assertArrayEquals(new float[] {625, 5184, 21609, 65536}, elements(b));
  }
}
