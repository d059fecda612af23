package dev.polymath.models.training;

import dev.polymath.Loss;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.passes.GradientPass;
import dev.polymath.models.passes.TargetRows;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network on data sets that arrive one by one. Each is seen once, in batches, like an
 * epoch of its own; the optimizer remembers from one to the next. What is random depends on the
 * seed and on how many have arrived.
 *
 * <p>The rate is {@link TrainingOptions#learningRate()} in each step: a schedule needs an end. The
 * epochs and listeners of the options are not used. Nobody may use the network during {@link
 * #train}. Not for several threads at once.
 *
 * <p>{@link #close()} gives the buffers back.
 */
public final class StreamTrainer implements AutoCloseable {

  private final Network network;
  private final TrainingOptions options;
  private final InputScaling scaling;
  private final ModelOutput output;
  private final TargetRows targets;
  private final GradientPass pass;
  private final Update update;
  private final BestEpoch before;
  private int arrived;
  private long steps;
  private boolean over;

  /**
   * @param schema what the data that will arrive are like: the scaling of inputs and targets is
   *     taken from it, where none is known, and the weights of classes. It is not trained on
   * @param known the scaling that the parameters were trained with; null for a new network
   * @param knownOutput the scaling of numeric targets that they were trained with; null for a new
   *     network
   */
  public StreamTrainer(
      Network network,
      DataSet schema,
      TrainingOptions options,
      @Nullable InputScaling known,
      @Nullable ModelOutput knownOutput) {
    this.network = Objects.requireNonNull(network, "network");
    this.options = options.decidedFor(schema).epochs(1).schedule(Schedule.constant());
    if (options.validation() > 0 || options.keepBest() || options.schedule().followsValidation()) {
      throw new IllegalArgumentException(
          "partialFit: expected options without validation: data that arrive are all trained on");
    }
    GradientPass.requireFit("partialFit", network, schema);
    scaling = Trainer.scaling(known, schema, options);
    output = Trainer.output(knownOutput, schema);
    this.options.loss().requireFor(schema.task());
    this.options.loss().requireFor(network);
    targets = Weighting.rows(schema, output, this.options);
    Loss loss = this.options.loss().on(network.backend());
    pass = new GradientPass(network, loss, options.batch(), 0, options.dropout() > 0, targets);
    BestEpoch kept = null;
    try {
      kept = new BestEpoch(network.backend(), network.parameters());
      update = new Update(network, pass.gradients(), this.options);
    } catch (Throwable e) {
      if (kept != null) {
        kept.close();
      }
      pass.close();
      throw e;
    }
    before = kept;
  }

  /** What is done to the features before the first layer. */
  public InputScaling scaling() {
    return scaling;
  }

  /** What the network's outputs mean; numeric targets with their scaling. */
  public ModelOutput output() {
    return output;
  }

  /** What it trains with: one epoch at a constant rate. */
  public TrainingOptions options() {
    return options;
  }

  /** How many updates were made. */
  public long steps() {
    return steps;
  }

  /**
   * Trains on each example once.
   *
   * @param data as many features, and classes or targets, as the network has inputs and outputs
   * @return the mean loss, each batch before its update
   * @throws TrainingDivergedException if a loss or a parameter is not finite; the parameters are as
   *     they were before these data, and no more can be trained
   * @throws IllegalStateException if it is closed, or diverged before
   */
  public double train(DataSet data) {
    if (over) {
      throw new IllegalStateException("partialFit: it is closed, or has diverged");
    }
    GradientPass.requireFit("partialFit", network, data);
    Batches batches = new Batches(data, options, scaling, targets);
    arrived++;
    batches.shuffle(arrived);
    before.keep();
    update.exchange();
    double sum = 0;
    try {
      for (int batch = 1; batch <= batches.count; batch++) {
        sum += step(batches, batch);
      }
      requireFiniteParameters();
    } catch (Throwable e) {
      over = true;
      before.restore();
      throw e;
    }
    update.exchange();
    return sum / data.size();
  }

  /** The loss over the batch, times its rows. */
  private double step(Batches batches, int batch) {
    int rows = batches.rows(batch);
    batches.fill(arrived, batch, pass);
    double loss = pass.forward(rows);
    if (!Double.isFinite(loss)) {
      throw diverged(
          "the loss is " + loss + "; first value that is not finite: " + pass.firstNotFinite(rows));
    }
    pass.backward(rows);
    update.apply(options.learningRate());
    steps++;
    return loss * rows;
  }

  private void requireFiniteParameters() {
    network.parameters().stream()
        .filter(p -> !GradientPass.finite(p.value()))
        .findFirst()
        .ifPresent(
            p -> {
              throw diverged(p.name() + " is not finite");
            });
  }

  private TrainingDivergedException diverged(String what) {
    return new TrainingDivergedException(
        steps + 1, arrived, "step " + (steps + 1) + " (data set " + arrived + "): " + what);
  }

  /** Gives all buffers back. The network and its parameters stay. Closing again does nothing. */
  @Override
  public void close() {
    over = true;
    try (pass;
        update;
        before) {
      // Closes each, whatever another throws.
    }
  }

  /** The network, and how much it has seen. */
  @Override
  public String toString() {
    return "StreamTrainer[" + network + "; " + arrived + " data sets, " + steps + " steps]";
  }
}
