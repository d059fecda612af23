package dev.polymath.models;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.DiskSpace;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.network.Network;
import dev.polymath.models.training.Checkpoint;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.Trainer;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingInterruptedException;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A run that is broken off at any moment that it can be")
class BrokenOffTest {

  /** Rows of an evaluation between two questions whether it is to go on. */
  private static final int BLOCK = 64;

  /** A member asks for itself and for all members. */
  private static final int TWICE = 2;

  /** Half of the rows are held out, more than a block; averages, so that weights are exchanged. */
  private static final TrainingOptions OPTIONS =
      TrainingOptions.defaults().epochs(2).batch(40).learningRate(0.05).averaging(0.9).dropout(0.1);

  private final ReferenceBackend backend = new ReferenceBackend();

  @TempDir Path folder;

  /** Says yes to each question after so many. */
  private static final class Asked implements TrainingListener {

    private final AtomicInteger left;

    Asked(int before) {
      left = new AtomicInteger(before);
    }

    @Override
    public void epoch(TrainingHistory.Epoch result) {}

    @Override
    public boolean interruptsRun() {
      return left.getAndDecrement() <= 0;
    }
  }

  /** What was seen of all interruptions of one kind of run. */
  private record Seen(Map<Long, Integer> interruptionsByStep, long steps, int runs) {

    /** How many interruptions there were in and around the evaluation after a step. */
    int after(long step) {
      return interruptionsByStep.getOrDefault(step, 0);
    }
  }

  /** Breaks a run off at each question in turn, and goes on from there each time. */
  private Seen brokenOffEverywhere(Supplier<Model> models, DataSet data, TrainingOptions options)
      throws IOException {
    Model whole = models.get();
    TrainingHistory history = whole.fit(data, options);
    ModelFile expected = whole.snapshot();
    Path file = folder.resolve("run");
    Map<Long, Integer> interruptions = new HashMap<>();
    for (int asked = 0; ; asked++) {
      Files.deleteIfExists(file);
      Model model = models.get();
      TrainingOptions kept = options.listener(Checkpoint.to(file));
      try {
        model.fit(data, kept.listener(new Asked(asked)));
        assertSame(expected, model.snapshot(), asked);
        return new Seen(interruptions, history.steps(), asked);
      } catch (TrainingInterruptedException e) {
        interruptions.merge(e.step(), 1, Integer::sum);
      }
      Model resumed = models.get();
      TrainingListener from =
          Files.exists(file) ? Checkpoint.resume(file) : Checkpoint.to(file); // none before a step
      resumed.fit(data, options.listener(from));
      assertSame(expected, resumed.snapshot(), asked);
    }
  }

  private static void assertSame(ModelFile expected, ModelFile found, int asked) {
    expected
        .parameters()
        .forEach(
            (name, values) ->
                assertArrayEquals(
                    values, found.parameter(name), name + ", after " + asked + " questions"));
    assertEquals(expected.description().output(), found.description().output());
  }

  @Test
  @DisplayName("the evaluation of its examples included ends in the same bits")
  void classes() throws IOException {
    DataSet data = Examples.clouds(240, 3);
    TrainingOptions options = OPTIONS.validation(0.5).patience(2).calibrate(true);
    Supplier<Model> models = () -> Examples.small(backend).build();
    Seen seen = brokenOffEverywhere(models, data, options);
    int blocks = (120 + BLOCK - 1) / BLOCK;
    // After the step, before each block of the score and of what decides the best epoch, and at
    // the end of the epoch.
    assertEquals(TWICE * (1 + 2 * blocks + 1), seen.after(3));
    assertEquals(TWICE, seen.after(4));
    // Of the last epoch: no question at its end, but before each block of the two evaluations of
    // what is calibrated.
    assertEquals(TWICE * (1 + 2 * blocks) + 2 * blocks, seen.after(6));
  }

  @Test
  @DisplayName("has what it was before its calibration")
  void uncalibrated() {
    DataSet data = Examples.clouds(240, 3);
    TrainingOptions options = OPTIONS.validation(0.5);
    Classifier plain = Examples.small(backend).build();
    plain.fit(data, options);
    Map<String, float[]> expected = plain.snapshot().parameters();
    int questions = 0;
    for (int asked = 0; ; asked++) {
      try {
        Examples.small(backend)
            .build()
            .fit(data, options.calibrate(true).keepBest(false).listener(new Asked(asked)));
        break;
      } catch (TrainingInterruptedException e) {
        if (e.ended() == 2) {
          questions++;
          ModelFile found = e.model().orElseThrow();
          expected.forEach((name, values) -> assertArrayEquals(values, found.parameter(name)));
        }
      }
    }
    assertTrue(questions >= 4, questions + " interruptions of the calibration");
  }

  @Test
  @DisplayName("is of several labels with members and folds, and ends in the same bits")
  void labels() throws IOException {
    Random random = new Random(5);
    int rows = 150;
    float[] x = new float[2 * rows];
    boolean[] has = new boolean[2 * rows];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat() * 2 - 1;
      has[i] = x[i] > 0.2;
    }
    DataSet data = DataSet.ofLabels(2, x, has, List.of("right", "high"));
    TrainingOptions options =
        OPTIONS.folds(2).calibrate(true).loss(LossFunction.SIGMOID_CROSS_ENTROPY);
    Seen seen =
        brokenOffEverywhere(
            () ->
                MultiLabelClassifier.builder(backend)
                    .inputs(2)
                    .labels(2)
                    .hidden(5)
                    .members(2)
                    .build(),
            data,
            options);
    assertTrue(seen.runs() > seen.steps(), seen::toString);
  }

  @Test
  @DisplayName("is of several numbers, and ends in the same bits")
  void numbers() throws IOException {
    int rows = 150;
    float[] x = new float[rows];
    double[] y = new double[2 * rows];
    for (int i = 0; i < rows; i++) {
      x[i] = i / 50f;
      y[2 * i] = 100 * Math.sin(x[i]);
      y[2 * i + 1] = x[i] * x[i];
    }
    DataSet data = DataSet.ofTargets(1, x, y, List.of("wave", "square"));
    Seen seen =
        brokenOffEverywhere(
            () -> Regressor.builder(backend).inputs(1).outputs(2).hidden(5).build(),
            data,
            OPTIONS.validation(0.5).loss(LossFunction.SQUARED_ERROR));
    assertTrue(seen.runs() > seen.steps(), seen::toString);
  }

  @Test
  @DisplayName("with its data on disk ends in the same bits")
  void disk() throws IOException {
    StringBuilder text = new StringBuilder("a,b,size\n");
    Random random = new Random(2);
    for (int i = 0; i < 300; i++) {
      int a = random.nextInt(100);
      int b = random.nextInt(100);
      text.append(a).append(',').append(b).append(',').append(2 * a + b / 4.0).append('\n');
    }
    Path csv = Files.writeString(folder.resolve("big.csv"), text);
    try (DiskSpace space = DiskSpace.in(folder)) {
      Table table = Table.read(Csv.Source.of(csv), Csv.Layout.DETECTED, null, space, note -> {});
      Table.Target target = Table.Target.of(table, 2, Task.REGRESSION, note -> {});
      DataSet data =
          TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT)
              .encode(table, target, note -> {});
      assertTrue(data.onDisk());
      brokenOffEverywhere(
          () -> Regressor.builder(backend).table(data).hidden(5).build(),
          data,
          OPTIONS.epochs(1).batch(70).validation(0.5).loss(LossFunction.SQUARED_ERROR));
    }
  }

  @Test
  @DisplayName("goes on by a trainer of its network, too")
  void trainer() throws IOException {
    DataSet data = Examples.clouds(240, 3);
    TrainingOptions options = OPTIONS.validation(0.5).patience(2);
    Path file = folder.resolve("run");
    Network whole = Examples.small(backend).build().network();
    try (Trainer trainer = new Trainer(whole, data, options)) {
      trainer.run();
    }
    Network first = Examples.small(backend).build().network();
    TrainingOptions kept = options.listener(Checkpoint.to(file));
    try (Trainer trainer = new Trainer(first, data, kept.listener(new Asked(4)))) {
      trainer.run();
      throw new AssertionError("not broken off");
    } catch (TrainingInterruptedException e) {
      assertEquals(3, e.step());
    }
    Network resumed = Examples.small(backend).build().network();
    try (Trainer trainer = Trainer.resume(file, resumed, data, options)) {
      trainer.run();
    }
    whole.read().forEach((name, values) -> assertArrayEquals(values, resumed.read().get(name)));
    assertTrue(Checkpoint.progress(file).isComplete());
    Network again = Examples.small(backend).build().network();
    assertMessage(
        "listeners: expected one checkpoint at most, found [Checkpoint["
            + file
            + ", each epoch], Checkpoint["
            + file
            + ", each epoch]]",
        () -> {
          try {
            Trainer.resume(file, again, data, kept);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }
}
