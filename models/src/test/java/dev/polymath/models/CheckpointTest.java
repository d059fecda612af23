package dev.polymath.models;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Parameter;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.ModelFormatException;
import dev.polymath.models.optim.Adagrad;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.optim.RmsProp;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.Checkpoint;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingInterruptedException;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A run that is kept in a file")
class CheckpointTest {

  private static final DataSet DATA = Examples.clouds(90, 3);

  /** 72 examples to train on: 5 steps of an epoch, the last of 8. */
  private static final TrainingOptions EVERYTHING =
      TrainingOptions.defaults()
          .epochs(5)
          .batch(16)
          .validation(0.2)
          .patience(2)
          .schedule(Schedule.plateau(1, 0.5))
          .learningRate(0.05)
          .dropout(0.2)
          .clipNorm(0.5)
          .l1(1e-4)
          .averaging(0.9)
          .rateFactor(Parameter.Role.BIAS, 0.1);

  private final ReferenceBackend backend = new ReferenceBackend();

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("run.checkpoint");
  }

  /** Whatever ends a process. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /** Ends the run at a step of the first member, as a kill would. */
  private static TrainingListener killing(long step) {
    return new TrainingListener() {
      @Override
      public void epoch(TrainingHistory.Epoch result) {}

      @Override
      public void step(Step now) {
        if (now.number() == step) {
          throw new Killed();
        }
      }
    };
  }

  /** Breaks the run off after so many steps of the first member that are taken from now on. */
  private static TrainingListener interrupting(int steps) {
    return new TrainingListener() {
      private int taken;

      @Override
      public void epoch(TrainingHistory.Epoch result) {}

      @Override
      public void step(Step step) {
        taken++;
      }

      @Override
      public boolean interruptsRun() {
        return taken >= steps;
      }
    };
  }

  /** Breaks all members off when it was asked so often, by whichever. */
  private static TrainingListener interruptingAny(int asked) {
    return new TrainingListener() {
      private int count;

      @Override
      public void epoch(TrainingHistory.Epoch result) {}

      @Override
      public synchronized boolean interruptsRun() {
        return count++ >= asked;
      }
    };
  }

  private Classifier model(int members) {
    return Examples.small(backend).members(members).build();
  }

  private static void assertSame(
      ModelFile expected, TrainingHistory history, ModelFile found, TrainingHistory resumed) {
    assertEquals(expected.parameters().keySet(), found.parameters().keySet());
    expected
        .parameters()
        .forEach((name, values) -> assertArrayEquals(values, found.parameter(name), name));
    assertEquals(history.ending(), resumed.ending());
    assertEquals(history.kept(), resumed.kept());
    assertEquals(history.steps(), resumed.steps());
    assertEquals(history.epochs().size(), resumed.epochs().size());
    for (int e = 0; e < history.epochs().size(); e++) {
      assertEquals(untimed(history.epochs().get(e)), untimed(resumed.epochs().get(e)));
    }
    assertEquals(expected.description(), found.description());
  }

  private static TrainingHistory.Epoch untimed(TrainingHistory.Epoch e) {
    return new TrainingHistory.Epoch(
        e.epoch(),
        e.epochs(),
        e.loss(),
        e.trainAccuracy(),
        e.validationLoss(),
        e.validationAccuracy(),
        0,
        0,
        e.learningRate(),
        e.trainRmse(),
        e.validationRmse());
  }

  static Stream<Optimizer> optimizers() {
    return Stream.of(
        new Sgd(),
        new Sgd(0.9, false, 1e-3),
        new Sgd(0.9, true, 1e-3),
        new AdamW(0),
        new AdamW(0.1),
        new RmsProp(),
        new Adagrad());
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  @DisplayName("ends in the same bits wherever it was killed, with everything that there is")
  void killed(Optimizer optimizer) throws IOException {
    TrainingOptions options = EVERYTHING.optimizer(optimizer);
    Classifier whole = model(1);
    TrainingHistory history = whole.fit(DATA, options);
    long steps = history.steps();
    for (long step = 6; step <= steps; step++) {
      // Killed at this step, and once more one epoch later.
      long first = step;
      TrainingOptions kept = options.listener(Checkpoint.to(file));
      assertThrows(Killed.class, () -> model(1).fit(DATA, kept.listener(killing(first))));
      if (first + 5 <= steps) {
        TrainingOptions again = options.listener(Checkpoint.resume(file));
        assertThrows(Killed.class, () -> model(1).fit(DATA, again.listener(killing(first + 5))));
      }
      Classifier resumed = model(1);
      TrainingHistory rest = resumed.fit(DATA, options.listener(Checkpoint.resume(file)));
      assertSame(whole.snapshot(), history, resumed.snapshot(), rest);
    }
  }

  @Test
  @DisplayName("ends in the same bits where it was interrupted after each step")
  void interrupted() throws IOException {
    Classifier whole = model(1);
    TrainingHistory history = whole.fit(DATA, EVERYTHING);
    TrainingInterruptedException first =
        assertThrows(
            TrainingInterruptedException.class,
            () ->
                model(1)
                    .fit(DATA, EVERYTHING.listener(Checkpoint.to(file)).listener(interrupting(1))));
    assertEquals(1, first.step());
    assertEquals(25, first.steps());
    assertEquals("the training was interrupted after step 1 of 25, in epoch 1", first.getMessage());
    int parts = 1;
    Classifier resumed = model(1);
    TrainingHistory rest = null;
    while (rest == null) {
      TrainingOptions options =
          EVERYTHING.listener(Checkpoint.resume(file)).listener(interrupting(1));
      try {
        rest = resumed.fit(DATA, options);
      } catch (TrainingInterruptedException e) {
        resumed = model(1);
        parts++;
      }
    }
    assertTrue(parts >= history.steps(), parts + " parts of " + history.steps() + " steps");
    assertSame(whole.snapshot(), history, resumed.snapshot(), rest);
  }

  @Test
  @DisplayName("by the clock is kept after a step in the middle of an epoch")
  void clock() throws IOException {
    Classifier whole = model(1);
    TrainingHistory history = whole.fit(DATA, EVERYTHING);
    TrainingOptions kept = EVERYTHING.listener(Checkpoint.to(file).every(Duration.ofNanos(1)));
    assertThrows(Killed.class, () -> model(1).fit(DATA, kept.listener(killing(8))));
    long[] seen = new long[1];
    TrainingOptions options =
        EVERYTHING
            .listener(Checkpoint.resume(file))
            .listener(
                new TrainingListener() {
                  @Override
                  public void epoch(TrainingHistory.Epoch result) {}

                  @Override
                  public void step(Step step) {
                    seen[0] = seen[0] == 0 ? step.number() : seen[0];
                  }
                });
    Classifier resumed = model(1);
    TrainingHistory rest = resumed.fit(DATA, options);
    assertEquals(8, seen[0], "killed in step 8, kept after step 7");
    assertSame(whole.snapshot(), history, resumed.snapshot(), rest);
  }

  @Test
  @DisplayName("of several members with folds ends in the same bits, calibrated and all")
  void members() throws IOException {
    TrainingOptions options =
        EVERYTHING.validation(0).folds(3).calibrate(true).optimizer(new AdamW(0.02)).dropout(0.1);
    Classifier whole = model(4);
    TrainingHistory history = whole.fit(DATA, options);
    for (int asked : new int[] {6, 13, 41, 80}) {
      Files.deleteIfExists(file);
      assertThrows(
          TrainingInterruptedException.class,
          () ->
              model(4)
                  .fit(
                      DATA,
                      options.listener(Checkpoint.to(file)).listener(interruptingAny(asked))));
      Classifier resumed = model(4);
      TrainingHistory rest = resumed.fit(DATA, options.listener(Checkpoint.resume(file)));
      assertSame(whole.snapshot(), history, resumed.snapshot(), rest);
      assertEquals(whole.temperature(), resumed.temperature());
      assertTrue(Checkpoint.progress(file).isComplete());
    }
  }

  @Test
  @DisplayName("of numbers, and one that goes on from a trained model")
  void regressor() throws IOException {
    float[] x = new float[80];
    double[] y = new double[80];
    for (int i = 0; i < 80; i++) {
      x[i] = i / 80f;
      y[i] = 1000 + 300 * Math.sin(x[i]);
    }
    DataSet data = DataSet.ofTargets(1, x, y, List.of("height"));
    Regressor first = Regressor.builder(backend).inputs(1).outputs(1).hidden(4).build();
    first.fit(data, EVERYTHING.epochs(1).patience(0));
    ModelFile start = first.snapshot();
    TrainingOptions options = EVERYTHING.optimizer(new Adagrad());
    Regressor whole = Regressor.of(start, backend);
    TrainingHistory history = whole.fit(data, options);
    assertThrows(
        Killed.class,
        () ->
            Regressor.of(start, backend)
                .fit(data, options.listener(Checkpoint.to(file)).listener(killing(9))));
    Regressor resumed = Regressor.of(start, backend);
    TrainingHistory rest = resumed.fit(data, options.listener(Checkpoint.resume(file)));
    assertSame(whole.snapshot(), history, resumed.snapshot(), rest);
    Checkpoint again = Checkpoint.resume(file);
    Regressor other = Regressor.builder(backend).inputs(1).outputs(1).hidden(4).build();
    assertMessage(
        "resume "
            + file
            + ": the first parameters, or the scaling: expected those that the run was begun with,"
            + " found others",
        () -> other.fit(data, options.listener(again)));
  }

  @Test
  @DisplayName("has what the model would be by then, and leaves the model as it was")
  void soFar() throws IOException {
    Classifier model = model(1);
    ModelFile before = model.snapshot();
    TrainingInterruptedException e =
        assertThrows(
            TrainingInterruptedException.class,
            () -> model.fit(DATA, EVERYTHING.patience(0).averaging(0).listener(interrupting(13))));
    assertEquals(13, e.step());
    before
        .parameters()
        .forEach((name, values) -> assertArrayEquals(values, model.snapshot().parameter(name)));
    ModelFile found = e.model().orElseThrow();
    assertEquals(2, found.description().provenance().epochs());
    assertEquals(
        "after step 13 of 25", found.description().provenance().recipe().get("interrupted"));
    // One epoch more of the same run has other weights than the third step of it.
    Classifier loaded = Classifier.of(found, backend);
    assertTrue(loaded.evaluate(DATA).accuracy() > 0.5);

    TrainingOptions best = EVERYTHING.listener(interrupting(13));
    ModelFile kept =
        assertThrows(TrainingInterruptedException.class, () -> model.fit(DATA, best))
            .model()
            .orElseThrow();
    Classifier two = model(1);
    TrainingHistory history = two.fit(DATA, EVERYTHING.epochs(2));
    assertEquals(2, history.epochs().size());
    two.snapshot()
        .parameters()
        .forEach((name, values) -> assertArrayEquals(values, kept.parameter(name), name));
  }

  @Test
  @DisplayName("of several members that was interrupted is a model of those trained so far")
  void fewerMembers() {
    ReferenceBackend one = new ReferenceBackend();
    Classifier model = Examples.small(one).members(3).build();
    TrainingOptions options = TrainingOptions.defaults().epochs(2).batch(45);
    // Four steps of a member, and it is asked before the first step, too.
    TrainingInterruptedException e =
        assertThrows(
            TrainingInterruptedException.class,
            () -> model.fit(DATA, options.listener(interruptingAny(18))));
    int members = e.model().orElseThrow().description().members();
    assertTrue(members == 1 || members == 2, members + " members");
  }

  @Test
  @DisplayName("is complete at its end, and goes on with more epochs where the schedule allows it")
  void moreEpochs() throws IOException {
    TrainingOptions options =
        EVERYTHING.schedule(Schedule.step(2, 0.5)).patience(0).averaging(0.8).epochs(3);
    Checkpoint checkpoint = Checkpoint.to(file);
    Classifier three = model(1);
    TrainingHistory first = three.fit(DATA, options.listener(checkpoint));
    assertEquals(Optional.empty(), checkpoint.failure());
    assertEquals(new Checkpoint.Progress(1, 1, 3, 3), Checkpoint.progress(file));
    Classifier again = model(1);
    TrainingHistory same = again.fit(DATA, options.listener(Checkpoint.resume(file)));
    assertSame(three.snapshot(), first, again.snapshot(), same);

    Classifier five = model(1);
    TrainingHistory whole = five.fit(DATA, options.epochs(5));
    Classifier resumed = model(1);
    TrainingHistory rest = resumed.fit(DATA, options.epochs(5).listener(Checkpoint.resume(file)));
    assertSame(five.snapshot(), whole, resumed.snapshot(), rest);

    Checkpoint fewer = Checkpoint.resume(file);
    assertMessage(
        "resume " + file + ": epochs: the run is in epoch 5, found 4",
        () -> model(1).fit(DATA, options.epochs(4).listener(fewer)));
  }

  @Test
  @DisplayName("does not go on with other epochs, another recipe, other data or another network")
  void differences() throws IOException {
    TrainingOptions options = EVERYTHING.schedule(Schedule.cosine(0));
    assertThrows(
        Killed.class,
        () -> model(1).fit(DATA, options.listener(Checkpoint.to(file)).listener(killing(8))));
    Checkpoint resume = Checkpoint.resume(file);
    String start = "resume " + file + ": ";
    TrainingOptions same = options.listener(resume);
    assertMessage(
        start
            + "epochs: the run was begun with 5, found 6: the schedule Cosine[warmUp=0.0] would have"
            + " had other rates so far",
        () -> model(1).fit(DATA, same.epochs(6)));
    assertMessage(
        start + "learningRate: the run was begun with 0.05, found 0.1",
        () -> model(1).fit(DATA, same.learningRate(0.1)));
    assertMessage(
        start + "dropout: the run was begun with 0.2, found none",
        () -> model(1).fit(DATA, same.dropout(0)));
    assertMessage(
        start + "classWeights: the run was begun with none, found balanced",
        () -> model(1).fit(DATA, same.balancedClasses(true)));
    assertMessage(
        start + "the training data: expected those that the run was begun with, found others",
        () -> model(1).fit(Examples.clouds(90, 4), same));
    assertMessage(
        start + "members: the run was begun with 1, found 2", () -> model(2).fit(DATA, same));
    IllegalArgumentException network =
        assertThrows(
            IllegalArgumentException.class,
            () -> Examples.small(backend).hidden(8, 7).build().fit(DATA, same));
    assertTrue(
        String.valueOf(network.getMessage())
            .startsWith(start + "the network: the run was begun with "),
        network.getMessage());
    assertMessage(
        start
            + "the first parameters, or the scaling: expected those that the run was begun with,"
            + " found others",
        () -> Examples.small(backend).seed(2).build().fit(DATA, same));
    // Refused, the file is what it was.
    assertNotEquals(0, model(1).fit(DATA, same).steps());
  }

  @Test
  @DisplayName("goes on where it can't be written, and is written when that works again")
  void unwritable() throws IOException {
    Path gone = folder.resolve("gone");
    Path place = gone.resolve("run.checkpoint");
    List<String> complaints = new ArrayList<>();
    Checkpoint checkpoint =
        Checkpoint.to(place).onFailure(e -> complaints.add(String.valueOf(e.getMessage())));
    boolean[] failedBefore = new boolean[1];
    TrainingOptions options =
        EVERYTHING
            .patience(0)
            .listener(checkpoint)
            .listener(
                (TrainingHistory.Epoch e) -> {
                  if (e.epoch() == 4) {
                    failedBefore[0] = checkpoint.failure().isPresent();
                    gone.toFile().mkdir();
                  }
                });
    Classifier model = model(1);
    TrainingHistory history = model.fit(DATA, options);
    assertEquals(3, complaints.size(), complaints::toString);
    assertEquals(place + ": there is no folder " + gone, complaints.get(0));
    assertTrue(failedBefore[0]);
    assertEquals(Optional.empty(), checkpoint.failure());
    Classifier whole = model(1);
    TrainingHistory expected = whole.fit(DATA, EVERYTHING.patience(0));
    assertSame(whole.snapshot(), expected, model.snapshot(), history);
    assertTrue(Checkpoint.progress(place).isComplete());
  }

  @Test
  @DisplayName("is found damaged where it is")
  void damaged() throws IOException {
    assertThrows(
        Killed.class,
        () -> model(1).fit(DATA, EVERYTHING.listener(Checkpoint.to(file)).listener(killing(8))));
    byte[] sound = Files.readAllBytes(file);
    for (int i = 0; i < sound.length; i += 97) {
      byte[] bytes = sound.clone();
      bytes[i] ^= (byte) (1 << i % 8);
      Files.write(file, bytes);
      assertThrows(ModelFormatException.class, () -> Checkpoint.resume(file));
    }
    model(1).save(file);
    assertEquals(
        file + ": metadata \"format\": expected \"polymath checkpoint\", found \"polymath\"",
        assertThrows(ModelFormatException.class, () -> Checkpoint.resume(file)).getMessage());
  }

  @Test
  @DisplayName("is refused for an optimizer that does not say what it remembers")
  void silent() {
    Optimizer silent = (b, parameters) -> (gradients, rate) -> {};
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> model(1).fit(DATA, EVERYTHING.optimizer(silent).listener(Checkpoint.to(file))));
    assertTrue(
        String.valueOf(e.getMessage()).endsWith(" does not say what it remembers: Updater.state()"),
        e.getMessage());
    assertFalse(Files.exists(file));
  }
}
