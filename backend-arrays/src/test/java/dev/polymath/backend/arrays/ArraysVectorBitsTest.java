package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("arrays-vector gives the same bits for any lanes and registers:")
class ArraysVectorBitsTest {

  private static int hash(Tensor tensor) {
    return Arrays.hashCode(Matrix.read(tensor).values());
  }

  @Test
  @DisplayName("ELU and SELU, on their own and in a dense layer, and the gradients of two losses")
  void bits() {
    try (Backend backend = Sessions.open(new ArraysVectorProvider(), 2)) {
      int[] hashes = new int[8];
      Matrix x = Matrix.random(33, 207, 1);
      for (int i = 0; i < x.values().length; i++) {
        x.values()[i] *= i % 100;
      }
      Tensor tx = x.on(backend);
      Tensor target = Matrix.random(33, 207, 2).on(backend);
      Tensor y = backend.allocate(33, 207);
      Tensor dx = backend.allocate(33, 207);
      int at = 0;
      for (Activation f : List.of(Activation.ELU, Activation.SELU)) {
        backend.activate(f, tx, y);
        hashes[at++] = hash(y);
        backend.activateBackward(f, y, target, dx);
        hashes[at++] = hash(dx);
        Layer layer = backend.dense(207, 50, f);
        Matrix.random(207, 50, 3).to(layer.parameters().get(0).value());
        Tensor out = backend.allocate(33, 50);
        layer.forward(target, out);
        hashes[at++] = hash(out);
      }
      backend.huber(0.5f).valueAndGradient(tx, target, y);
      hashes[at++] = hash(y);
      double loss = backend.sigmoidCrossEntropy().valueAndGradient(tx, target, y);
      hashes[at] = hash(y);
      assertEquals(
          "[-1002932822, 1174520242, -1645310098, 2140118693,"
              + " 589439173, 1777665117, 11100035, 1942630632]",
          Arrays.toString(hashes));
      assertEquals(2458.939995885698, loss, 1e-9);
    }
  }
}
