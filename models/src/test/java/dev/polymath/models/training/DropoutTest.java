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
import dev.polymath.models.Classifier;
import dev.polymath.models.Examples;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.passes.ArrayRows;
import dev.polymath.models.passes.GradientPass;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Dropout")
class DropoutTest {

  private final ReferenceBackend backend = new ReferenceBackend();
  private final DataSet data = Examples.clouds(50, 1);
  private final TrainingOptions options =
      TrainingOptions.defaults().epochs(2).batch(16).dropout(0.25);

  private Network network() {
    Network network =
        Network.builder(backend, 2)
            .dense(7, Activation.SIGMOID)
            .dense(5, Activation.IDENTITY)
            .activation(Activation.TANH)
            .dense(3, Activation.IDENTITY)
            .activation(Activation.SOFTMAX)
            .build();
    network.initialize(Initialization.DEFAULT, 11);
    return network;
  }

  private static float[] mask(double rate, long seed, int length) {
    float[] mask = new float[length];
    new DropoutMasks(rate).draw(new Randomness(seed), new float[][] {mask}, 1, 1);
    return mask;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.2, 0.5, 0.9, 0.99999})
  @DisplayName("drops as many as its rate says, and keeps the expected sum")
  void rate(double rate) {
    int n = 400_003;
    float[] mask = mask(rate, 7, n);
    double expected = Math.min(65535, Math.round(rate * 65536)) / 65536.0;
    double sum = 0;
    int dropped = 0;
    for (float element : mask) {
      assertTrue(element == 0 || element == (float) (1 / (1 - expected)));
      dropped += element == 0 ? 1 : 0;
      sum += element;
    }
    double error = Math.sqrt(expected * (1 - expected) / n);
    assertEquals(expected, (double) dropped / n, 4 * error);
    assertEquals(1, sum / n, 4 * error / (1 - expected));
  }

  @Test
  @DisplayName("drops neighbours independently of each other")
  void independence() {
    int n = 1 << 20;
    float[] mask = mask(0.5, 3, n);
    for (int distance : new int[] {1, 2, 3, 4, 5, 8, 64}) {
      int both = 0;
      for (int i = distance; i < n; i++) {
        both += mask[i] == 0 && mask[i - distance] == 0 ? 1 : 0;
      }
      assertEquals(0.25, (double) both / n, 4 * Math.sqrt(0.25 * 0.75 / n), "at " + distance);
    }
  }

  @Test
  @DisplayName("draws the same mask for a row, however many rows and layers are drawn")
  void derived() {
    float[] sixtyFour = mask(0.3, 5, 64);
    for (int length = 53; length < 64; length++) {
      assertArrayEquals(mask(0.3, 5, length), Arrays.copyOf(sixtyFour, length));
    }
    // A mask of whole fours takes no number more: the next one goes on where it ends.
    float[][] halves = {new float[32], new float[32]};
    new DropoutMasks(0.3).draw(new Randomness(5), halves, 1, 1);
    assertArrayEquals(Arrays.copyOfRange(sixtyFour, 32, 64), halves[1]);
    // Of four rows, three are drawn.
    float[][] rows = {new float[20]};
    new DropoutMasks(0.3).draw(new Randomness(5), rows, 3, 4);
    assertArrayEquals(Arrays.copyOf(Arrays.copyOf(sixtyFour, 15), 20), rows[0]);
    float[] ones = mask(0, 5, 10);
    for (float one : ones) {
      assertEquals(1, one);
    }
  }

  @Test
  @DisplayName("masks what goes into each dense layer but the first, forward and backward")
  void gradients() {
    Network network = network();
    try (GradientPass pass =
        new GradientPass(network, backend.softmaxCrossEntropy(), 4, 3, true, null)) {
      assertEquals(List.of(4 * 7, 4 * 5), Arrays.stream(pass.masks).map(m -> m.length).toList());
      Randomness random = new Randomness(2);
      float[] features = new float[4 * network.inputs()];
      for (int i = 0; i < features.length; i++) {
        features[i] = (float) random.gaussian();
      }
      pass.features(4, ArrayRows.of(features, network.inputs()));
      for (int i = 0; i < 4; i++) {
        pass.targets[3 * i + i % 3] = 1;
      }
      for (int rows : new int[] {4, 3}) {
        new DropoutMasks(0.4).draw(random, pass.masks, rows, 4);
        pass.forward(rows);
        pass.backward(rows);
        List<float[]> gradients = new ArrayList<>();
        pass.gradients().forEach(g -> gradients.add(values(g)));
        for (int p = 0; p < gradients.size(); p++) {
          Parameter parameter = network.parameters().get(p);
          float[] value = values(parameter.value());
          for (int i = 0; i < value.length; i++) {
            float before = value[i];
            value[i] = before + 1e-2f;
            parameter.value().write(value, 0);
            double up = pass.forward(rows);
            value[i] = before - 1e-2f;
            parameter.value().write(value, 0);
            double down = pass.forward(rows);
            value[i] = before;
            parameter.value().write(value, 0);
            assertEquals((up - down) / 2e-2, gradients.get(p)[i], 2e-4, parameter.name());
          }
        }
      }
    }
  }

  private static float[] values(Tensor tensor) {
    float[] values = new float[tensor.rows() * tensor.cols()];
    tensor.read(values, 0);
    return values;
  }

  private float[] train(TrainingOptions changed) {
    Network network = network();
    new Trainer(network, data, changed).run();
    List<float[]> all = new ArrayList<>(network.read().values());
    float[] joined = new float[(int) network.parameterCount()];
    int at = 0;
    for (float[] values : all) {
      System.arraycopy(values, 0, joined, at, values.length);
      at += values.length;
    }
    return joined;
  }

  @Test
  @DisplayName("depends on the seed and nothing else, and is off unless it is asked for")
  void seeds() {
    float[] weights = train(options);
    assertArrayEquals(weights, train(options));
    assertFalse(Arrays.equals(weights, train(options.seed(2))));
    assertFalse(Arrays.equals(weights, train(options.dropout(0.5))));
    assertFalse(Arrays.equals(weights, train(options.dropout(0))));
    assertArrayEquals(
        train(TrainingOptions.defaults().epochs(2).batch(16)), train(options.dropout(0)));
  }

  @Test
  @DisplayName("learns, and predicts with all units")
  void learns() throws IOException {
    Classifier model = Classifier.builder(backend).inputs(2).hidden(16).classes(3).build();
    TrainingOptions more = options.epochs(15).learningRate(0.01).schedule(Schedule.constant());
    TrainingHistory history = model.fit(data, more.validation(0.2));
    assertTrue(history.last().validationAccuracy() > 0.85, history::toString);
    assertEquals("0.25", model.provenance().recipe().get("dropout"));
    assertEquals(3, model.network().specs().size());
    Classifier again = Classifier.of(model.snapshot(), backend);
    float[] first = new float[3];
    float[] second = new float[3];
    model.predictProbabilities(new float[] {5, -3}, first);
    again.predictProbabilities(new float[] {5, -3}, second);
    assertArrayEquals(first, second);
  }

  @Test
  @DisplayName("makes no tensor in a step")
  void makesNothing() {
    Trainer trainer = new Trainer(network(), data, options);
    int before = backend.tensors();
    for (int i = 0; i < trainer.steps(); i++) {
      trainer.step();
    }
    assertEquals(before, backend.tensors());
  }

  @Test
  @DisplayName("refuses a rate out of range")
  void refused() {
    assertMessage("dropout: expected 0 to below 1, found 1.0", () -> options.dropout(1));
    assertMessage("dropout: expected 0 to below 1, found NaN", () -> options.dropout(Double.NaN));
  }
}
