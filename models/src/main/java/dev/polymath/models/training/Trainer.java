package dev.polymath.models.training;

import dev.polymath.Loss;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.Task;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.passes.GradientPass;
import dev.polymath.models.passes.Inference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One training run of a network on a data set: {@link #run()}, or {@link #step()} by step.
 *
 * <p>A step gathers a batch, scales it, runs the network forward and backward and updates its
 * parameters. All buffers are made with the trainer: on a backend that allocates nothing, a warm
 * step allocates nothing. The same seed on the same backend gives the same parameters, bit for bit.
 *
 * <p>Nobody may use the network meanwhile. Not for several threads at once.
 *
 * <p>{@link #close()} gives the buffers back. Without it they live as long as the session.
 */
public final class Trainer implements AutoCloseable {

  private final Network network;
  private final TrainingOptions options;
  private final InputScaling scaling;
  private final ModelOutput output;
  private final DataSet train;
  private final @Nullable DataSet validation;
  private final GradientPass pass;
  private final Optimizer.Updater updater;
  private final Inference inference;

  private final Batches batches;
  private final Loss loss;

  private final Step step = new Step();
  private boolean closed;

  // The listeners as an array: iterating a list would allocate an iterator a step.
  private final TrainingListener[] listeners;

  /**
   * Prepares a run: holds out the validation examples, computes the input scaling from the rest and
   * makes all buffers. The network's parameters are where the run starts from.
   *
   * @param data as many features, and classes or targets, as the network has inputs and outputs
   */
  public Trainer(Network network, DataSet data, TrainingOptions options) {
    this(network, data, options, null, null);
  }

  /**
   * @param kept the scaling that the parameters were trained with; null for a new network
   */
  public Trainer(
      Network network, DataSet data, TrainingOptions options, @Nullable InputScaling kept) {
    this(network, data, options, kept, null);
  }

  /**
   * @param kept the scaling that the parameters were trained with; null for a new network
   * @param keptOutput the scaling of numeric targets that they were trained with; null for a new
   *     network
   */
  public Trainer(
      Network network,
      DataSet data,
      TrainingOptions options,
      @Nullable InputScaling kept,
      @Nullable ModelOutput keptOutput) {
    this.network = Objects.requireNonNull(network, "network");
    this.options = options.decidedFor(data);
    requireFit(network, data);
    if (options.validation() > 0) {
      TrainTest parts = data.split(options.validation(), options.seed());
      train = parts.train();
      validation = parts.test();
    } else {
      train = data;
      validation = null;
    }
    if (kept != null) {
      scaling = kept;
    } else if (options.standardize()) {
      scaling = InputScaling.standardizing(train);
    } else {
      scaling = InputScaling.none(train.features());
    }
    if (keptOutput != null) {
      output = keptOutput;
    } else if (train.task() == Task.REGRESSION) {
      output = ModelOutput.Targets.standardizing(train);
    } else {
      output = ModelOutput.of(train);
    }
    this.options.loss().requireFor(train.task());
    loss = this.options.loss().on(network.backend());
    batches = new Batches(train, this.options, scaling, output);
    listeners = options.listeners().toArray(new TrainingListener[0]);
    inference = new Inference(network);
    pass = new GradientPass(network, loss, batches.size, batches.tail());
    updater = start(options.optimizer(), network, pass);
  }

  private static Optimizer.Updater start(Optimizer optimizer, Network network, GradientPass pass) {
    try {
      return optimizer.start(network.backend(), network.parameters());
    } catch (Throwable e) {
      pass.close();
      throw e;
    }
  }

  private static void requireFit(Network network, DataSet data) {
    if (network.parameters().isEmpty()) {
      throw new IllegalArgumentException("train: the network has no parameters: " + network);
    }
    GradientPass.requireFit("train", network, data);
  }

  /** What is done to the features before the first layer. */
  public InputScaling scaling() {
    return scaling;
  }

  /** What the network's outputs mean; numeric targets with their scaling. */
  public ModelOutput output() {
    return output;
  }

  /** How many steps the run has. */
  public long steps() {
    return (long) batches.count * options.epochs();
  }

  /**
   * Trains on all epochs, or on what is left of them.
   *
   * @throws TrainingDivergedException if the loss or a parameter is not finite
   */
  public TrainingHistory run() {
    long start = System.nanoTime();
    long firstStep = step.number;
    List<TrainingHistory.Epoch> epochs = new ArrayList<>();
    while (step.number < steps()) {
      epochs.add(epoch());
      for (TrainingListener listener : listeners) {
        listener.epoch(epochs.get(epochs.size() - 1));
      }
    }
    return new TrainingHistory(
        epochs, options, step.number - firstStep, (System.nanoTime() - start) * 1e-9);
  }

  private TrainingHistory.Epoch epoch() {
    long start = System.nanoTime();
    int already = step.batch == batches.count ? 0 : step.seen;
    do {
      step();
    } while (step.batch < batches.count);
    double seconds = (System.nanoTime() - start) * 1e-9;
    requireFiniteParameters();
    HeldOut unseen = HeldOut.of(this.validation, inference, scaling, output, loss, options);
    return new TrainingHistory.Epoch(
        step.epoch,
        options.epochs(),
        step.epochLoss(),
        step.epochAccuracy(),
        unseen.loss(),
        unseen.accuracy(),
        (step.seen - already) / seconds,
        seconds,
        step.learningRate,
        step.epochRmse(),
        unseen.rmse());
  }

  /**
   * Trains on the next batch and tells the listeners of the step, though not of an epoch.
   *
   * @return the loss of the batch before its update
   * @throws IllegalStateException if the run is over, or the trainer is closed
   * @throws TrainingDivergedException if the loss is not finite
   */
  public double step() {
    if (closed) {
      throw new IllegalStateException("step: the trainer is closed");
    }
    if (step.number == steps()) {
      throw new IllegalStateException("step: the run of " + steps() + " steps is over");
    }
    step.begin();
    int rows = batches.rows(step.batch);
    batches.fill(step.epoch, step.batch, pass);
    double loss = pass.forward(rows);
    if (!Double.isFinite(loss)) {
      throw diverged(
          "the loss is " + loss + "; first value that is not finite: " + pass.firstNotFinite(rows));
    }
    pass.backward(rows);
    step.end(rows, loss, batches.score(step.batch, pass));
    for (TrainingListener listener : listeners) {
      listener.beforeUpdate(step);
    }
    updater.update(pass.gradients(), step.learningRate);
    for (TrainingListener listener : listeners) {
      listener.step(step);
    }
    return loss;
  }

  private void requireFiniteParameters() {
    for (Parameter p : network.parameters()) {
      if (!GradientPass.finite(p.value())) {
        throw diverged(p.name() + " is not finite");
      }
    }
  }

  private TrainingDivergedException diverged(String what) {
    TrainingDivergedException cause =
        new TrainingDivergedException(
            step.number,
            step.epoch,
            "step " + step.number + " (epoch " + step.epoch + "): " + what);
    for (TrainingListener listener : listeners) {
      listener.diverged(cause);
    }
    return cause;
  }

  /**
   * Gives back all that was allocated for the run. The network and its parameters stay. Closing
   * again does nothing.
   */
  @Override
  public void close() {
    closed = true;
    try (pass;
        updater;
        inference) {
      // Closes each, whatever another throws.
    }
  }

  /** Where the run stands; what listeners see. */
  private final class Step implements TrainingListener.Step {

    private long number;
    private int epoch;
    private int batch;
    private int rows;
    private int seen;
    private double loss;
    private double lossSum;
    private double score;
    private double learningRate;

    void begin() {
      if (number % batches.count == 0) {
        epoch++;
        batch = 0;
        seen = 0;
        score = 0;
        lossSum = 0;
        batches.shuffle(epoch);
      }
      number++;
      batch++;
      learningRate =
          options.learningRate()
              * options.schedule().factor(number - 1, batches.count, options.epochs());
    }

    void end(int rows, double loss, double score) {
      this.rows = rows;
      this.loss = loss;
      seen += rows;
      lossSum += loss * rows;
      this.score += score;
    }

    @Override
    public long number() {
      return number;
    }

    @Override
    public int epoch() {
      return epoch;
    }

    @Override
    public int batch() {
      return batch;
    }

    @Override
    public int batches() {
      return batches.count;
    }

    @Override
    public int examples() {
      return batches.examples();
    }

    @Override
    public int examplesSeen() {
      return seen;
    }

    @Override
    public double loss() {
      return loss;
    }

    @Override
    public double epochLoss() {
      return lossSum / seen;
    }

    @Override
    public double epochAccuracy() {
      return output.task() == Task.CLASSIFICATION ? score / seen : Double.NaN;
    }

    @Override
    public double epochRmse() {
      return output instanceof ModelOutput.Targets targets
          ? HeldOut.unit(targets) * Math.sqrt(score / seen)
          : Double.NaN;
    }

    @Override
    public double learningRate() {
      return learningRate;
    }

    @Override
    public long steps() {
      return Trainer.this.steps();
    }

    @Override
    public TrainingOptions options() {
      return options;
    }

    @Override
    public Network network() {
      return network;
    }

    @Override
    public List<String> outputNames() {
      return output.names();
    }

    @Override
    public Task task() {
      return output.task();
    }

    @Override
    public Tensor input() {
      return pass.input(rows);
    }

    @Override
    public List<Tensor> outputs() {
      return pass.outputs(rows);
    }

    @Override
    public Tensor targets() {
      return pass.targets(rows);
    }

    @Override
    public List<Tensor> gradients() {
      return pass.gradients();
    }
  }

  /** The network, and how far the run is. */
  @Override
  public String toString() {
    return "Trainer[" + network + "; step " + step.number + " of " + steps() + "]";
  }
}
