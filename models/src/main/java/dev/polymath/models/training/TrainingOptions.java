package dev.polymath.models.training;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Task;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * How to train. Immutable: each setter returns a changed copy.
 *
 * <p>Everything random in a run (the examples held out, their order, the shifts) depends on {@link
 * #seed()} alone.
 */
public final class TrainingOptions {

  private static final int BY_SIZE = -1;

  /** Images with a shorter side are not shifted, unless they are told to be. */
  private static final int SHIFTED_SIDE = 16;

  private static final TrainingOptions DEFAULTS = new TrainingOptions(new Values());

  // Changed only before the constructor has it: the final field publishes it safely.
  private final Values values;

  private TrainingOptions(Values values) {
    this.values = values;
  }

  /**
   * The recipe for small images: AdamW at a peak learning rate of 0.003 with warm-up and cosine,
   * batches of 64, standardised inputs, label smoothing, shifts by size, 25 epochs.
   */
  public static TrainingOptions defaults() {
    return DEFAULTS;
  }

  /**
   * The recipe of the article that this library comes from: squared error, plain gradient descent
   * at a fixed learning rate of 0.1, inputs as they are; 10 epochs in batches of 64, which the
   * article does not say. Its weights are {@link Initialization#NORMAL}.
   */
  public static TrainingOptions article() {
    return DEFAULTS
        .epochs(10)
        .optimizer(new Sgd())
        .learningRate(0.1)
        .schedule(Schedule.constant())
        .loss(LossFunction.SQUARED_ERROR)
        .labelSmoothing(0)
        .shifts(0)
        .standardize(false);
  }

  /** How often every example is seen. */
  public int epochs() {
    return values.epochs;
  }

  /**
   * With another number of epochs. The schedule stretches with it.
   *
   * @param epochs at least 1
   */
  public TrainingOptions epochs(int epochs) {
    atLeastOne("epochs", epochs);
    return with(v -> v.epochs = epochs);
  }

  /** Examples per step. */
  public int batch() {
    return values.batch;
  }

  /**
   * With another number of examples a step. The last step of an epoch takes what is left.
   *
   * @param batch at least 1
   */
  public TrainingOptions batch(int batch) {
    atLeastOne("batch", batch);
    return with(v -> v.batch = batch);
  }

  /** The rule that moves the parameters. */
  public Optimizer optimizer() {
    return values.optimizer;
  }

  /** With another optimizer. The learning rate stays: plain {@link Sgd} wants a larger one. */
  public TrainingOptions optimizer(Optimizer optimizer) {
    Objects.requireNonNull(optimizer, "optimizer");
    return with(v -> v.optimizer = optimizer);
  }

  /** The peak learning rate. */
  public double learningRate() {
    return values.learningRate;
  }

  /**
   * With another peak learning rate.
   *
   * @param learningRate above 0
   */
  public TrainingOptions learningRate(double learningRate) {
    if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("learningRate: expected above 0, found " + learningRate);
    }
    return with(v -> v.learningRate = learningRate);
  }

  /** The learning rate over the run. */
  public Schedule schedule() {
    return values.schedule;
  }

  /** With another schedule. */
  public TrainingOptions schedule(Schedule schedule) {
    Objects.requireNonNull(schedule, "schedule");
    return with(v -> v.schedule = schedule);
  }

  /** What is minimised: where it is not set, of numeric targets the squared error instead. */
  public LossFunction loss() {
    return values.loss;
  }

  /** With another loss. */
  public TrainingOptions loss(LossFunction loss) {
    Objects.requireNonNull(loss, "loss");
    return with(
        v -> {
          v.loss = loss;
          v.lossByTask = false;
        });
  }

  /** The fraction of each target that is spread over all classes. */
  public double labelSmoothing() {
    return values.labelSmoothing;
  }

  /**
   * With targets {@code (1 − s) · one-hot + s / classes}.
   *
   * @param labelSmoothing s, from 0 to below 1
   */
  public TrainingOptions labelSmoothing(double labelSmoothing) {
    fraction("labelSmoothing", labelSmoothing);
    return with(v -> v.labelSmoothing = labelSmoothing);
  }

  /** By how many pixels an image is shifted at most; empty where the images' size decides. */
  public OptionalInt shifts() {
    return values.shifts == BY_SIZE ? OptionalInt.empty() : OptionalInt.of(values.shifts);
  }

  /**
   * With every training image shifted, each time it is seen, by a random number of pixels in both
   * directions. What moves in at a side is the ground that the images have there. Data that are no
   * images stay as they are.
   *
   * @param pixels the most, from 0 (off)
   */
  public TrainingOptions shifts(int pixels) {
    if (pixels < 0) {
      throw new IllegalArgumentException("shifts: expected at least 0, found " + pixels);
    }
    return with(v -> v.shifts = pixels);
  }

  /**
   * With shifts by the size of the images: 1 pixel where the shorter side has at least 16 pixels.
   * Smaller images are not shifted, since a pixel is much of what they show.
   */
  public TrainingOptions shiftsBySize() {
    return with(v -> v.shifts = BY_SIZE);
  }

  /**
   * These options with what they leave to the data decided: the {@linkplain #shifts shifts} and the
   * {@linkplain #loss loss}. Numeric targets have no labels to smooth.
   */
  public TrainingOptions decidedFor(DataSet data) {
    return data.task() == Task.REGRESSION
        ? with(v -> {
              v.loss = v.lossByTask ? LossFunction.SQUARED_ERROR : v.loss;
              v.lossByTask = false;
              v.labelSmoothing = 0;
            })
            .shiftsFor(data)
        : shiftsFor(data);
  }

  private TrainingOptions shiftsFor(DataSet data) {
    if (values.shifts != BY_SIZE) {
      return this;
    }
    boolean large =
        data.imageSize()
            .filter(size -> Math.min(size.height(), size.width()) >= SHIFTED_SIDE)
            .isPresent();
    return shifts(large ? 1 : 0);
  }

  /** Whether inputs are standardised. */
  public boolean standardize() {
    return values.standardize;
  }

  /**
   * With or without standardised inputs: their mean over the training examples becomes 0, their
   * deviation 1. The figures are kept in the model and used in its predictions.
   */
  public TrainingOptions standardize(boolean standardize) {
    return with(v -> v.standardize = standardize);
  }

  /** The fraction of the examples that is held out. */
  public double validation() {
    return values.validation;
  }

  /**
   * With a fraction of the examples held out, and evaluated after each epoch.
   *
   * @param fraction from 0 (none) to below 1
   */
  public TrainingOptions validation(double fraction) {
    fraction("validation", fraction);
    return with(v -> v.validation = fraction);
  }

  /** The seed of everything random. */
  public long seed() {
    return values.seed;
  }

  /**
   * With another seed.
   *
   * @param seed any
   */
  public TrainingOptions seed(long seed) {
    return with(v -> v.seed = seed);
  }

  /** Who hears of the run, in order. */
  public List<TrainingListener> listeners() {
    return values.listeners;
  }

  /** With one more listener. */
  public TrainingOptions listener(TrainingListener listener) {
    Objects.requireNonNull(listener, "listener");
    List<TrainingListener> more = new ArrayList<>(values.listeners);
    more.add(listener);
    return with(v -> v.listeners = List.copyOf(more));
  }

  /** Every option but the listeners by its name, in order: what a model file keeps. */
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("epochs", Integer.toString(epochs()));
    map.put("batch", Integer.toString(batch()));
    map.put("optimizer", optimizer().toString());
    map.put("learningRate", Double.toString(learningRate()));
    map.put("schedule", schedule().toString());
    map.put("loss", loss().toString());
    map.put("labelSmoothing", Double.toString(labelSmoothing()));
    map.put("shifts", values.shifts == BY_SIZE ? "by size" : Integer.toString(values.shifts));
    map.put("standardize", Boolean.toString(standardize()));
    map.put("validation", Double.toString(validation()));
    map.put("seed", Long.toString(seed()));
    return map;
  }

  /** Every option but the listeners, such as {@code {epochs=20, batch=64, …}}. */
  @Override
  public String toString() {
    return toMap().toString();
  }

  private TrainingOptions with(Consumer<Values> change) {
    Values copy = new Values(values);
    change.accept(copy);
    return new TrainingOptions(copy);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, found " + value);
    }
  }

  private static void fraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + ": expected 0 to below 1, found " + value);
    }
  }

  private static final class Values {
    int epochs = 25;
    int batch = 64;
    Optimizer optimizer = new AdamW(0.1);
    double learningRate = 0.003;
    Schedule schedule = Schedule.cosine(0.1);
    LossFunction loss = LossFunction.CROSS_ENTROPY;
    boolean lossByTask = true;
    double labelSmoothing = 0.1;
    int shifts = BY_SIZE;
    boolean standardize = true;
    double validation;
    long seed = 1;
    List<TrainingListener> listeners = List.of();

    Values() {}

    Values(Values other) {
      epochs = other.epochs;
      batch = other.batch;
      optimizer = other.optimizer;
      learningRate = other.learningRate;
      schedule = other.schedule;
      loss = other.loss;
      lossByTask = other.lossByTask;
      labelSmoothing = other.labelSmoothing;
      shifts = other.shifts;
      standardize = other.standardize;
      validation = other.validation;
      seed = other.seed;
      listeners = other.listeners;
    }
  }
}
