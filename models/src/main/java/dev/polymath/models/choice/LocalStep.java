package dev.polymath.models.choice;

import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.Trainer;
import dev.polymath.models.training.TrainingOptions;
import java.util.List;

/** A step in this JVM. */
final class LocalStep implements TimedStep {

  private static final double LEARNING_RATE = 0.001;

  /** Of the examples' features: 16 MB, many batches of a small network, more than a cache holds. */
  private static final long FEATURES = 1 << 22;

  private static final int MOST_BATCHES = 64;

  private final Backend session;
  private final Trainer trainer;
  private final int checkedRows;

  private LocalStep(Backend session, Trainer trainer, int checkedRows) {
    this.session = session;
    this.trainer = trainer;
    this.checkedRows = checkedRows;
  }

  static LocalStep open(String backend, Workload work) {
    Backend session = Backends.open(backend, BackendOptions.defaults().threads(work.threads()));
    try {
      Network network = Network.of(session, work.specs());
      ReferenceStep reference = ReferenceStep.of(work);
      network.initialize(Initialization.DEFAULT, 1);
      check(network, reference);
      // From here on the numbers don't matter, as long as they stay finite.
      network.initialize(Initialization.DEFAULT, 1);
      long batches = FEATURES / ((long) work.batch() * work.inputs());
      int examples = work.batch() * (int) Math.max(1, Math.min(MOST_BATCHES, batches));
      DataSet data = ReferenceStep.examples(work, examples);
      return new LocalStep(
          session, trainer(network, data, work.batch(), LEARNING_RATE), reference.rows());
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private static Trainer trainer(Network network, DataSet data, int batch, double learningRate) {
    return new Trainer(
        network,
        data,
        TrainingOptions.defaults()
            .epochs(Integer.MAX_VALUE)
            .batch(batch)
            .optimizer(new Sgd())
            .learningRate(learningRate)
            .schedule(Schedule.constant())
            .loss(LossFunction.CROSS_ENTROPY)
            .labelSmoothing(0)
            .shifts(0)
            .standardize(false));
  }

  /** One step of rate 1: each parameter moves by its gradient. */
  private static void check(Network network, ReferenceStep reference) {
    for (int i = 0; i < network.parameters().size(); i++) {
      network.parameters().get(i).value().write(reference.parameters().get(i), 0);
    }
    double loss = trainer(network, reference.data(), reference.rows(), 1).step();
    List<float[]> after =
        network.parameters().stream()
            .map(
                p -> {
                  float[] values = new float[p.value().rows() * p.value().cols()];
                  p.value().read(values, 0);
                  return values;
                })
            .toList();
    reference.check(loss, after, i -> network.parameters().get(i).name());
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
    session.close();
  }
}
