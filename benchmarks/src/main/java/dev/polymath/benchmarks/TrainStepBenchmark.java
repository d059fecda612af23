package dev.polymath.benchmarks;

import dev.polymath.Backend;
import dev.polymath.models.training.Trainer;
import dev.polymath.models.training.TrainingOptions;
import java.util.List;
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
    return trainer(session, batch, List.of(""));
  }

  /**
   * @param extras {@code dropout} of half the units, {@code clipping} in each step, or ""
   */
  static Trainer trainer(Backend session, int batch, List<String> extras) {
    if (batch > EXAMPLES) {
      throw new IllegalArgumentException(
          "batch: expected at most the " + EXAMPLES + " examples, found " + batch);
    }
    TrainingOptions options = ThreeLayers.options(batch, LEARNING_RATE);
    for (String extra : extras) {
      options =
          switch (extra) {
            case "" -> options;
            case "dropout" -> options.dropout(0.5);
            case "clipping" -> options.clipNorm(1e-3);
            default -> throw Options.refuse("--with: expected dropout or clipping, found " + extra);
          };
    }
    return new Trainer(
        ThreeLayers.classifier(session).network(), ThreeLayers.data(EXAMPLES), options);
  }

  /** One step; gives its loss. */
  @Benchmark
  public double step() {
    return trainer.step();
  }
}
