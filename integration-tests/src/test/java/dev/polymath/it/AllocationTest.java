package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.models.Classifier;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.data.DiskSpace;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.training.Checkpoint;
import dev.polymath.models.training.Trainer;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is warm allocates nothing, counted over the caller and all threads of the backend. */
class AllocationTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Compilation decides when a loop is warm: rounds are tried until one allocates nothing. */
  private static final int ROUNDS = 60;

  static List<String> allocationFree() {
    return TestBackends.available().stream()
        .filter(
            name -> {
              try (Backend backend = TestBackends.open(name, 1)) {
                return backend.info().allocationFree();
              }
            })
        .toList();
  }

  @ParameterizedTest
  @MethodSource("allocationFree")
  void aWarmTrainingStep(String name) {
    assertStepAllocatesNothing(name, TrainingOptions.defaults());
  }

  @ParameterizedTest
  @MethodSource("allocationFree")
  void aWarmTrainingStepWithAllThatThereIs(String name) {
    assertStepAllocatesNothing(name, everything());
  }

  /** Every option that does something in a step. */
  private static TrainingOptions everything() {
    return TrainingOptions.defaults()
        .dropout(0.2)
        .clipNorm(0.1)
        .l1(1e-6)
        .averaging(0.99)
        .rateFactor(Parameter.Role.BIAS, 0.1)
        .balancedClasses(true);
  }

  private static void assertStepAllocatesNothing(String name, TrainingOptions options) {
    long[] others = THREADS.getAllThreadIds();
    try (Backend backend = TestBackends.open(name, 2)) {
      // 330 examples in batches of 64: the tail of 10 is counted too.
      DataSet data = Digits.generate(1).test();
      int[] numbers = new int[330];
      Arrays.setAll(numbers, i -> i);
      var model = ThreeLayerClassifier.builder(backend).inputs(784).classes(10).build();
      Trainer trainer =
          new Trainer(model.network(), data.subset(numbers), options.batch(64).epochs(100_000));
      assertAllocatesNothing(
          others,
          () -> {
            for (int i = 0; i < 300; i++) {
              trainer.step();
            }
          });
    }
  }

  /** Counts the bytes of the steps of an epoch, until an epoch allocates none. */
  private static final class Counting implements TrainingListener {

    private final long thread = Thread.currentThread().getId();
    private long before;
    private long least = Long.MAX_VALUE;
    private boolean over;

    @Override
    public void step(Step step) {
      if (step.batch() == 2) {
        before = THREADS.getThreadAllocatedBytes(thread);
      } else if (step.batch() == step.batches() - 1) {
        least = Math.min(least, THREADS.getThreadAllocatedBytes(thread) - before);
        over = least == 0 || step.epoch() == 100 * ROUNDS;
      }
    }

    @Override
    public void epoch(TrainingHistory.Epoch result) {}

    @Override
    public boolean endsRun() {
      return over;
    }
  }

  @ParameterizedTest
  @MethodSource("allocationFree")
  void aWarmStepOfARunThatIsKeptByTheClock(String name) throws IOException {
    Path folder = Files.createTempDirectory("run");
    try (Backend backend = TestBackends.open(name, 1)) {
      int[] numbers = new int[330];
      Arrays.setAll(numbers, i -> i);
      DataSet data = Digits.generate(1).test().subset(numbers);
      var model = ThreeLayerClassifier.builder(backend).inputs(784).classes(10).build();
      Counting counting = new Counting();
      Checkpoint checkpoint = Checkpoint.to(folder.resolve("run")).every(Duration.ofHours(1));
      TrainingOptions options =
          everything().batch(16).epochs(100_000).listener(checkpoint).listener(counting);
      new Trainer(model.network(), data, options).run();
      assertEquals(0, counting.least, "bytes in the best epoch");
    } finally {
      Files.delete(folder);
    }
  }

  @ParameterizedTest
  @MethodSource("allocationFree")
  void aWarmPrediction(String name) {
    long[] others = THREADS.getAllThreadIds();
    try (Backend backend = TestBackends.open(name, 2)) {
      var model = ThreeLayerClassifier.builder(backend).inputs(784).classes(10).build();
      float[] image = new float[784];
      Arrays.fill(image, 0.25f);
      float[] probabilities = new float[10];
      assertAllocatesNothing(
          others,
          () -> {
            for (int i = 0; i < 1000; i++) {
              model.predictProbabilities(image, probabilities);
            }
          });
    }
  }

  @ParameterizedTest
  @MethodSource("allocationFree")
  void aWarmStepAndPredictionOfSeveralLabelsWithWeights(String name) {
    long[] others = THREADS.getAllThreadIds();
    try (Backend backend = TestBackends.open(name, 2)) {
      float[] features = new float[10 * 330];
      boolean[] labels = new boolean[3 * 330];
      float[] weights = new float[330];
      Arrays.fill(weights, 1);
      for (int i = 0; i < labels.length; i++) {
        labels[i] = i % 5 == 0;
        weights[i / 3] = 1 + i % 7;
      }
      DataSet data =
          DataSet.ofLabels(10, features, labels, List.of("a", "b", "c")).withWeights(weights);
      var model = MultiLabelClassifier.builder(backend).inputs(10).labels(3).hidden(20).build();
      Trainer trainer = new Trainer(model.network(), data, everything().batch(64).epochs(100_000));
      float[] one = new float[10];
      float[] probabilities = new float[3];
      assertAllocatesNothing(
          others,
          () -> {
            for (int i = 0; i < 300; i++) {
              trainer.step();
              model.predictProbabilities(one, probabilities);
            }
          });
    }
  }

  @ParameterizedTest
  @MethodSource("allocationFree")
  void aWarmStepAndPredictionOfARegressor(String name) {
    long[] others = THREADS.getAllThreadIds();
    try (Backend backend = TestBackends.open(name, 2)) {
      float[] features = new float[10 * 330];
      double[] targets = new double[2 * 330];
      Arrays.setAll(targets, i -> i % 17);
      DataSet data = DataSet.ofTargets(10, features, targets, List.of("a", "b"));
      var model = Regressor.builder(backend).inputs(10).outputs(2).hidden(20).build();
      Trainer trainer =
          new Trainer(model.network(), data, TrainingOptions.defaults().batch(64).epochs(100_000));
      float[] one = new float[10];
      double[] prediction = new double[2];
      assertAllocatesNothing(
          others,
          () -> {
            for (int i = 0; i < 300; i++) {
              trainer.step();
              model.predict(one, prediction);
            }
          });
    }
  }

  @ParameterizedTest
  @MethodSource("allocationFree")
  void aWarmStepFromDisk(String name, @TempDir Path folder) throws IOException {
    long[] others = THREADS.getAllThreadIds();
    StringBuilder text = new StringBuilder("a,b,kind\n");
    for (int i = 0; i < 330; i++) {
      text.append(i % 37).append(',').append(i % 11 / 8.0).append(i % 3 == 0 ? ",x\n" : ",y\n");
    }
    Path file = Files.writeString(folder.resolve("table.csv"), text);
    try (Backend backend = TestBackends.open(name, 2);
        DiskSpace disk = DiskSpace.in(folder)) {
      Table table = Table.read(Csv.Source.of(file), Csv.Layout.DETECTED, null, disk, note -> {});
      Table.Target target = Table.Target.classes(table, 2);
      TableEncoder encoder = TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT);
      DataSet data = encoder.encode(table, target, note -> {});
      var model = Classifier.builder(backend).table(data).hidden(20).members(1).build();
      Trainer trainer = new Trainer(model.network(), data, everything().batch(64).epochs(100_000));
      assertAllocatesNothing(
          others,
          () -> {
            for (int i = 0; i < 300; i++) {
              trainer.step();
            }
          });
    }
  }

  private static void assertAllocatesNothing(long[] others, Runnable work) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS && least > 0; round++) {
      work.run();
      // The workers were started with the backend or by the first of the calls.
      long[] counted =
          Arrays.stream(THREADS.getAllThreadIds())
              .filter(
                  id ->
                      id == Thread.currentThread().getId()
                          || Arrays.stream(others).noneMatch(other -> other == id))
              .toArray();
      long before = allocated(counted);
      work.run();
      least = Math.min(least, allocated(counted) - before);
    }
    assertEquals(0, least, "bytes in the best round");
  }

  /** A plain loop over single threads: counting must not allocate itself. */
  private static long allocated(long[] threads) {
    long sum = 0;
    for (long thread : threads) {
      sum += Math.max(0, THREADS.getThreadAllocatedBytes(thread)); // -1: it has ended
    }
    return sum;
  }
}
