package dev.polymath.models.training;

import dev.polymath.Loss;
import dev.polymath.Parameter;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.Task;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import dev.polymath.models.passes.GradientPass;
import dev.polymath.models.passes.TargetRows;
import java.io.IOException;
import java.nio.file.Path;
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
  private final GradientPass pass;
  private final Update update;
  private final Validation validation;
  private final @Nullable BestEpoch best;

  private final TargetRows targets;
  private final Batches batches;
  private final Loss loss;

  private final CurrentStep step;
  private final PastEpochs past = new PastEpochs();
  private final @Nullable RunKeeper keeper;
  private double secondsBefore;
  private boolean resumed;
  private boolean openAtEnd;
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
    scaling = scaling(known, train, options);
    output = output(knownOutput, train);
    this.options.loss().requireFor(train.task());
    this.options.loss().requireFor(network);
    loss = this.options.loss().on(network.backend());
    targets = Weighting.rows(train, output, this.options);
    batches = new Batches(train, this.options, scaling, targets);
    listeners = options.listeners().toArray(new TrainingListener[0]);
    DataSet unseen = parts.validation();
    validation =
        new Validation(network, unseen, scaling, output, loss, targets, this::requireGoingOn);
    boolean dropout = options.dropout() > 0;
    pass = new GradientPass(network, loss, batches.size, batches.tail(), dropout, targets);
    step = new CurrentStep(network, this.options, output, batches, pass);
    BestEpoch kept = null;
    Update updates = null;
    try {
      kept = options.keepBest() ? new BestEpoch(network.backend(), network.parameters()) : null;
      updates = new Update(network, pass.gradients(), options);
      update = updates;
      best = kept;
      keeper = RunKeeper.of(network, this.options, data, held, scaling, output);
      if (keeper != null) {
        update.requireState();
        resume(keeper);
      }
    } catch (Throwable e) {
      if (updates != null) {
        updates.close();
      }
      if (kept != null) {
        kept.close();
      }
      pass.close();
      throw e;
    }
  }

  /**
   * Goes on with a run that a {@link Checkpoint} has kept, and keeps it in the same file after each
   * epoch. The same as a new trainer that {@link Checkpoint#resume} listens to; with it among the
   * options, {@code fit} of a model resumes too.
   *
   * @param checkpoint the file
   * @param network with the parameters that the run was begun with; it gets those of the run
   * @param data of the run
   * @param options of the run; more epochs are allowed as there
   * @throws IllegalArgumentException if the run was begun with others, or a checkpoint listens
   * @throws IOException if the file can't be read, or is no checkpoint
   */
  public static Trainer resume(
      Path checkpoint, Network network, DataSet data, TrainingOptions options) throws IOException {
    return new Trainer(network, data, options.listener(Checkpoint.resume(checkpoint)));
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
   * @throws TrainingInterruptedException if a listener breaks the run off
   * @throws TrainingDivergedException if the loss or a parameter is not finite
   */
  public TrainingHistory run() {
    long start = System.nanoTime();
    // What was done before a resume belongs to this run; what an earlier call did does not.
    long firstStep = resumed ? 0 : step.number;
    int firstEpoch = resumed ? 0 : past.list().size();
    resumed = false;
    while (ending == null) {
      TrainingHistory.Epoch result = epoch(start);
      past.add(result);
      followValidation();
      for (TrainingListener listener : listeners) {
        listener.epoch(result);
      }
      askListeners();
      // What a listener has broken off is evaluated in the middle: no run goes on from there.
      if (keeper != null
          && ending != TrainingHistory.Ending.LISTENER
          && (keeper.dueAfterEpoch() || ending != null)) {
        keeper.keep(state(start, false));
      }
      if (ending == null && isInterrupted()) {
        throw brokenOff(start, false);
      }
    }
    finish();
    return new TrainingHistory(
        past.list().subList(firstEpoch, past.list().size()),
        best == null || best.epoch() == 0 ? step.epoch : best.epoch(),
        ending,
        options,
        step.number - firstStep,
        seconds(start));
  }

  /** Of the whole run, what was done before a resume included. */
  private double seconds(long start) {
    return secondsBefore + (System.nanoTime() - start) * 1e-9;
  }

  /** Plain loops: an iterator would be allocated per step. */
  private boolean isInterrupted() {
    for (TrainingListener listener : listeners) {
      if (listener.interruptsRun()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Ends the run at once: keeps it where it is to be kept, and leaves the network what the run
   * would keep so far.
   *
   * @param open whether the epoch's evaluation is still to come
   */
  private TrainingInterruptedException brokenOff(long start, boolean open) {
    if (keeper != null) {
      keeper.keep(state(start, open));
    }
    ending = TrainingHistory.Ending.LISTENER;
    finish();
    return new TrainingInterruptedException(step.number, step.epoch, steps(), past.list().size());
  }

  /** Between two steps. */
  private RunState state(long start, boolean open) {
    RunState state = new RunState();
    for (Parameter p : network.parameters()) {
      state.put("parameter." + p.name(), p.value());
    }
    step.save(state);
    update.save(state);
    if (best != null) {
      best.save(state);
    }
    past.save(state);
    state.put("open", Boolean.toString(open));
    state.put("seconds", seconds(start));
    if (ending != null && !open) {
      state.put("ending", ending.name());
    }
    return state;
  }

  private void resume(RunKeeper keeper) {
    try {
      RunState state = keeper.resumed(batches.count);
      if (state != null) {
        restore(state);
      }
    } catch (IllegalArgumentException e) {
      throw keeper.refusal(e);
    }
  }

  private void restore(RunState state) {
    for (Parameter p : network.parameters()) {
      state.get("parameter." + p.name(), p.value());
    }
    step.restore(state);
    update.restore(state);
    if (best != null) {
      best.restore(state);
    }
    past.restore(state, options.epochs());
    secondsBefore = state.number("seconds");
    resumed = true;
    openAtEnd = Boolean.parseBoolean(state.string("open")) && step.batch == batches.count;
    if (state.has("ending")) {
      ending = TrainingHistory.Ending.valueOf(state.string("ending"));
      if (ending == TrainingHistory.Ending.COMPLETE && step.number < steps()) {
        ending = null; // There are more epochs now.
      }
    }
    followValidation();
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

  private TrainingHistory.Epoch epoch(long runStart) {
    long start = System.nanoTime();
    int already = step.batch == batches.count && !openAtEnd ? 0 : step.seen;
    while (!openAtEnd) {
      step();
      openAtEnd = step.batch == batches.count || ending != null;
      if (ending != TrainingHistory.Ending.LISTENER) {
        if (isInterrupted()) {
          throw brokenOff(runStart, true);
        }
        if (keeper != null && !openAtEnd && keeper.dueAfterStep()) {
          keeper.keep(state(runStart, true));
        }
      }
    }
    openAtEnd = false;
    if (step.number == steps()) {
      ending = TrainingHistory.Ending.COMPLETE; // A resumed run may have no step left.
    }
    double seconds = Math.max(1, System.nanoTime() - start) * 1e-9;
    requireFiniteParameters();
    HeldOut unseen;
    try {
      unseen = validate();
    } catch (Validation.BrokenOff e) {
      throw brokenOff(runStart, true);
    }
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
    try {
      HeldOut unseen = validation.score();
      if (best != null) {
        best.after(step.epoch, validation.figure(unseen, options.calibrate()));
      }
      return unseen;
    } finally {
      update.exchange();
    }
  }

  /** Before each block of an evaluation: over many examples it may take minutes. */
  private void requireGoingOn() {
    if (isInterrupted()) {
      throw new Validation.BrokenOff();
    }
  }

  /** What the figures of the epochs so far mean for those to come. */
  private void followValidation() {
    if (options.schedule().followsValidation() && !past.list().isEmpty()) {
      step.rateFactor = options.schedule().factorAfter(past.validationLosses());
    }
    if (best != null
        && ending == null
        && options.patience() > 0
        && best.epochsSince() >= options.patience()) {
      ending = TrainingHistory.Ending.PATIENCE;
    }
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
        validation) {
      // Closes each, whatever another throws.
    }
  }

  /** The network, and how far the run is. */
  @Override
  public String toString() {
    return "Trainer[" + network + "; step " + step.number + " of " + steps() + "]";
  }
}
