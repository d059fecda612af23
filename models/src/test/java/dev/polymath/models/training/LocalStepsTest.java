package dev.polymath.models.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.AdamW;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Single steps")
class LocalStepsTest {

  private static final List<String> CLASSES = List.of("a", "b");

  private final TrainingOptions options =
      TrainingOptions.defaults()
          .optimizer(new AdamW(0.01))
          .loss(LossFunction.CROSS_ENTROPY)
          .labelSmoothing(0)
          .dropout(0.25)
          .shifts(0)
          .seed(4);

  private static DataSet batch(int number, int rows) {
    float[] features = new float[rows * 3];
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = (i + number) % 2;
      for (int j = 0; j < 3; j++) {
        features[i * 3 + j] = labels[i] * (j + 1) + 0.25f * ((i * 7 + j * 3 + number) % 5);
      }
    }
    return DataSet.ofFeatures(3, features, labels, CLASSES);
  }

  private static Network network(Backend backend) {
    Network network =
        Network.builder(backend, 3)
            .dense(8, Activation.RELU)
            .dense(2, Activation.IDENTITY)
            .activation(Activation.SOFTMAX)
            .build();
    network.initialize(Initialization.DEFAULT, 2);
    return network;
  }

  private LocalSteps steps(Network network, boolean weighed) {
    return new LocalSteps(
        network, options, InputScaling.none(3), new ModelOutput.Classes(CLASSES), weighed, 6);
  }

  private static void take(LocalSteps steps, int from, int to) {
    for (int t = from; t < to; t++) {
      steps.step(batch(t, 5 + t % 2), 0.01, 3, t);
    }
  }

  @Test
  @DisplayName("go on elsewhere in the same bits, whatever was done there before")
  void goOn() {
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults())) {
      Network whole = network(backend);
      LocalSteps one = steps(whole, false);
      take(one, 0, 8);
      LocalSteps first = steps(network(backend), false);
      take(first, 0, 3);
      Network other = network(backend);
      LocalSteps second = steps(other, false);
      take(second, 5, 7);
      second.restore(first.state());
      take(second, 3, 8);
      Map<String, float[]> expected = whole.read();
      other.read().forEach((name, values) -> assertArrayEquals(expected.get(name), values, name));
      Map<String, float[]> parameters = LocalSteps.parameters(second.state());
      assertEquals(expected.keySet(), parameters.keySet());
      for (LocalSteps closed : List.of(one, first, second)) {
        closed.close();
        closed.close();
      }
    }
  }

  @Test
  @DisplayName("lower the loss, which an evaluation sums without changing anything")
  void evaluate() {
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults());
        LocalSteps steps = steps(network(backend), false)) {
      DataSet seen = batch(0, 6);
      LocalSteps.Sums before = steps.evaluate(seen);
      take(steps, 0, 200);
      LocalSteps.Sums after = steps.evaluate(seen);
      assertTrue(after.loss() < before.loss() / 4, () -> before + " " + after);
      assertEquals(6, after.score());
      assertEquals(after, steps.evaluate(seen));
    }
  }

  @Test
  @DisplayName("count an example as often as it weighs")
  void weights() {
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults())) {
      Network weighed = network(backend);
      float[] pair = {1, 0, 2, 0, 1, 1};
      try (LocalSteps steps = steps(weighed, true)) {
        DataSet both = DataSet.ofFeatures(3, pair, new int[] {1, 0}, CLASSES);
        double loss = steps.step(both.withWeights(1.5f, 0.5f), 0.01, 0, 0);
        double plain = steps.step(both.withWeights(1, 1), 0.01, 0, 0);
        assertTrue(loss != plain);
      }
    }
  }

  @Test
  @DisplayName("refuse the state of another network")
  void otherNetwork() {
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults());
        LocalSteps steps = steps(network(backend), false)) {
      LocalSteps.State other =
          new LocalSteps.State(Map.of("parameter.layers.0.weight", new float[3]), Map.of());
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> steps.restore(other));
      assertTrue(String.valueOf(e.getMessage()).contains("expected 24 values, found 3"));
    }
  }
}
