package dev.polymath.models.training;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Parameter;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.Classifier;
import dev.polymath.models.Examples;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Schedule;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A run that stops early or keeps its best epoch")
class StoppingTest {

  private final ReferenceBackend backend = new ReferenceBackend();
  private final DataSet data = noise(60);

  private final TrainingOptions options =
      TrainingOptions.defaults()
          .epochs(30)
          .batch(8)
          .labelSmoothing(0)
          .schedule(Schedule.constant())
          .optimizer(new AdamW(0))
          .learningRate(0.01)
          .validation(0.3);

  /** Labels that the features say little of: a network soon knows them by heart. */
  private static DataSet noise(int size) {
    Randomness random = new Randomness(3);
    float[] values = new float[4 * size];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = random.below(2);
      for (int j = 0; j < 4; j++) {
        values[4 * i + j] = (float) (random.gaussian() + 1.2 * labels[i]);
      }
    }
    return DataSet.ofFeatures(4, values, labels, List.of("a", "b"));
  }

  private Network network() {
    Network network =
        Network.builder(backend, 4)
            .dense(24, Activation.TANH)
            .dense(2, Activation.IDENTITY)
            .activation(Activation.SOFTMAX)
            .build();
    network.initialize(Initialization.DEFAULT, 5);
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

  private float[] weightsAfter(int epochs) {
    Network network = network();
    new Trainer(network, data, options.epochs(epochs)).run();
    return weights(network);
  }

  /** The first epoch with the lowest loss. */
  private static int best(List<TrainingHistory.Epoch> epochs) {
    TrainingHistory.Epoch best = epochs.get(0);
    for (TrainingHistory.Epoch e : epochs) {
      best = e.validationLoss() < best.validationLoss() ? e : best;
    }
    return best.epoch();
  }

  @Test
  @DisplayName("keeps the bits of a run of exactly as many epochs")
  void restoresTheBest() {
    Network network = network();
    TrainingHistory history = new Trainer(network, data, options.keepBest(true)).run();
    assertEquals(30, history.epochs().size());
    assertEquals(TrainingHistory.Ending.COMPLETE, history.ending());
    assertEquals(best(history.epochs()), history.kept());
    assertTrue(history.kept() > 1 && history.kept() < 30, "kept " + history.kept());
    assertEquals(history.kept(), history.keptEpoch().epoch());
    assertArrayEquals(weightsAfter(history.kept()), weights(network));
  }

  @Test
  @DisplayName("ends when no epoch was better for as long as the patience says")
  void patience() {
    List<TrainingHistory.Epoch> all = new Trainer(network(), data, options).run().epochs();
    for (int patience : new int[] {1, 2, 5}) {
      int end = 1;
      while (end < 30 && end - best(all.subList(0, end)) < patience) {
        end++;
      }
      Network network = network();
      TrainingHistory history = new Trainer(network, data, options.patience(patience)).run();
      assertTrue(end < 30, "the run of patience " + patience + " ends early");
      assertEquals(end, history.epochs().size());
      assertEquals(end - patience, history.kept());
      assertEquals(TrainingHistory.Ending.PATIENCE, history.ending());
      assertArrayEquals(weightsAfter(history.kept()), weights(network));
    }
  }

  @Test
  @DisplayName("runs to its end where the patience is longer")
  void muchPatience() {
    TrainingHistory history = new Trainer(network(), data, options.patience(30)).run();
    assertEquals(30, history.epochs().size());
    assertEquals(TrainingHistory.Ending.COMPLETE, history.ending());
  }

  @Test
  @DisplayName("lowers its rate where the schedule follows the validation loss")
  void plateau() {
    Schedule schedule = Schedule.plateau(2, 0.5);
    List<TrainingHistory.Epoch> epochs =
        new Trainer(network(), data, options.schedule(schedule)).run().epochs();
    double[] losses = epochs.stream().mapToDouble(TrainingHistory.Epoch::validationLoss).toArray();
    assertEquals(0.01, epochs.get(0).learningRate());
    for (int i = 1; i < 30; i++) {
      double factor = schedule.factorAfter(Arrays.copyOf(losses, i));
      assertEquals(0.01 * factor, epochs.get(i).learningRate());
    }
    assertTrue(epochs.get(29).learningRate() < 0.004);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new Trainer(network(), data, options.schedule(schedule).validation(0)))
            .getMessage();
    assertTrue(message.startsWith("Plateau[patience=2, decay=0.5]: expected validation"), message);
  }

  @Test
  @DisplayName("makes no tensor after the first epoch")
  void makesNothing() {
    int[] tensors = new int[31];
    TrainingOptions counting =
        options.keepBest(true).listener(result -> tensors[result.epoch()] = backend.tensors());
    new Trainer(network(), data, counting).run();
    int perEpoch = tensors[3] - tensors[2];
    new Trainer(network(), data, counting.keepBest(false)).run();
    // An evaluation makes views of its buffers for the rows that are left.
    assertEquals(tensors[3] - tensors[2], perEpoch);
  }

  @Test
  @DisplayName("ends where a listener says so, in the middle of an epoch too")
  void listener() {
    class Ender implements TrainingListener {
      private final long last;
      private long seen;
      private int epochs;

      Ender(long last) {
        this.last = last;
      }

      @Override
      public void epoch(TrainingHistory.Epoch result) {
        epochs++;
      }

      @Override
      public void step(TrainingListener.Step step) {
        seen = step.number();
      }

      @Override
      public boolean endsRun() {
        return seen == last;
      }
    }
    // 42 examples in batches of 8: 6 steps an epoch.
    Ender inside = new Ender(8);
    Network network = network();
    TrainingHistory history = new Trainer(network, data, options.listener(inside)).run();
    assertEquals(8, history.steps());
    assertEquals(2, history.epochs().size());
    assertEquals(2, inside.epochs);
    assertEquals(2, history.kept());
    assertEquals(TrainingHistory.Ending.LISTENER, history.ending());
    assertTrue(Double.isFinite(history.last().validationLoss()));

    Ender between = new Ender(12);
    network = network();
    history = new Trainer(network, data, options.listener(between)).run();
    assertEquals(2, history.epochs().size());
    assertArrayEquals(weightsAfter(2), weights(network));

    Ender late = new Ender(6 * 25);
    network = network();
    history = new Trainer(network, data, options.keepBest(true).listener(late)).run();
    assertEquals(25, history.epochs().size());
    assertArrayEquals(weightsAfter(history.kept()), weights(network));

    Trainer stepwise = new Trainer(network(), data, options.listener(new Ender(3)));
    stepwise.step();
    stepwise.step();
    stepwise.step();
    assertMessage("step: the run of 3 steps is over", stepwise::step);
    assertEquals(List.of(), stepwise.run().epochs());
  }

  @Test
  @DisplayName("takes validation examples of their own")
  void validationOfItsOwn() {
    DataSet held = noise(200).subset(100, 101, 102, 103, 104, 105, 106, 107, 108, 109);
    TrainingOptions whole = options.validation(0).epochs(5).keepBest(true);
    Network network = network();
    TrainingHistory history = new Trainer(network, data, held, whole, null, null).run();
    assertTrue(Double.isFinite(history.keptEpoch().validationLoss()));
    Network same = network();
    new Trainer(same, data, whole.keepBest(false).epochs(history.kept())).run();
    assertArrayEquals(weights(same), weights(network));
    assertMessage(
        "validation: expected a fraction or validation examples of their own, found both: 0.3 and"
            + " 10 examples",
        () -> new Trainer(network(), data, held, options, null, null));
    assertMessage(
        "train: validation: the network has 4 inputs and 2 outputs, the data set 2 features and 3"
            + " classes",
        () -> new Trainer(network(), data, Examples.clouds(9, 1), whole, null, null));
  }

  @Test
  @DisplayName("matches the classes of validation examples by name, and records the epoch kept")
  void classifier() {
    Classifier model = Classifier.builder(backend).inputs(4).hidden(24).classes(2).build();
    DataSet held =
        noise(90)
            .subset(70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80)
            .withClassNames(List.of("b", "a"));
    TrainingHistory history = model.fit(data, held, options.validation(0).patience(3));
    assertEquals(List.of("a", "b"), model.classNames());
    assertEquals(history.kept(), model.provenance().epochs());
    assertEquals(history.keptEpoch().validationAccuracy(), model.provenance().validationAccuracy());
    assertEquals(model.evaluate(held).accuracy(), history.keptEpoch().validationAccuracy());
    assertEquals("3", model.provenance().recipe().get("patience"));
    DataSet other = held.withClassNames(List.of("b", "a", "c"));
    assertEquals(3, model.fit(data, other, options.validation(0).epochs(3)).epochs().size());
  }

  @Test
  @DisplayName("needs validation examples")
  void needsValidation() {
    String rest =
        ": expected validation examples, found none: set validation, the fraction held out, or give"
            + " them beside the training examples";
    assertMessage(
        "patience" + rest, () -> new Trainer(network(), data, options.validation(0).patience(1)));
    assertMessage(
        "keepBest" + rest,
        () -> new Trainer(network(), data, options.validation(0).keepBest(true)));
    assertMessage("patience: expected at least 0, found -1", () -> options.patience(-1));
    assertFalse(options.keepBest());
    assertTrue(options.patience(1).keepBest());
    assertFalse(options.patience(1).patience(0).keepBest());
    assertFalse(options.toMap().containsKey("patience"));
    assertEquals("true", options.keepBest(true).toMap().get("keepBest"));
  }

  @Test
  @DisplayName("that diverges leaves a classifier as it was, whatever was best")
  void diverged() {
    Classifier model = Classifier.builder(backend).inputs(4).hidden(24).classes(2).build();
    float[] before = weights(model.network());
    Schedule rising = (step, stepsPerEpoch, epochs) -> step < 20 ? 1 : 1e300;
    assertThrows(
        TrainingDivergedException.class,
        () -> model.fit(data, options.keepBest(true).schedule(rising)));
    assertTrue(Arrays.equals(before, weights(model.network())));
  }
}
