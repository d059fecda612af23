package dev.polymath.benchmarks;

import dev.polymath.Backend;
import dev.polymath.models.training.Trainer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;

/**
 * One step of {@link Trainer} on 784 → 128 sigmoid → 50 ReLU → 10 with softmax cross-entropy and
 * SGD: gather a shuffled batch, write it, forward, loss, backward, update.
 *
 * <p>The examples are 4096 rows of float32, 12.8 MB: a batch comes from beyond the second-level
 * cache, as in training.
 */
@BenchmarkMode(Mode.AverageTime)
public class TrainStepBenchmark extends BackendBenchmark {

  private static final int EXAMPLES = 4096;
  private static final double LEARNING_RATE = 0.01;

  /** Rows per step, at most 4096. */
  @Param({"64", "512"})
  public int batch;

  private Trainer trainer;

  @Override
  void prepare() {
    trainer = trainer(session, batch);
    ThreeLayers.checkStep(session, batch);
  }

  static Trainer trainer(Backend session, int batch) {
    if (batch > EXAMPLES) {
      throw new IllegalArgumentException(
          "batch: expected at most the " + EXAMPLES + " examples, found " + batch);
    }
    return ThreeLayers.trainer(
        ThreeLayers.classifier(session).network(),
        ThreeLayers.data(EXAMPLES),
        batch,
        LEARNING_RATE);
  }

  /** One step; gives its loss. */
  @Benchmark
  public double step() {
    return trainer.step();
  }
}
