package dev.polymath.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.Activation;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

@DisplayName("Each misuse is one clear error, and nothing is written")
class ChecksTest {

  private final HeapBackend backend = new HeapBackend();
  private final Layer dense = backend.dense(3, 2, Activation.RELU);
  private final Layer relu = backend.activation(3, Activation.RELU);
  private final Loss loss = backend.softmaxCrossEntropy();

  private Tensor tensor(int rows, int cols) {
    return backend.allocate(rows, cols);
  }

  private List<Tensor> gradients() {
    return List.of(tensor(3, 2), tensor(1, 2));
  }

  private static DynamicTest illegal(String expected, Executable call) {
    return DynamicTest.dynamicTest(
        expected,
        () ->
            assertEquals(
                expected, assertThrows(IllegalArgumentException.class, call).getMessage()));
  }

  @TestFactory
  Stream<DynamicTest> products() {
    Tensor a = tensor(64, 784);
    Tensor square = tensor(4, 4);
    return Stream.of(
        illegal(
            "matmul: [64, 784] x [256, 10]: inner dimensions 784 and 256 differ",
            () -> backend.matmul(a, tensor(256, 10), tensor(64, 10))),
        illegal(
            "matmul: [64, 784] x [784, 10]: out is [64, 9], expected [64, 10]",
            () -> backend.matmul(a, tensor(784, 10), tensor(64, 9))),
        illegal(
            "matmulTransA: [64, 784] x [32, 10]: inner dimensions 64 and 32 differ",
            () -> backend.matmulTransA(a, tensor(32, 10), tensor(784, 10))),
        illegal(
            "matmulTransA: [64, 784] x [64, 10]: out is [10, 784], expected [784, 10]",
            () -> backend.matmulTransA(a, tensor(64, 10), tensor(10, 784))),
        illegal(
            "matmulTransB: [64, 784] x [10, 128]: inner dimensions 784 and 128 differ",
            () -> backend.matmulTransB(a, tensor(10, 128), tensor(64, 10))),
        illegal(
            "matmul: out shares its storage with a",
            () -> backend.matmul(square, tensor(4, 4), square)),
        illegal(
            "matmul: out shares its storage with b",
            () -> backend.matmul(tensor(4, 4), square, square)),
        illegal(
            "matmulTransA: out shares its storage with b",
            () -> backend.matmulTransA(tensor(4, 2), square, square.firstRows(2))),
        illegal(
            "matmulTransB: out shares its storage with a",
            () -> backend.matmulTransB(square.firstRows(2), tensor(4, 4), square.firstRows(2))));
  }

  @TestFactory
  Stream<DynamicTest> elementWise() {
    Tensor x = tensor(4, 3);
    return Stream.of(
        illegal("addRow: row is [1, 2], expected [1, 3]", () -> backend.addRow(tensor(1, 2), x)),
        illegal("addRow: y shares its storage with row", () -> backend.addRow(x.firstRows(1), x)),
        illegal("sumRows: out is [4, 3], expected [1, 3]", () -> backend.sumRows(x, tensor(4, 3))),
        illegal("sumRows: out shares its storage with x", () -> backend.sumRows(x, x.firstRows(1))),
        illegal(
            "activate: y is [4, 2], expected [4, 3]",
            () -> backend.activate(Activation.RELU, x, tensor(4, 2))),
        illegal(
            "activate: y shares its storage with x",
            () -> backend.activate(Activation.RELU, x.firstRows(2), x.firstRows(2))),
        illegal(
            "activateBackward: dy is [3, 3], expected [4, 3]",
            () -> backend.activateBackward(Activation.RELU, x, tensor(3, 3), tensor(4, 3))),
        illegal(
            "activateBackward: dx is [3, 3], expected [4, 3]",
            () -> backend.activateBackward(Activation.RELU, x, tensor(4, 3), tensor(3, 3))),
        illegal(
            "activateBackward: dx shares its storage with y",
            () -> backend.activateBackward(Activation.RELU, x, tensor(4, 3), x)),
        illegal("axpby: y is [3, 3], expected [4, 3]", () -> backend.axpby(1, x, 1, tensor(3, 3))),
        illegal("axpby: y shares its storage with x", () -> backend.axpby(1, x, 1, x)),
        illegal(
            "multiply: b is [3, 3], expected [4, 3]",
            () -> backend.multiply(x, tensor(3, 3), tensor(4, 3))),
        illegal(
            "multiply: out is [4, 2], expected [4, 3]", () -> backend.multiply(x, x, tensor(4, 2))),
        illegal(
            "multiply: out shares its storage with a",
            () -> backend.multiply(x.firstRows(2), tensor(2, 3), x.firstRows(2))),
        illegal(
            "adam: v is [1, 3], expected [4, 3]",
            () -> backend.adam(x, tensor(4, 3), tensor(1, 3), tensor(4, 3), 0, 0, 0, 0, 0)),
        illegal(
            "adam: value shares its storage with m",
            () -> backend.adam(tensor(4, 3), x, tensor(4, 3), x, 0, 0, 0, 0, 0)));
  }

  @TestFactory
  Stream<DynamicTest> layers() {
    Tensor x = tensor(5, 3);
    Tensor y = tensor(5, 2);
    Tensor dy = tensor(5, 2);
    Tensor weight = dense.parameters().get(0).value();
    Tensor big = tensor(6, 2);
    return Stream.of(
        illegal(
            "forward: x is [5, 2], expected [5, 3]",
            () -> dense.forward(tensor(5, 2), tensor(5, 2))),
        illegal("forward: y is [4, 2], expected [5, 2]", () -> dense.forward(x, tensor(4, 2))),
        illegal("forward: y shares its storage with x", () -> relu.forward(x, x)),
        illegal(
            "forward: y shares its storage with weight", () -> dense.forward(tensor(3, 3), weight)),
        illegal(
            "backward: dy is [5, 3], expected [5, 2]",
            () -> dense.backward(x, y, tensor(5, 3), null, gradients())),
        illegal(
            "backward: dx is [5, 2], expected [5, 3]",
            () -> dense.backward(x, y, dy, tensor(5, 2), gradients())),
        illegal(
            "backward: dy shares its storage with y",
            () -> dense.backward(x, big.firstRows(5), big.firstRows(5), null, gradients())),
        illegal(
            "backward: dx shares its storage with x",
            () -> dense.backward(x, y, dy, x, gradients())),
        illegal(
            "backward: 1 gradients for 2 parameters: expected one for each",
            () -> dense.backward(x, y, dy, null, List.of(tensor(3, 2)))),
        illegal(
            "backward: the gradient of bias is [2, 2], expected [1, 2]",
            () -> dense.backward(x, y, dy, null, List.of(tensor(3, 2), tensor(2, 2)))),
        illegal(
            "backward: a gradient shares its storage with weight",
            () -> dense.backward(x, y, dy, null, List.of(weight, tensor(1, 2)))),
        illegal(
            "backward: a gradient shares its storage with another gradient",
            () -> {
              Tensor shared = tensor(3, 2);
              dense.backward(x, y, dy, null, List.of(shared, shared.firstRows(1)));
            }),
        illegal(
            "dense: softmax is a layer of its own: dense(IDENTITY), then activation(SOFTMAX)",
            () -> backend.dense(3, 2, Activation.SOFTMAX)),
        illegal(
            "dense: [0, 2]: rows and columns must be at least 1",
            () -> backend.dense(0, 2, Activation.RELU)),
        illegal(
            "activation: [1, 0]: rows and columns must be at least 1",
            () -> backend.activation(0, Activation.RELU)));
  }

  @TestFactory
  Stream<DynamicTest> losses() {
    Tensor x = tensor(4, 3);
    return Stream.of(
        illegal("value: target is [4, 2], expected [4, 3]", () -> loss.value(x, tensor(4, 2))),
        illegal(
            "valueAndGradient: dOutput is [3, 3], expected [4, 3]",
            () -> loss.valueAndGradient(x, tensor(4, 3), tensor(3, 3))),
        illegal(
            "valueAndGradient: dOutput shares its storage with output",
            () -> loss.valueAndGradient(x, tensor(4, 3), x)),
        illegal(
            "valueAndGradient: dOutput shares its storage with target",
            () -> loss.valueAndGradient(tensor(4, 3), x, x)));
  }

  @TestFactory
  Stream<DynamicTest> sizesAndSessions() {
    HeapBackend other = new HeapBackend();
    Tensor foreign = other.allocate(4, 4);
    return Stream.of(
        illegal(
            "allocate: [0, 5]: rows and columns must be at least 1", () -> backend.allocate(0, 5)),
        illegal(
            "allocate: [65536, 65536]: 4294967296 elements, more than 2147483647",
            () -> backend.allocate(65536, 65536)),
        illegal(
            "matmul: a [4, 4] belongs to another session",
            () -> backend.matmul(foreign, tensor(4, 4), tensor(4, 4))),
        illegal(
            "allocateLike: tensor [4, 4] belongs to another session",
            () -> backend.allocateLike(foreign)),
        illegal(
            "forward: y [4, 4] belongs to another session",
            () -> relu.forward(tensor(4, 3), foreign)),
        illegal(
            "value: target [4, 4] belongs to another session",
            () -> loss.value(tensor(4, 4), foreign)),
        illegal("firstRows: 0 of [4, 4]: expected 1 to 4", () -> tensor(4, 4).firstRows(0)),
        illegal("firstRows: 5 of [4, 4]: expected 1 to 4", () -> tensor(4, 4).firstRows(5)));
  }

  @Test
  @DisplayName("a range outside the array names tensor, array and offset")
  void ranges() {
    Tensor x = tensor(2, 3);
    assertEquals(
        "write: [2, 3] has 6 elements; source has length 7, offset 2",
        assertThrows(IndexOutOfBoundsException.class, () -> x.write(new float[7], 2)).getMessage());
    assertEquals(
        "read: [2, 3] has 6 elements; target has length 6, offset -1",
        assertThrows(IndexOutOfBoundsException.class, () -> x.read(new float[6], -1)).getMessage());
    assertThrows(IndexOutOfBoundsException.class, () -> x.read(new float[6], Integer.MAX_VALUE));
  }

  @Test
  @DisplayName("as many elements as an int counts are allowed, and one row more is not")
  void sizes() {
    Checks.size("allocate", 1, Integer.MAX_VALUE);
    assertEquals(
        "allocate: [2, 2147483647]: 4294967294 elements, more than 2147483647",
        assertThrows(
                IllegalArgumentException.class, () -> Checks.size("allocate", 2, Integer.MAX_VALUE))
            .getMessage());
  }

  @Test
  @DisplayName("a null is named")
  void nulls() {
    assertEquals(
        "b",
        assertThrows(
                NullPointerException.class,
                () -> backend.matmul(tensor(1, 1), nothing(), tensor(1, 1)))
            .getMessage());
    assertEquals(
        "source",
        assertThrows(NullPointerException.class, () -> tensor(1, 1).write(nothing(), 0))
            .getMessage());
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return null;
  }

  @Test
  @DisplayName("a rejected call has written nothing")
  void nothingWritten() {
    Tensor out = tensor(2, 2);
    out.write(new float[] {1, 2, 3, 4}, 0);
    assertThrows(
        IllegalArgumentException.class, () -> backend.matmul(tensor(2, 3), tensor(2, 2), out));
    float[] held = new float[4];
    out.read(held, 0);
    assertEquals("[1.0, 2.0, 3.0, 4.0]", Arrays.toString(held));
  }

  @Test
  @DisplayName("parameters are a weight and a bias by name and role, in this order, zero at first")
  void parameters() {
    assertEquals(
        List.of("weight", "bias"), dense.parameters().stream().map(Parameter::name).toList());
    assertEquals(
        List.of(Parameter.Role.WEIGHT, Parameter.Role.BIAS),
        dense.parameters().stream().map(Parameter::role).toList());
    float[] held = {9, 9, 9, 9, 9, 9};
    dense.parameters().get(0).value().read(held, 0);
    assertEquals("[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]", Arrays.toString(held));
  }
}
