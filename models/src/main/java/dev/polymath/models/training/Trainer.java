package dev.polymath.models.training;

import dev.polymath.Loss;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.Task;
import dev.polymath.models.metrics.Calibration;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import dev.polymath.models.passes.GradientPass;
import dev.polymath.models.passes.Inference;
import dev.polymath.models.passes.TargetRows;
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

  /** Of validation examples on disk, so many at most tell how well classes are told apart. */
  public static final int MOST_JUDGED = 100_000;

  private final Network network;
  private final TrainingOptions options;
  private final InputScaling scaling;
  private final ModelOutput output;
  private final DataSet train;
  private final @Nullable DataSet validation;

  // Of many on disk a part, for what is said of each is kept in memory.
  private final @Nullable DataSet judged;
  private final GradientPass pass;
  private final Update update;
  private final Inference inference;
  private final @Nullable BestEpoch best;

  private final TargetRows targets;
  private final Batches batches;
  private final Loss loss;

  private final Step step = new Step();
  private final List<Double> validationLosses = new ArrayList<>();
  private double rateFactor = 1;
  private boolean closed;
  private boolean finished;
  private TrainingHistory.@Nullable Ending ending;

  // The listeners as an array: iterating a list would allocate an iterator a step.
  private final TrainingListener[] listeners;

  /**
   * Prepares a run: holds out the validation examples, computes the input scaling from the rest and
   * makes all buffers. The network's parameters are where the run starts from.
   *
   * @param data as many features, and classes or targets, as the network has inputs and outputs
   */
  public Trainer(Network network, DataSet data, TrainingOptions options) {
    this(network, data, null, options, null, null);
  }

  /**
   * The same with validation examples of their own.
   *
   * @param held as many features and classes as {@code data}; null where the options decide what is
   *     held out
   * @param known the scaling that the parameters were trained with; null for a new network
   * @param knownOutput the scaling of numeric targets that they were trained with; null for a new
   *     network
   */
  public Trainer(
      Network network,
      DataSet data,
      @Nullable DataSet held,
      TrainingOptions options,
      @Nullable InputScaling known,
      @Nullable ModelOutput knownOutput) {
    this.network = Objects.requireNonNull(network, "network");
    this.options = options.decidedFor(data);
    requireFit(network, data);
    Parts parts = Parts.of(network, data, held, options);
    train = parts.train();
    validation = parts.validation();
    judged = validation == null ? null : validation.sample(MOST_JUDGED);
    scaling = scaling(known, train, options);
    output = output(knownOutput, train);
    this.options.loss().requireFor(train.task());
    loss = this.options.loss().on(network.backend());
    targets = Weighting.rows(train, output, this.options);
    batches = new Batches(train, this.options, scaling, targets);
    listeners = options.listeners().toArray(new TrainingListener[0]);
    inference = new Inference(network);
    pass = new GradientPass(network, loss, batches.size, batches.tail(), options.dropout() > 0);
    BestEpoch kept = null;
    try {
      kept = options.keepBest() ? new BestEpoch(network.backend(), network.parameters()) : null;
      update = new Update(network, pass.gradients(), options);
    } catch (Throwable e) {
      if (kept != null) {
        kept.close();
      }
      pass.close();
      throw e;
    }
    best = kept;
  }

  /** The scaling that is known, or what the examples to train on say. */
  public static InputScaling scaling(
      @Nullable InputScaling known, DataSet train, TrainingOptions options) {
    if (known != null) {
      return known;
    }
    return options.standardize()
        ? InputScaling.standardizing(train)
        : InputScaling.none(train.features());
  }

  /** The same of the outputs. */
  public static ModelOutput output(@Nullable ModelOutput known, DataSet train) {
    if (known != null) {
      return known;
    }
    return train.task() == Task.REGRESSION
        ? ModelOutput.Targets.standardizing(train)
        : ModelOutput.of(train);
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
   * Trains on all epochs, or on what is left of them, unless the run is ended early.
   *
   * @throws TrainingDivergedException if the loss or a parameter is not finite
   */
  public TrainingHistory run() {
    long start = System.nanoTime();
    long firstStep = step.number;
    List<TrainingHistory.Epoch> epochs = new ArrayList<>();
    while (ending == null) {
      TrainingHistory.Epoch result = epoch();
      epochs.add(result);
      for (TrainingListener listener : listeners) {
        listener.epoch(result);
      }
      askListeners();
    }
    finish();
    return new TrainingHistory(
        epochs,
        best == null || best.epoch() == 0 ? step.epoch : best.epoch(),
        ending,
        options,
        step.number - firstStep,
        (System.nanoTime() - start) * 1e-9);
  }

  /** Gives the network what the run keeps, once. */
  private void finish() {
    if (finished) {
      return;
    }
    finished = true;
    if (best != null && best.epoch() > 0) {
      best.restore();
    } else {
      update.exchange();
    }
  }

  /** Plain loops: an iterator would be allocated per step. */
  private void askListeners() {
    for (TrainingListener listener : listeners) {
      if (ending == null && listener.endsRun()) {
        ending = TrainingHistory.Ending.LISTENER;
      }
    }
  }

  private TrainingHistory.Epoch epoch() {
    long start = System.nanoTime();
    int already = step.batch == batches.count ? 0 : step.seen;
    do {
      step();
    } while (step.batch < batches.count && ending == null);
    double seconds = (System.nanoTime() - start) * 1e-9;
    requireFiniteParameters();
    HeldOut unseen = validate();
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

  /** Evaluates what the run would keep if it ended here, and keeps it where it is the best. */
  private HeldOut validate() {
    update.exchange();
    HeldOut unseen = HeldOut.of(validation, inference, scaling, output, loss, targets);
    if (options.schedule().followsValidation()) {
      validationLosses.add(unseen.loss());
      rateFactor =
          options.schedule().factorAfter(validationLosses.stream().mapToDouble(l -> l).toArray());
    }
    if (best != null) {
      best.after(step.epoch, figure(unseen));
      if (ending == null && options.patience() > 0 && best.epochsSince() >= options.patience()) {
        ending = TrainingHistory.Ending.PATIENCE;
      }
    }
    update.exchange();
    return unseen;
  }

  /** What the best epoch has least of. */
  private double figure(HeldOut unseen) {
    return judged != null && options.calibrate() && train.task() == Task.CLASSIFICATION
        ? Calibration.calibratedLoss(inference.predictions(judged, scaling))
        : unseen.loss();
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
    if (ending != null) {
      throw new IllegalStateException("step: the run of " + step.number + " steps is over");
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
    update.apply(step.learningRate);
    for (TrainingListener listener : listeners) {
      listener.step(step);
    }
    if (step.number == steps()) {
      ending = TrainingHistory.Ending.COMPLETE;
    }
    askListeners();
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
        update;
        best;
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
              * rateFactor
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
