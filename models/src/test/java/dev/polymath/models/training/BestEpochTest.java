package dev.polymath.models.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Activation;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.LiveTensors;
import dev.polymath.models.network.Network;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The best epoch")
class BestEpochTest {

  private final ReferenceBackend backend = new ReferenceBackend();
  private final Network network = Network.builder(backend, 1).dense(1, Activation.IDENTITY).build();
  private final BestEpoch best = new BestEpoch(backend, network.parameters());

  private void hold(float weight, float bias) {
    network.parameters().get(0).value().write(new float[] {weight}, 0);
    network.parameters().get(1).value().write(new float[] {bias}, 0);
  }

  private void assertHeld(float weight, float bias) {
    float[] held = new float[2];
    network.parameters().get(0).value().read(held, 0);
    network.parameters().get(1).value().read(held, 1);
    assertEquals(weight, held[0]);
    assertEquals(bias, held[1]);
  }

  @Test
  @DisplayName("is the one of the lowest loss, and its parameters come back")
  void lowest() {
    assertEquals(0, best.epoch());
    double[] losses = {5, 3, 4, 3.5};
    for (int e = 1; e <= 4; e++) {
      hold(e, 10 * e);
      best.after(e, losses[e - 1]);
    }
    assertEquals(2, best.epoch());
    assertEquals(2, best.epochsSince());
    assertHeld(4, 40);
    best.restore();
    assertHeld(2, 20);
  }

  @Test
  @DisplayName("is the first of equals")
  void equals() {
    for (int e = 1; e <= 3; e++) {
      hold(e, e);
      best.after(e, 2);
    }
    assertEquals(1, best.epoch());
    best.restore();
    assertHeld(1, 1);
  }

  @Test
  @DisplayName("is the last one right after it, and stays it while the loss is no number")
  void now() {
    best.after(1, 3);
    best.after(2, 1);
    assertEquals(0, best.epochsSince());
    best.after(3, Double.NaN);
    assertEquals(2, best.epoch());
    assertEquals(1, best.epochsSince());
  }

  @Test
  @DisplayName("gives its tensors back when it is closed")
  void closed() {
    LiveTensors tensors = new LiveTensors(backend);
    BestEpoch kept = new BestEpoch(tensors.backend(), network.parameters());
    assertEquals(2, tensors.count());
    kept.close();
    assertEquals(0, tensors.count());
  }
}
