package dev.polymath.models.training;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Optimizer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The state of a run")
class UpdateStateTest {

  private final ReferenceBackend backend = new ReferenceBackend();
  private final TrainingOptions options =
      TrainingOptions.defaults()
          .optimizer(new AdamW(0.1))
          .averaging(0.9)
          .rateFactor(Parameter.Role.BIAS, 0.5);

  private Network network() {
    Network network = Network.builder(backend, 2).dense(2, Activation.IDENTITY).build();
    network.initialize(Initialization.NORMAL, 3);
    return network;
  }

  private List<Tensor> gradients(Network network) {
    return network.parameters().stream().map(p -> backend.allocateLike(p.value())).toList();
  }

  private static void steps(Update update, List<Tensor> gradients, int from, int to) {
    for (int t = from; t < to; t++) {
      gradients.get(0).write(new float[] {1 - t, 2, t, -1}, 0);
      gradients.get(1).write(new float[] {t - 2, 0.5f}, 0);
      update.apply(0.1);
    }
  }

  @Test
  @DisplayName("goes from one update to another with all that is remembered, the average included")
  void update() {
    Network whole = network();
    List<Tensor> slopes = gradients(whole);
    Update one = new Update(whole, slopes, options);
    steps(one, slopes, 0, 6);

    Network begun = network();
    List<Tensor> begunSlopes = gradients(begun);
    Update first = new Update(begun, begunSlopes, options);
    first.requireState();
    steps(first, begunSlopes, 0, 3);
    RunState state = new RunState();
    first.save(state);
    assertEquals("3", state.strings().get("averaged"));
    assertTrue(state.tensors().containsKey("optimizer.0.first.layers.0.weight"));
    assertTrue(state.tensors().containsKey("optimizer.1.second.layers.0.bias"));

    Network resumed = network();
    resumed.write(begun.read());
    List<Tensor> resumedSlopes = gradients(resumed);
    Update second = new Update(resumed, resumedSlopes, options);
    second.restore(state);
    steps(second, resumedSlopes, 3, 6);
    assertSame(whole, resumed);
    one.exchange();
    second.exchange();
    assertSame(whole, resumed);
  }

  private static void assertSame(Network expected, Network found) {
    expected.read().forEach((name, v) -> assertArrayEquals(v, found.read().get(name), name));
  }

  @Test
  @DisplayName("has no average where there is none")
  void withoutAverage() {
    Network network = network();
    Update update = new Update(network, gradients(network), options.averaging(0));
    RunState state = new RunState();
    update.save(state);
    assertFalse(state.has("averaged"));
    update.restore(state);
  }

  @Test
  @DisplayName("can't be kept of an optimizer that does not say what it remembers")
  void silent() {
    Optimizer.Updater updater = (gradients, rate) -> {};
    Network network = network();
    Update update =
        new Update(network, gradients(network), options.optimizer((b, parameters) -> updater));
    assertMessage(
        "checkpoint: "
            + updater.getClass().getName()
            + " does not say what it remembers: Updater.state()",
        update::requireState);
  }

  @Test
  @DisplayName("holds the best epoch with its parameters")
  void bestEpoch() {
    Network network = network();
    BestEpoch best = new BestEpoch(backend, network.parameters());
    best.after(1, 5);
    var kept = network.read();
    network.initialize(Initialization.NORMAL, 4);
    best.after(2, 7);
    RunState state = new RunState();
    best.save(state);

    Network other = network();
    other.initialize(Initialization.NORMAL, 5);
    BestEpoch restored = new BestEpoch(backend, other.parameters());
    restored.restore(state);
    assertEquals(1, restored.epoch());
    assertEquals(1, restored.epochsSince());
    restored.after(3, 6);
    assertEquals(1, restored.epoch());
    restored.restore();
    kept.forEach((name, v) -> assertArrayEquals(v, other.read().get(name), name));
  }

  @Test
  @DisplayName("holds no parameters before the first epoch has ended")
  void noEpoch() {
    Network network = network();
    RunState state = new RunState();
    new BestEpoch(backend, network.parameters()).save(state);
    assertTrue(state.tensors().isEmpty());
    BestEpoch restored = new BestEpoch(backend, network.parameters());
    restored.restore(state);
    assertEquals(0, restored.epoch());
  }
}
