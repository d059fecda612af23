package dev.polymath.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.Activation;
import dev.polymath.Layer;
import dev.polymath.Tensor;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@DisplayName("A tensor that is given back")
class ReleaseTest {

  private final HeapBackend backend = new HeapBackend();

  private static void refused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalStateException.class, call).getMessage());
  }

  @Test
  @DisplayName("is refused from then on, and so are its views, by the operation and the name")
  void refused() {
    Tensor x = backend.allocate(3, 2);
    Tensor view = x.firstRows(2);
    Tensor y = backend.allocate(2, 2);
    Layer layer = backend.dense(2, 2, Activation.RELU);
    backend.release(x);
    refused("read: the tensor [3, 2] was released", () -> x.read(new float[6], 0));
    refused("write: the tensor [2, 2] was released", () -> view.write(new float[4], 0));
    refused("firstRows: the tensor [3, 2] was released", () -> x.firstRows(1));
    refused("matmul: a [2, 2] was released", () -> backend.matmul(view, y, y));
    refused("allocateLike: tensor [3, 2] was released", () -> backend.allocateLike(x));
    refused("forward: x [2, 2] was released", () -> layer.forward(view, y));
    List<Tensor> gradients = List.of(view, backend.allocate(1, 2));
    Tensor[] t = {backend.allocate(2, 2), backend.allocate(2, 2), backend.allocate(2, 2)};
    refused(
        "backward: a gradient [2, 2] was released",
        () -> layer.backward(t[0], t[1], t[2], null, gradients));
    refused("value: target [2, 2] was released", () -> backend.squaredError().value(y, view));
  }

  @Test
  @DisplayName("reaches the kernel once, as it was allocated, whatever is released of it")
  void once() {
    Tensor x = backend.allocate(3, 2);
    backend.release(x.firstRows(2).firstRows(1));
    backend.release(x);
    assertEquals(List.of(x), backend.released);
  }

  @Test
  @DisplayName("is none of another session, and no layer's parameter")
  void others() {
    Tensor foreign = new HeapBackend().allocate(1, 2);
    assertEquals(
        "release: tensor [1, 2] belongs to another session",
        assertThrows(IllegalArgumentException.class, () -> backend.release(foreign)).getMessage());
    Layer layer = backend.dense(2, 3, Activation.RELU);
    Tensor weight = layer.parameters().get(0).value();
    for (Tensor part : List.of(weight, weight.firstRows(1))) {
      assertEquals(
          "release: tensor " + part + " is a parameter, which its layer needs",
          assertThrows(IllegalArgumentException.class, () -> backend.release(part)).getMessage());
    }
    assertEquals(List.of(), backend.released);
    weight.read(new float[6], 0);
  }

  @Test
  @DisplayName("went with its session: releasing it afterwards does nothing")
  void afterClose() {
    Tensor x = backend.allocate(1, 1);
    backend.close();
    backend.release(x);
    assertEquals(List.of(), backend.released);
  }
}
