package dev.polymath.models.training;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.Examples;
import dev.polymath.models.LiveTensors;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.passes.Inference;
import dev.polymath.models.passes.TargetRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each part of an update against its formula in double. */
@DisplayName("An update")
class UpdateTest {

  private static final double RATE = 0.25;

  private final ReferenceBackend backend = new ReferenceBackend();
  private final TrainingOptions plain =
      TrainingOptions.defaults()
          .optimizer(new Sgd())
          .learningRate(RATE)
          .schedule(Schedule.constant());
  private final Network network = network(2, 3);
  private final List<Tensor> gradients = new ArrayList<>();

  private Network network(int inputs, int classes) {
    Network network =
        Network.builder(backend, inputs)
            .dense(4, Activation.TANH)
            .dense(classes, Activation.IDENTITY)
            .build();
    network.initialize(Initialization.NORMAL, 11);
    return network;
  }

  private Update update(TrainingOptions options) {
    Randomness random = new Randomness(4);
    for (Parameter p : network.parameters()) {
      Tensor gradient = backend.allocateLike(p.value());
      float[] values = values(gradient);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.gaussian();
      }
      gradient.write(values, 0);
      gradients.add(gradient);
    }
    return new Update(network, gradients, options);
  }

  private static float[] values(Tensor tensor) {
    float[] values = new float[tensor.rows() * tensor.cols()];
    tensor.read(values, 0);
    return values;
  }

  private List<float[]> parameters() {
    return network.parameters().stream().map(p -> values(p.value())).toList();
  }

  private List<float[]> gradientValues() {
    return gradients.stream().map(UpdateTest::values).toList();
  }

  private static double norm(List<float[]> all) {
    double squares = 0;
    for (float[] values : all) {
      for (float value : values) {
        squares += (double) value * value;
      }
    }
    return Math.sqrt(squares);
  }

  @Test
  @DisplayName("scales a gradient that is too long down to the norm given")
  void clips() {
    Update update = update(plain.clipNorm(0.5));
    List<float[]> before = gradientValues();
    List<float[]> weights = parameters();
    double norm = norm(before);
    assertTrue(norm > 1);
    update.apply(RATE);
    List<float[]> after = gradientValues();
    assertEquals(0.5, norm(after), 1e-6);
    for (int p = 0; p < before.size(); p++) {
      for (int i = 0; i < before.get(p).length; i++) {
        double clipped = before.get(p)[i] * 0.5 / norm;
        assertEquals(clipped, after.get(p)[i], 1e-7);
        assertEquals(weights.get(p)[i] - RATE * clipped, parameters().get(p)[i], 1e-6);
      }
    }
    update.apply(RATE);
    assertEquals(0.5, norm(gradientValues()), 1e-6);
  }

  @Test
  @DisplayName("leaves a gradient alone that is short enough")
  void shortEnough() {
    Update update = update(plain.clipNorm(100));
    List<float[]> before = gradientValues();
    update.apply(RATE);
    for (int p = 0; p < before.size(); p++) {
      assertArrayEquals(before.get(p), gradientValues().get(p));
    }
  }

  @Test
  @DisplayName("draws weights towards 0 by the L1 penalty, to exactly 0, and leaves biases alone")
  void softThreshold() {
    double l1 = 2.5;
    Update update = update(plain.l1(l1).rateFactor(Parameter.Role.WEIGHT, 0.5));
    List<float[]> before = parameters();
    List<float[]> slope = gradientValues();
    update.apply(RATE);
    int zeros = 0;
    int others = 0;
    for (int p = 0; p < before.size(); p++) {
      boolean weight = network.parameters().get(p).role() == Parameter.Role.WEIGHT;
      double rate = weight ? 0.5 * RATE : RATE;
      double threshold = weight ? rate * l1 : 0;
      for (int i = 0; i < before.get(p).length; i++) {
        double moved = before.get(p)[i] - rate * slope.get(p)[i];
        double expected = Math.signum(moved) * Math.max(0, Math.abs(moved) - threshold);
        float found = parameters().get(p)[i];
        assertEquals(expected, found, 1e-6);
        assertEquals(expected == 0, found == 0);
        zeros += weight && found == 0 ? 1 : 0;
        others += weight && found != 0 ? 1 : 0;
      }
    }
    assertTrue(zeros > 2 && others > 2, zeros + " zeros and " + others + " others");
  }

  @Test
  @DisplayName("moves each role at its own rate; a factor of 0 leaves it as it is")
  void roles() {
    TrainingOptions biasesOnly =
        plain.rateFactor(Parameter.Role.WEIGHT, 0).rateFactor(Parameter.Role.BIAS, 2);
    Update update = update(biasesOnly);
    List<float[]> before = parameters();
    List<float[]> slope = gradientValues();
    update.apply(RATE);
    for (int p = 0; p < before.size(); p++) {
      boolean weight = network.parameters().get(p).role() == Parameter.Role.WEIGHT;
      for (int i = 0; i < before.get(p).length; i++) {
        double expected = before.get(p)[i] - (weight ? 0 : 2 * RATE * slope.get(p)[i]);
        assertEquals(expected, parameters().get(p)[i], 1e-6);
      }
    }
    assertEquals("2.0", biasesOnly.toMap().get("rateFactor BIAS"));
    assertEquals(1, plain.rateFactor(Parameter.Role.BIAS));
    assertFalse(plain.rateFactor(Parameter.Role.BIAS, 1).toString().contains("rateFactor"));
  }

  @Test
  @DisplayName("gives the same bits in two groups of one rate as in one")
  void groups() {
    DataSet data = Examples.clouds(50, 1);
    TrainingOptions adam = plain.optimizer(new AdamW(0.1)).learningRate(0.01).epochs(3);
    Network one = network(2, 3);
    new Trainer(one, data, adam).run();
    Network two = network(2, 3);
    // Next to 1: two groups, and the same rate in float.
    new Trainer(two, data, adam.rateFactor(Parameter.Role.BIAS, Math.nextUp(1.0))).run();
    one.read().forEach((name, values) -> assertArrayEquals(values, two.read().get(name), name));
  }

  @Test
  @DisplayName("averages the parameters, and exchanges the two")
  void average() {
    Update update = update(plain.averaging(0.3));
    List<double[]> expected =
        parameters().stream()
            .map(
                values -> {
                  double[] copy = new double[values.length];
                  for (int i = 0; i < copy.length; i++) {
                    copy[i] = values[i];
                  }
                  return copy;
                })
            .toList();
    for (int t = 1; t <= 9; t++) {
      update.apply(RATE);
      double d = Math.min(0.3, (1.0 + t) / (10 + t));
      for (int p = 0; p < expected.size(); p++) {
        for (int i = 0; i < expected.get(p).length; i++) {
          expected.get(p)[i] = d * expected.get(p)[i] + (1 - d) * parameters().get(p)[i];
        }
      }
    }
    List<float[]> own = parameters();
    update.exchange();
    for (int p = 0; p < expected.size(); p++) {
      for (int i = 0; i < expected.get(p).length; i++) {
        assertEquals(expected.get(p)[i], parameters().get(p)[i], 2e-6);
      }
    }
    update.exchange();
    for (int p = 0; p < own.size(); p++) {
      assertArrayEquals(own.get(p), parameters().get(p));
    }
  }

  @Test
  @DisplayName("keeps and validates the average, and trains on from the parameters themselves")
  void averageOfARun() {
    DataSet data = Examples.clouds(60, 1);
    TrainingOptions options = plain.learningRate(0.5).epochs(4).batch(16).validation(0.25);
    List<Double> trained = new ArrayList<>();
    List<Double> averaged = new ArrayList<>();
    Network raw = network(2, 3);
    new Trainer(raw, data, options.listener(e -> trained.add(e.loss()))).run();
    Network network = network(2, 3);
    Trainer trainer =
        new Trainer(network, data, options.averaging(0.9).listener(e -> averaged.add(e.loss())));
    TrainingHistory history = trainer.run();
    assertEquals(trained, averaged, "the steps are the same");
    assertFalse(
        Arrays.equals(raw.read().get("layers.0.weight"), network.read().get("layers.0.weight")));
    DataSet held = data.split(0.25, options.seed()).test();
    double loss =
        new Inference(network)
            .score(
                held,
                trainer.scaling(),
                backend.softmaxCrossEntropy(),
                TargetRows.of(ModelOutput.of(held), options.labelSmoothing()))
            .loss();
    assertEquals(loss, history.last().validationLoss());
    float[] kept = network.read().get("layers.0.weight");
    assertEquals(List.of(), trainer.run().epochs());
    assertArrayEquals(
        kept, network.read().get("layers.0.weight"), "a second run() changes nothing");
    Network best = network(2, 3);
    TrainingHistory other = new Trainer(best, data, options.averaging(0.9).keepBest(true)).run();
    if (other.kept() == 4) {
      assertArrayEquals(kept, best.read().get("layers.0.weight"));
    }
    assertEquals(history.epochs().get(0).validationLoss(), other.epochs().get(0).validationLoss());
  }

  @Test
  @DisplayName("makes no tensor in a step, whatever is switched on")
  void makesNothing() {
    TrainingOptions all =
        plain
            .averaging(0.9)
            .l1(0.01)
            .clipNorm(0.1)
            .rateFactor(Parameter.Role.BIAS, 0.1)
            .dropout(0.2);
    Trainer trainer = new Trainer(network(2, 3), Examples.clouds(50, 1), all.batch(16).epochs(2));
    int before = backend.tensors();
    for (int i = 0; i < trainer.steps(); i++) {
      trainer.step();
    }
    assertEquals(before, backend.tensors());
  }

  @Test
  @DisplayName("leaves gradients alone whose norm is no number, and clips none without a norm")
  void endless() {
    Update update = update(plain.clipNorm(0.5));
    Tensor gradient = gradients.get(0);
    float[] values = values(gradient);
    values[0] = Float.POSITIVE_INFINITY;
    gradient.write(values, 0);
    List<float[]> before = gradientValues();
    update.apply(RATE);
    for (int p = 0; p < before.size(); p++) {
      assertArrayEquals(before.get(p), gradientValues().get(p));
    }
  }

  @Test
  @DisplayName("gives back what it keeps, closed or failed at its start")
  void givenBack() {
    LiveTensors tensors = new LiveTensors(backend);
    Network counted = Network.builder(tensors.backend(), 2).dense(3, Activation.IDENTITY).build();
    List<Tensor> slopes =
        counted.parameters().stream().map(p -> backend.allocateLike(p.value())).toList();
    TrainingOptions all =
        plain
            .optimizer(new AdamW(0.1))
            .averaging(0.9)
            .l1(0.01)
            .rateFactor(Parameter.Role.BIAS, 0.5);
    // What is switched off keeps nothing.
    new Update(counted, slopes, plain).apply(RATE);
    assertEquals(0, tensors.count());
    Update update = new Update(counted, slopes, all);
    // Averages and spares, four of the penalty on the one weight, two moments of each.
    assertEquals(4 + 4 + 4, tensors.count());
    update.close();
    assertEquals(0, tensors.count());
    // The second group's moments have no room.
    tensors.room = 4 + 4 + 3;
    assertThrows(OutOfMemoryError.class, () -> new Update(counted, slopes, all));
    assertEquals(0, tensors.count());
  }

  @Test
  @DisplayName("refuses what is out of range")
  void refused() {
    assertMessage("clipNorm: expected at least 0, found -1.0", () -> plain.clipNorm(-1));
    assertMessage("l1: expected at least 0, found NaN", () -> plain.l1(Double.NaN));
    assertMessage("averaging: expected 0 to below 1, found 1.0", () -> plain.averaging(1));
    assertMessage(
        "rateFactor: expected at least 0, found -0.5",
        () -> plain.rateFactor(Parameter.Role.BIAS, -0.5));
  }
}
