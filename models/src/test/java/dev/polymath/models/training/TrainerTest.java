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
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.passes.Inference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainerTest {

  private final ReferenceBackend backend = new ReferenceBackend();

  private final TrainingOptions plain =
      TrainingOptions.defaults()
          .epochs(2)
          .batch(16)
          .labelSmoothing(0)
          .shifts(0)
          .schedule(Schedule.constant())
          .optimizer(new Sgd())
          .learningRate(0.1);

  private Network network(int inputs, int classes) {
    Network network =
        Network.builder(backend, inputs)
            .dense(7, Activation.SIGMOID)
            .dense(5, Activation.TANH)
            .dense(classes, Activation.IDENTITY)
            .activation(Activation.SOFTMAX)
            .build();
    network.initialize(Initialization.DEFAULT, 11);
    return network;
  }

  private static float[] weights(Network network) {
    float[] all = new float[(int) network.parameterCount()];
    int at = 0;
    for (Parameter p : network.parameters()) {
      p.value().read(all, at);
      at += p.value().rows() * p.value().cols();
    }
    return all;
  }

  private float[] train(DataSet data, TrainingOptions options) {
    Network network = network(data.features(), data.classes());
    new Trainer(network, data, options).run();
    return weights(network);
  }

  @ParameterizedTest
  @EnumSource(
      value = LossFunction.class,
      names = {"CROSS_ENTROPY", "SQUARED_ERROR"})
  void learnsToTellCloudsApart(LossFunction loss) {
    for (Optimizer optimizer : List.of(new Sgd(), new Sgd(0.9, true, 1e-4), new AdamW(0.01))) {
      double rate = optimizer instanceof AdamW ? 0.01 : optimizer.equals(new Sgd()) ? 0.5 : 0.1;
      TrainingHistory history =
          new Trainer(
                  network(2, 3),
                  Examples.clouds(400, 1),
                  plain
                      .loss(loss)
                      .optimizer(optimizer)
                      .learningRate(rate)
                      .epochs(15)
                      .validation(0.2))
              .run();
      assertEquals(15, history.epochs().size());
      assertEquals(15 * 20, history.steps());
      assertTrue(
          history.last().loss() < 0.5 * history.epochs().get(0).loss(), optimizer.toString());
      assertTrue(history.last().trainAccuracy() > 0.97, history::toString);
      assertTrue(history.last().validationAccuracy() > 0.95, history::toString);
      assertTrue(
          history.last().validationLoss() < 0.5 * history.epochs().get(0).validationLoss(),
          history::toString);
    }
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    DataSet data = Examples.bars(100, 1);
    TrainingOptions options = TrainingOptions.defaults().epochs(2).batch(16).validation(0.1);
    float[] weights = train(data, options);
    assertArrayEquals(weights, train(data, options));
    assertFalse(Arrays.equals(weights, train(data, options.seed(2))));
    assertFalse(Arrays.equals(weights, train(data, options.shifts(1))));
    assertFalse(Arrays.equals(weights, train(data, options.labelSmoothing(0))));
    assertFalse(Arrays.equals(weights, train(data, options.standardize(false))));
  }

  @Test
  void oneStepIsGradientDescentOnTheMeanLossOfTheBatch() {
    // A linear softmax model on one batch: its gradient is xᵀ (p − t) / n.
    DataSet data = Examples.clouds(20, 3);
    Network network = Network.builder(backend, 2).dense(3, Activation.IDENTITY).build();
    network.initialize(Initialization.NORMAL, 4);
    float[] before = weights(network);
    double smoothing = 0.3;
    Trainer trainer =
        new Trainer(network, data, plain.batch(100).standardize(false).labelSmoothing(smoothing));
    assertEquals(2, trainer.steps());
    double loss = trainer.step();

    double expectedLoss = 0;
    double[] gradient = new double[9];
    float[] x = new float[2];
    for (int i = 0; i < 20; i++) {
      data.copyFeatures(i, x, 0);
      double[] z = new double[3];
      double sum = 0;
      for (int c = 0; c < 3; c++) {
        z[c] = x[0] * before[c] + x[1] * before[3 + c] + before[6 + c];
        sum += Math.exp(z[c]);
      }
      for (int c = 0; c < 3; c++) {
        double t = smoothing / 3 + (data.label(i) == c ? 1 - smoothing : 0);
        double p = Math.exp(z[c]) / sum;
        expectedLoss -= t * Math.log(p) / 20;
        gradient[c] += (p - t) * x[0] / 20;
        gradient[3 + c] += (p - t) * x[1] / 20;
        gradient[6 + c] += (p - t) / 20;
      }
    }
    assertEquals(expectedLoss, loss, 1e-5);
    float[] after = weights(network);
    for (int i = 0; i < 9; i++) {
      assertEquals(before[i] - 0.1 * gradient[i], after[i], 1e-5);
    }
  }

  @Test
  void everyExampleIsSeenOnceAnEpochInAnotherOrder() {
    // 50 examples in batches of 16: three full ones and a tail of 2.
    List<List<Integer>> seen = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epoch(TrainingHistory.Epoch result) {
            assertEquals(50, seen.get(seen.size() - 1).get(3));
          }

          @Override
          public void step(TrainingListener.Step step) {
            assertEquals(4, step.batches());
            assertEquals(50, step.examples());
            if (step.batch() == 1) {
              seen.add(new ArrayList<>());
            }
            seen.get(step.epoch() - 1).add(step.examplesSeen());
            assertEquals(4L * (step.epoch() - 1) + step.batch(), step.number());
            losses.add(step.loss());
          }
        };
    // No update worth the name, so that the loss of a batch tells which examples are in it.
    Network network = network(2, 3);
    TrainingHistory history =
        new Trainer(network, Examples.clouds(50, 1), plain.learningRate(1e-30).listener(listener))
            .run();
    assertEquals(List.of(List.of(16, 32, 48, 50), List.of(16, 32, 48, 50)), seen);
    assertEquals(8, history.steps());
    assertFalse(losses.get(0).equals(losses.get(4)), "the second epoch has another order");
    assertEquals(history.epochs().get(0).loss(), history.epochs().get(1).loss(), 1e-9);
    double mean = (16 * (losses.get(0) + losses.get(1) + losses.get(2)) + 2 * losses.get(3)) / 50;
    assertEquals(mean, history.epochs().get(0).loss(), 1e-12);
    assertEquals(history.epochs().get(0).trainAccuracy(), history.epochs().get(1).trainAccuracy());
  }

  @Test
  void allBuffersAreMadeWithTheTrainer() {
    Trainer trainer =
        new Trainer(network(2, 3), Examples.clouds(50, 1), plain.optimizer(new AdamW(0.01)));
    int before = backend.tensors();
    for (int i = 0; i < trainer.steps(); i++) {
      trainer.step();
    }
    assertEquals(before, backend.tensors());
  }

  @Test
  void reportsWhatAnEpochGave() {
    List<TrainingHistory.Epoch> results = new ArrayList<>();
    TrainingHistory history =
        new Trainer(
                network(2, 3),
                Examples.clouds(50, 1),
                plain.epochs(3).schedule(Schedule.step(1, 0.5)).listener(results::add))
            .run();
    assertEquals(history.epochs(), results);
    assertEquals(results.get(2), history.last());
    for (int i = 0; i < 3; i++) {
      TrainingHistory.Epoch result = results.get(i);
      assertEquals(i + 1, result.epoch());
      assertEquals(3, result.epochs());
      assertEquals(0.1 / (1 << i), result.learningRate(), 1e-12);
      assertTrue(Double.isNaN(result.validationAccuracy()));
      assertTrue(Double.isNaN(result.validationLoss()));
      assertEquals(50 / result.seconds(), result.samplesPerSecond(), 1e-6);
    }
  }

  @Test
  void stepsAndRunsTakeTheSamePath() {
    DataSet data = Examples.clouds(50, 1);
    Network network = network(2, 3);
    Trainer trainer = new Trainer(network, data, plain);
    for (int i = 0; i < 5; i++) {
      trainer.step();
    }
    TrainingHistory rest = trainer.run();
    assertEquals(3, rest.steps());
    assertEquals(2, rest.last().epoch());
    assertArrayEquals(train(data, plain), weights(network));
    assertMessage("step: the run of 8 steps is over", trainer::step);
  }

  @Test
  void listenersSeeTheGradientsOfTheLoss() {
    DataSet data = Examples.clouds(10, 2);
    TrainingOptions options = plain.batch(10).standardize(false).learningRate(1e-30);
    Network network = network(2, 3);
    List<Tensor> gradients = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epoch(TrainingHistory.Epoch result) {}

          @Override
          public void beforeUpdate(TrainingListener.Step step) {
            gradients.addAll(step.gradients());
          }
        };
    new Trainer(network, data, options.listener(listener)).step();
    for (int i = 0; i < network.parameters().size(); i++) {
      assertEquals(
          normByDifferences(network, i, data),
          norm(gradients.get(i)),
          2e-3,
          network.parameters().get(i).name());
    }
  }

  private static double norm(Tensor tensor) {
    float[] values = new float[tensor.rows() * tensor.cols()];
    tensor.read(values, 0);
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private static double normByDifferences(Network network, int parameter, DataSet data) {
    Parameter p = network.parameters().get(parameter);
    float[] values = new float[p.value().rows() * p.value().cols()];
    p.value().read(values, 0);
    InputScaling none = InputScaling.none(data.features());
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      float[] moved = values.clone();
      moved[i] = values[i] + 1e-2f;
      p.value().write(moved, 0);
      Inference inference = new Inference(network);
      double up = inference.evaluate(data, none, network.backend().softmaxCrossEntropy()).loss();
      moved[i] = values[i] - 1e-2f;
      p.value().write(moved, 0);
      double down = inference.evaluate(data, none, network.backend().softmaxCrossEntropy()).loss();
      double slope = (up - down) / 2e-2;
      sum += slope * slope;
    }
    p.value().write(values, 0);
    return Math.sqrt(sum);
  }

  @Test
  void aLossThatIsNotFiniteStopsTheRunAndNamesTheLayer() {
    Network network = network(2, 3);
    Parameter weight = network.parameters().get(2);
    float[] values = new float[7 * 5];
    weight.value().read(values, 0);
    values[3] = Float.NaN;
    weight.value().write(values, 0);
    Trainer trainer = new Trainer(network, Examples.clouds(50, 1), plain);
    TrainingDivergedException e = assertThrows(TrainingDivergedException.class, trainer::run);
    assertEquals(
        "step 1 (epoch 1): the loss is NaN; first value that is not finite: layers.1 (dense 7->5"
            + " TANH) weight",
        e.getMessage());
    assertEquals(1, e.step());
    assertEquals(1, e.epoch());
  }

  @Test
  void listenersSeeAStepBeforeItsUpdateAndHearOfAFailure() {
    Network network = network(2, 3);
    List<String> heard = new ArrayList<>();
    float[] start = weights(network);
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epoch(TrainingHistory.Epoch result) {}

          @Override
          public void beforeUpdate(TrainingListener.Step step) {
            assertEquals(List.of(7, 5, 3), step.outputs().stream().map(Tensor::cols).toList());
            assertEquals(2, step.steps());
            assertEquals(network, step.network());
            heard.add(
                "before %d: %d rows of %d, %b"
                    .formatted(
                        step.number(),
                        step.input().rows(),
                        step.targets().cols(),
                        Arrays.equals(start, weights(network))));
          }

          @Override
          public void step(TrainingListener.Step step) {
            heard.add(
                "after %d: %b".formatted(step.number(), Arrays.equals(start, weights(network))));
          }

          @Override
          public void diverged(TrainingDivergedException cause) {
            heard.add("diverged at " + cause.step());
          }
        };
    Trainer trainer =
        new Trainer(
            network,
            Examples.clouds(30, 1),
            plain.epochs(1).batch(20).learningRate(1e300).listener(listener));
    assertThrows(TrainingDivergedException.class, trainer::run);
    assertEquals(List.of("before 1: 20 rows of 3, true", "after 1: false", "diverged at 2"), heard);
  }

  @Test
  void anOutputThatOverflowsIsNamedToo() {
    Network network =
        Network.builder(backend, 2)
            .dense(4, Activation.RELU)
            .dense(4, Activation.RELU)
            .dense(3, Activation.IDENTITY)
            .build();
    for (Parameter p : network.parameters()) {
      float[] values = new float[p.value().rows() * p.value().cols()];
      Arrays.fill(values, 1e25f);
      p.value().write(values, 0);
    }
    Trainer trainer = new Trainer(network, Examples.clouds(50, 1), plain);
    String message = assertThrows(TrainingDivergedException.class, trainer::run).getMessage();
    assertEquals(
        "step 1 (epoch 1): the loss is NaN; first value that is not finite: layers.1 (dense 4->4"
            + " RELU) output",
        message);
  }

  @Test
  void parametersThatTheLastStepRuinedAreNoticed() {
    // The updates overflow while the loss before each is still finite.
    Trainer trainer =
        new Trainer(
            network(2, 3), Examples.clouds(50, 1), plain.epochs(1).batch(50).learningRate(1e300));
    String message = assertThrows(TrainingDivergedException.class, trainer::run).getMessage();
    assertEquals("step 1 (epoch 1): layers.0.weight is not finite", message);
  }

  @Test
  void refusesWhatDoesNotFit() {
    DataSet data = Examples.clouds(50, 1);
    assertMessage(
        "train: the network has 3 inputs and 3 outputs, the data set 2 features and 3 classes",
        () -> new Trainer(network(3, 3), data, plain));
    assertMessage(
        "train: the network has 2 inputs and 4 outputs, the data set 2 features and 3 classes",
        () -> new Trainer(network(2, 4), data, plain));
    assertMessage(
        "train: the network has no parameters: activation TANH",
        () ->
            new Trainer(
                Network.builder(backend, 2).activation(Activation.TANH).build(), data, plain));
    assertMessage(
        "shifts: expected less than the image's 6 x 6 pixels, found 6",
        () -> new Trainer(network(36, 2), Examples.bars(10, 1), plain.shifts(6)));
    assertMessage(
        "split: a fraction of 0.001 of 50 examples leaves one part empty",
        () -> new Trainer(network(2, 3), data, plain.validation(0.001)));
  }

  @Test
  void shiftsLeavePlainFeaturesAlone() {
    DataSet data = Examples.clouds(50, 1);
    assertArrayEquals(train(data, plain), train(data, plain.shifts(1)));
  }

  @Test
  void shiftsImagesBySize() {
    TrainingOptions bySize = TrainingOptions.defaults().epochs(1).batch(16);
    for (int side : new int[] {8, 15}) {
      DataSet small = squares(side);
      assertArrayEquals(train(small, bySize.shifts(0)), train(small, bySize));
      assertFalse(Arrays.equals(train(small, bySize.shifts(1)), train(small, bySize)));
    }
    DataSet large = squares(16);
    assertArrayEquals(train(large, bySize.shifts(1)), train(large, bySize));
    Trainer trainer = new Trainer(network(256, 2), large, bySize);
    assertEquals("1", trainer.run().options().toMap().get("shifts"));
  }

  private static DataSet squares(int side) {
    byte[] pixels = new byte[20 * side * side];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * i % 251);
    }
    int[] labels = new int[20];
    Arrays.setAll(labels, i -> i % 2);
    return DataSet.ofImages(new ImageSize(side, side), pixels, labels, List.of("a", "b"));
  }

  @Test
  void scalingComesFromTheTrainingPartAlone() {
    DataSet data = Examples.clouds(50, 1);
    TrainingOptions options = plain.validation(0.5).seed(3);
    assertEquals(
        InputScaling.standardizing(data.split(0.5, 3).train()),
        new Trainer(network(2, 3), data, options).scaling());
  }
}
