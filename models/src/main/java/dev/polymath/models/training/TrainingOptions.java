package dev.polymath.models.training;

import dev.polymath.Parameter;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import java.util.ArrayList;
import java.util.Collections;
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

  private static final TrainingOptions DEFAULTS = new TrainingOptions(new OptionValues());

  // Changed only before the constructor has it: the final field publishes it safely.
  private final OptionValues values;

  private TrainingOptions(OptionValues values) {
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

  /**
   * The recipe for tables, of networks with two hidden layers of 128 ReLU of which several are
   * averaged: AdamW at a peak of 0.002 with warm-up and cosine and a weight decay of 0.02, dropout
   * of 0.1, batches of 16 to 256 by the number of examples, as many epochs as make 3,000 steps (20
   * to 200), and four folds, of which each member holds one out to stop at its best epoch.
   * Probabilities are calibrated. For a million examples and more see {@code docs/tables.md}.
   *
   * @param examples to train on, at least 1
   */
  public static TrainingOptions tables(int examples) {
    OptionValues.atLeastOne("examples", examples);
    return TableRecipe.options(DEFAULTS, examples);
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
    OptionValues.atLeastOne("epochs", epochs);
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
    OptionValues.atLeastOne("batch", batch);
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

  /**
   * What is minimised: where it is not set, of numeric targets the squared error, and of labels the
   * cross-entropy of sigmoids instead.
   */
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
   * With targets {@code (1 − s) · one-hot + s / classes}; of labels {@code 1 − s / 2} and {@code s
   * / 2}.
   *
   * @param labelSmoothing s, from 0 to below 1
   */
  public TrainingOptions labelSmoothing(double labelSmoothing) {
    OptionValues.fraction("labelSmoothing", labelSmoothing);
    return with(v -> v.labelSmoothing = labelSmoothing);
  }

  /** How likely an output of a hidden layer is dropped in a training step. */
  public double dropout() {
    return values.dropout;
  }

  /**
   * With dropout (Srivastava et al., 2014): in each step, each output of each hidden layer becomes
   * 0 with this probability and is divided by {@code 1 − rate} otherwise. Predictions drop nothing,
   * and a model file does not differ.
   *
   * @param rate from 0 (off) to below 1; taken to the next 65,536th
   */
  public TrainingOptions dropout(double rate) {
    OptionValues.fraction("dropout", rate);
    return with(v -> v.dropout = rate);
  }

  /** The largest norm of a step's gradient; 0 where it is not clipped. */
  public double clipNorm() {
    return values.clipNorm;
  }

  /**
   * With clipped gradients: where the norm of a step's gradient, over all parameters, is above
   * {@code norm}, all of it is scaled down to that norm. Its direction stays.
   *
   * @param norm above 0, or 0 (off)
   */
  public TrainingOptions clipNorm(double norm) {
    OptionValues.notNegative("clipNorm", norm);
    return with(v -> v.clipNorm = norm);
  }

  /** The strength of the L1 penalty on the weights. */
  public double l1() {
    return values.l1;
  }

  /**
   * With an L1 penalty: after each update at learning rate η every weight moves towards 0 by {@code
   * η · l1}, and stays exactly 0 where it gets there. Biases are left alone. Like the optimizers'
   * weight decay it is no part of the gradient.
   *
   * @param l1 at least 0 (off)
   */
  public TrainingOptions l1(double l1) {
    OptionValues.notNegative("l1", l1);
    return with(v -> v.l1 = l1);
  }

  /** By what the learning rate of a role's parameters is multiplied; 1 unless set. */
  public double rateFactor(Parameter.Role role) {
    return values.rateFactors.getOrDefault(Objects.requireNonNull(role, "role"), 1.0);
  }

  /**
   * With another learning rate for the parameters of a role. Weight decay and L1 are multiplied
   * alike.
   *
   * @param factor at least 0; 0 leaves them as they are
   */
  public TrainingOptions rateFactor(Parameter.Role role, double factor) {
    Objects.requireNonNull(role, "role");
    OptionValues.notNegative("rateFactor", factor);
    return with(v -> v.rateFactor(role, factor));
  }

  /** The decay of the moving average of the parameters; 0 where none is kept. */
  public double averaging() {
    return values.averaging;
  }

  /**
   * With an exponential moving average of the parameters beside them. It is what is validated, and
   * what the network has at the end of the run; the steps go on from the parameters themselves.
   * After update t the average keeps {@code min(decay, (1 + t) / (10 + t))} of itself.
   *
   * @param decay from 0 (off) to below 1, such as 0.99; about {@code 1 / (1 − decay)} steps count
   */
  public TrainingOptions averaging(double decay) {
    OptionValues.fraction("averaging", decay);
    return with(v -> v.averaging = decay);
  }

  /** Whether all classes count alike, however many examples they have. */
  public boolean balancedClasses() {
    return values.balancedClasses;
  }

  /**
   * With weights by which all classes count alike: an example weighs as much as its class is rarer
   * than the others. Replaces {@link #classWeights(Map)}. The loss must be the cross-entropy.
   */
  public TrainingOptions balancedClasses(boolean balanced) {
    return with(
        v -> {
          v.balancedClasses = balanced;
          v.classWeights = Map.of();
        });
  }

  /** How often an example counts, by the name of its class; empty where all count alike. */
  public Map<String, Double> classWeights() {
    return values.classWeights;
  }

  /**
   * With weights of classes: an example counts as often as its class weighs, in training and in the
   * validation loss. They are scaled to a mean of 1 over the training examples. The loss must be
   * the cross-entropy.
   *
   * @param weights above 0, by class name; a class that is not named weighs 1
   */
  public TrainingOptions classWeights(Map<String, Double> weights) {
    weights.forEach(
        (name, weight) -> {
          if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                "classWeights: " + name + ": expected above 0, found " + weight);
          }
        });
    Map<String, Double> copy = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    return with(
        v -> {
          v.balancedClasses = false;
          v.classWeights = copy;
        });
  }

  /** By how many pixels an image is shifted at most; empty where the images' size decides. */
  public OptionalInt shifts() {
    return values.shifts == OptionValues.BY_SIZE
        ? OptionalInt.empty()
        : OptionalInt.of(values.shifts);
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
    return with(v -> v.shifts = OptionValues.BY_SIZE);
  }

  /**
   * These options with what they leave to the data decided: the {@linkplain #shifts shifts} and the
   * {@linkplain #loss loss}. Numeric targets have no labels to smooth.
   */
  public TrainingOptions decidedFor(DataSet data) {
    return with(v -> v.decideFor(data));
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
    OptionValues.fraction("validation", fraction);
    return with(v -> v.validation = fraction);
  }

  /** After how many epochs without a better one the run ends; 0 where it never ends early. */
  public int patience() {
    return values.patience;
  }

  /**
   * With a run that ends early: when in so many epochs in a row the validation loss was never below
   * its lowest. Needs validation examples. The best epoch's parameters are kept, as with {@link
   * #keepBest(boolean)}.
   *
   * @param epochs from 0 (off)
   */
  public TrainingOptions patience(int epochs) {
    if (epochs < 0) {
      throw new IllegalArgumentException("patience: expected at least 0, found " + epochs);
    }
    return with(v -> v.patience = epochs);
  }

  /** Whether the best epoch's parameters are kept: as set, and always with a patience. */
  public boolean keepBest() {
    return values.keepBest || values.patience > 0;
  }

  /**
   * With the parameters of the epoch that had the lowest validation loss, the first of equals, at
   * the end of the run; otherwise those of the last epoch. Needs validation examples.
   */
  public TrainingOptions keepBest(boolean keepBest) {
    return with(v -> v.keepBest = keepBest);
  }

  /** How many folds the examples are dealt into; 0 where they are not. */
  public int folds() {
    return values.folds;
  }

  /**
   * With examples dealt into folds, of which each member of a model holds out another: member m the
   * fold m mod {@code folds}. Each example is learned by most members and held out by some, so that
   * validation costs the model no example. After each round of members they are dealt anew.
   *
   * @param folds at least 2; 0 for none
   */
  public TrainingOptions folds(int folds) {
    if (folds < 0 || folds == 1) {
      throw new IllegalArgumentException("folds: expected 0 or at least 2, found " + folds);
    }
    return with(v -> v.folds = folds);
  }

  /** Whether a classifier's probabilities are calibrated. */
  public boolean calibrate() {
    return values.calibrate;
  }

  /**
   * With probabilities as sure as they should be: a temperature is fitted to what the trained
   * network says of the examples held out, and divides the weights and the bias of its last layer.
   * The best epoch is then the one whose validation loss is least at the temperature that suits it
   * best: how well it tells classes apart counts, not how sure it is of itself. See Berta,
   * Holzmüller, Jordan and Bach, "Rethinking Early Stopping: Refine, Then Calibrate", 2025. Nothing
   * happens to a regressor.
   */
  public TrainingOptions calibrate(boolean calibrate) {
    return with(v -> v.calibrate = calibrate);
  }

  /** Whether examples are shuffled in blocks; on disk they always are. */
  public boolean isInBlocks() {
    return values.inBlocks;
  }

  /** With examples shuffled in blocks, as those on disk are: see {@code docs/training.md}. */
  public TrainingOptions inBlocks(boolean inBlocks) {
    return with(v -> v.inBlocks = inBlocks);
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

  /** Without listeners. */
  public TrainingOptions withoutListeners() {
    return with(v -> v.listeners = List.of());
  }

  /**
   * Every option but the listeners by its name, in order: what a model file keeps. What is off
   * unless it is asked for, such as {@link #patience}, is named only where it is on.
   */
  public Map<String, String> toMap() {
    return values.toMap();
  }

  /** Every option but the listeners, such as {@code {epochs=20, batch=64, …}}. */
  @Override
  public String toString() {
    return toMap().toString();
  }

  private TrainingOptions with(Consumer<OptionValues> change) {
    OptionValues copy = new OptionValues(values);
    change.accept(copy);
    return new TrainingOptions(copy);
  }
}
