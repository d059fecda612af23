package dev.polymath.models.training;

import dev.polymath.Loss;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.internal.Argmax;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.passes.GradientPass;
import dev.polymath.models.passes.Inference;
import java.util.ArrayList;
import java.util.Arrays;
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
  private final DataSet train;
  private final @Nullable DataSet validation;
  private final GradientPass pass;
  private final Optimizer.Updater updater;
  private final Inference inference;

  private final int batch;
  private final int batches;
  private final int[] order;
  private final int[] dx;
  private final int[] dy;
  private final int shifts;
  private final boolean shifting;
  private final float on;
  private final float off;
  private final Randomness random;
  private final Loss loss;

  private final Step step = new Step();
  private boolean closed;

  // The listeners as an array: iterating a list would allocate an iterator a step.
  private final TrainingListener[] listeners;

  /**
   * Prepares a run: holds out the validation examples, computes the input scaling from the rest and
   * makes all buffers. The network's parameters are where the run starts from.
   *
   * @param data as many features and classes as the network has inputs and outputs
   */
  public Trainer(Network network, DataSet data, TrainingOptions options) {
    this(network, data, options, null);
  }

  /**
   * @param kept the scaling that the parameters were trained with; null for a new network
   */
  public Trainer(
      Network network, DataSet data, TrainingOptions options, @Nullable InputScaling kept) {
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
    loss = options.loss().on(network.backend());
    batch = Math.min(options.batch(), train.size());
    batches = (train.size() + batch - 1) / batch;
    order = new int[train.size()];
    dx = new int[batch];
    dy = new int[batch];
    shifts = this.options.shifts().orElse(0);
    shifting = shifts > 0 && requireSmallShifts(train, shifts);
    off = (float) (options.labelSmoothing() / train.classes());
    on = (float) (1 - options.labelSmoothing() + options.labelSmoothing() / train.classes());
    random = new Randomness(options.seed());
    listeners = options.listeners().toArray(new TrainingListener[0]);
    inference = new Inference(network);
    pass = new GradientPass(network, loss, batch, train.size() % batch);
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

  /** Whether the data are images, and then large enough. */
  private static boolean requireSmallShifts(DataSet data, int pixels) {
    if (data.imageSize().isEmpty()) {
      return false;
    }
    ImageSize size = data.imageSize().get();
    if (pixels >= Math.min(size.height(), size.width())) {
      throw new IllegalArgumentException(
          "shifts: expected less than the image's "
              + size.height()
              + " x "
              + size.width()
              + " pixels, found "
              + pixels);
    }
    return true;
  }

  /** What is done to the features before the first layer. */
  public InputScaling scaling() {
    return scaling;
  }

  /** How many steps the run has. */
  public long steps() {
    return (long) batches * options.epochs();
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
    int already = step.batch == batches ? 0 : step.seen;
    do {
      step();
    } while (step.batch < batches);
    double seconds = (System.nanoTime() - start) * 1e-9;
    requireFiniteParameters();
    DataSet held = validation;
    Evaluation unseen = held == null ? null : inference.evaluate(held, scaling, loss, on, off);
    return new TrainingHistory.Epoch(
        step.epoch,
        options.epochs(),
        step.epochLoss(),
        step.epochAccuracy(),
        unseen == null ? Double.NaN : unseen.loss(),
        unseen == null ? Double.NaN : unseen.accuracy(),
        (step.seen - already) / seconds,
        seconds,
        step.learningRate);
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
    int from = (step.batch - 1) * batch;
    int rows = Math.min(batch, order.length - from);
    fill(from, rows);
    double loss = pass.forward(rows);
    if (!Double.isFinite(loss)) {
      throw diverged(
          "the loss is " + loss + "; first value that is not finite: " + pass.firstNotFinite(rows));
    }
    pass.backward(rows);
    step.end(rows, loss, correct(from, rows));
    for (TrainingListener listener : listeners) {
      listener.beforeUpdate(step);
    }
    updater.update(pass.gradients(), step.learningRate);
    for (TrainingListener listener : listeners) {
      listener.step(step);
    }
    return loss;
  }

  /** An epoch's order depends on the seed and the epoch alone, not on the order before. */
  private void shuffle() {
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    random.restart(options.seed(), Randomness.Purpose.ORDER, step.epoch, 0);
    random.shuffle(order);
  }

  private void fill(int from, int rows) {
    if (shifting) {
      random.restart(options.seed(), Randomness.Purpose.SHIFTS, step.epoch, step.batch);
      for (int i = 0; i < rows; i++) {
        dx[i] = random.below(2 * shifts + 1) - shifts;
        dy[i] = random.below(2 * shifts + 1) - shifts;
      }
      train.gatherShifted(order, from, rows, dx, dy, pass.features);
    } else {
      train.gather(order, from, rows, pass.features);
    }
    scaling.apply(pass.features, rows);
    int classes = network.outputs();
    Arrays.fill(pass.targets, 0, rows * classes, off);
    for (int i = 0; i < rows; i++) {
      pass.targets[i * classes + train.label(order[from + i])] = on;
    }
  }

  private int correct(int from, int rows) {
    int classes = network.outputs();
    int correct = 0;
    for (int i = 0; i < rows; i++) {
      if (Argmax.of(pass.outputs, i * classes, classes) == train.label(order[from + i])) {
        correct++;
      }
    }
    return correct;
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
    private int correct;
    private double loss;
    private double lossSum;
    private double learningRate;

    void begin() {
      if (number % batches == 0) {
        epoch++;
        batch = 0;
        seen = 0;
        correct = 0;
        lossSum = 0;
        shuffle();
      }
      number++;
      batch++;
      learningRate =
          options.learningRate() * options.schedule().factor(number - 1, batches, options.epochs());
    }

    void end(int rows, double loss, int correct) {
      this.rows = rows;
      this.loss = loss;
      seen += rows;
      lossSum += loss * rows;
      this.correct += correct;
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
      return batches;
    }

    @Override
    public int examples() {
      return order.length;
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
      return (double) correct / seen;
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
    public List<String> classNames() {
      return train.classNames();
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
