package dev.polymath.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Activation;
import dev.polymath.Tensor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Each operation reaches its kernel, with its arguments in their places")
class OperationsTest {

  private final HeapBackend backend = new HeapBackend();
  private final Tensor a = tensor(2, 2, 1, 2, 3, 4);
  private final Tensor b = tensor(2, 2, 5, 6, 7, 8);
  private final Tensor out = tensor(2, 2, 9, 9, 9, 9);

  private Tensor tensor(int rows, int cols, float... elements) {
    Tensor tensor = backend.allocate(rows, cols);
    tensor.write(elements, 0);
    return tensor;
  }

  private static void assertHolds(Tensor tensor, float... expected) {
    assertArrayEquals(expected, Kernels.elements((AbstractTensor) tensor), 1e-6f);
  }

  @Test
  @DisplayName("the three products")
  void products() {
    backend.matmul(a, b, out);
    assertHolds(out, 19, 22, 43, 50);
    backend.matmulTransA(a, b, out);
    assertHolds(out, 26, 30, 38, 44);
    backend.matmulTransB(a, b, out);
    assertHolds(out, 17, 23, 39, 53);
  }

  @Test
  @DisplayName("rows added and summed")
  void rows() {
    Tensor row = tensor(1, 2, 10, 20);
    backend.addRow(row, a);
    assertHolds(a, 11, 22, 13, 24);
    backend.sumRows(a, row);
    assertHolds(row, 24, 46);
  }

  @Test
  @DisplayName("an activation and its derivative, each into a third tensor")
  void activations() {
    Tensor x = tensor(2, 2, -1, 2, 3, -4);
    backend.activate(Activation.RELU, x, out);
    assertHolds(out, 0, 2, 3, 0);
    assertHolds(x, -1, 2, 3, -4);
    backend.activateBackward(Activation.RELU, out, b, a);
    assertHolds(a, 0, 6, 7, 0);
    assertHolds(b, 5, 6, 7, 8);
  }

  @Test
  @DisplayName("the updates")
  void updates() {
    backend.axpby(2, a, -1, b);
    assertHolds(b, -3, -2, -1, 0);
    Tensor m = tensor(1, 1, 2);
    Tensor v = tensor(1, 1, 8);
    Tensor value = tensor(1, 1, 10);
    backend.adam(tensor(1, 1, 4), m, v, value, 0.5f, 0.5f, 2, 1, 0.1f);
    assertHolds(m, 3);
    assertHolds(v, 12);
    assertHolds(value, (float) (9 - 6 / (Math.sqrt(12) + 1)));
  }

  @Test
  @DisplayName("a tensor like another is a new one of zeros in its shape")
  void allocateLike() {
    Tensor like = backend.allocateLike(a.firstRows(1));
    assertHolds(like, 0, 0);
    assertEquals("[1, 2]", like.toString());
    like.write(new float[] {7, 7}, 0);
    assertHolds(a, 1, 2, 3, 4);
  }

  @Test
  @DisplayName("a view is the first rows, and writes through; the whole is a view too")
  void views() {
    a.firstRows(1).write(new float[] {8, 9}, 0);
    assertHolds(a, 8, 9, 3, 4);
    a.firstRows(2).firstRows(1).write(new float[] {0, 5, 6, 7}, 1);
    assertHolds(a.firstRows(2), 5, 6, 3, 4);
  }

  @Test
  @DisplayName("a range may end where the array ends")
  void ranges() {
    float[] target = new float[6];
    a.read(target, 2);
    assertArrayEquals(new float[] {0, 0, 1, 2, 3, 4}, target);
    a.read(target, 0);
    assertArrayEquals(new float[] {1, 2, 3, 4, 3, 4}, target);
  }
}
