package dev.polymath.models.choice;

import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.check.GradientCheck;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.Trainer;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** Runs steps in this JVM. */
final class LocalRunner implements BackendChoice.StepRunner {

  private static final double LEARNING_RATE = 0.001;

  /** Of the examples' features: 16 MB, many batches of a small network, more than a cache holds. */
  private static final long FEATURES = 1 << 22;

  private static final int MOST_BATCHES = 64;
  private static final long SEED = 1;

  /** About a second of the reference's plain loops; above it fewer rows are checked. */
  private static final double MOST_MULTIPLICATIONS = 1e8;

  /** The relative difference that a loss may have. */
  private static final double LOSS_TOLERANCE = 1e-4;

  /** The relative difference of an update to {@code value − gradient}: a few roundings. */
  private static final double UPDATE_TOLERANCE = 0x1p-21;

  private final Backend session;
  private final Trainer trainer;
  private final int checkedRows;

  private LocalRunner(Backend session, Trainer trainer, int checkedRows) {
    this.session = session;
    this.trainer = trainer;
    this.checkedRows = checkedRows;
  }

  static LocalRunner open(String backend, BackendChoice.Workload work) {
    Backend session = Backends.open(backend, BackendOptions.defaults().threads(work.threads()));
    try {
      Network network = GradientCheck.network(session, work.specs(), SEED);
      double rows = MOST_MULTIPLICATIONS / work.multiplications();
      int checked = (int) Math.max(1, Math.min(work.batch(), rows));
      Map<String, float[]> parameters = network.read();
      checkGradients(network, work, checked);
      checkUpdate(network, work, checked);
      // From here on the numbers don't matter, as long as they stay finite.
      network.write(parameters);
      long batches = FEATURES / ((long) work.batch() * work.inputs());
      int examples = work.batch() * (int) Math.max(1, Math.min(MOST_BATCHES, batches));
      return new LocalRunner(
          session,
          new Trainer(network, examples(work, examples), options(work.batch(), LEARNING_RATE)),
          checked);
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /** Features in [0, 1) and any label. */
  private static DataSet examples(BackendChoice.Workload work, int count) {
    Randomness random = new Randomness(SEED);
    float[] features = new float[Math.multiplyExact(count, work.inputs())];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.uniform(0, 1);
    }
    int[] labels = new int[count];
    Arrays.setAll(labels, i -> random.below(work.classes()));
    return DataSet.ofFeatures(
        work.inputs(),
        features,
        labels,
        IntStream.range(0, work.classes()).mapToObj(String::valueOf).toList());
  }

  private static TrainingOptions options(int batch, double learningRate) {
    return TrainingOptions.defaults()
        .epochs(Integer.MAX_VALUE)
        .batch(batch)
        .optimizer(new Sgd())
        .learningRate(learningRate)
        .schedule(Schedule.constant())
        .loss(LossFunction.CROSS_ENTROPY)
        .labelSmoothing(0)
        .shifts(0)
        .standardize(false);
  }

  private static void checkGradients(Network network, BackendChoice.Workload work, int rows) {
    GradientCheck check =
        GradientCheck.run(
            network,
            InputScaling.none(work.inputs()),
            LossFunction.CROSS_ENTROPY,
            examples(work, rows),
            rows,
            SEED);
    double most = LOSS_TOLERANCE * Math.max(1, check.expectedLoss());
    if (!(Math.abs(check.loss() - check.expectedLoss()) <= most)) {
      throw new IllegalStateException(
          "wrong result: the loss is "
              + check.loss()
              + ", the reference has "
              + check.expectedLoss());
    }
    for (GradientCheck.Result result : check.parameters()) {
      if (!result.passed()) {
        throw new IllegalStateException("wrong result: the gradient of " + result);
      }
    }
  }

  /** One step of rate 1: each parameter moves by its gradient. */
  private static void checkUpdate(Network network, BackendChoice.Workload work, int rows) {
    List<float[]> gradients = new ArrayList<>();
    TrainingListener reader =
        new TrainingListener() {
          @Override
          public void epoch(TrainingHistory.Epoch result) {}

          @Override
          public void beforeUpdate(TrainingListener.Step step) {
            step.gradients().forEach(gradient -> gradients.add(values(gradient)));
          }
        };
    Map<String, float[]> before = network.read();
    try (Trainer trainer =
        new Trainer(network, examples(work, rows), options(rows, 1).listener(reader))) {
      trainer.step();
    }
    for (int i = 0; i < gradients.size(); i++) {
      Parameter parameter = network.parameters().get(i);
      float[] old = Objects.requireNonNull(before.get(parameter.name()));
      float[] gradient = gradients.get(i);
      float[] found = values(parameter.value());
      for (int j = 0; j < found.length; j++) {
        double expected = (double) old[j] - gradient[j];
        double most = UPDATE_TOLERANCE * (Math.abs((double) old[j]) + Math.abs(gradient[j]));
        if (!(Math.abs(found[j] - expected) <= most + Float.MIN_NORMAL)) {
          throw new IllegalStateException(
              "wrong result: the update of "
                  + parameter.name()
                  + ": element "
                  + j
                  + " is "
                  + found[j]
                  + ", the reference has "
                  + expected);
        }
      }
    }
  }

  private static float[] values(Tensor tensor) {
    float[] values = new float[tensor.rows() * tensor.cols()];
    tensor.read(values, 0);
    return values;
  }

  @Override
  public BackendInfo info() {
    return session.info();
  }

  @Override
  public int checkedRows() {
    return checkedRows;
  }

  @Override
  public double run(double seconds) {
    long start = System.nanoTime();
    long length = (long) (seconds * 1e9);
    long steps = 0;
    long elapsed;
    do {
      trainer.step();
      steps++;
      elapsed = System.nanoTime() - start;
    } while (elapsed < length);
    return elapsed * 1e-3 / steps;
  }

  @Override
  public void close() {
    trainer.close();
    session.close();
  }
}
