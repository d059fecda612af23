package dev.polymath.cli.command;

import dev.polymath.models.data.Task;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.optim.Adagrad;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.optim.RmsProp;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.TrainingOptions;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Draws recipes around the default one. Trial 0 is the default itself. What a trial draws depends
 * on the seed and its number alone, so that more trials begin with the same ones.
 *
 * @param usual the default recipe
 * @param widths of its hidden layers
 * @param activation of all of them; empty where they differ
 * @param task whether there are labels to smooth
 * @param examples that are trained on
 * @param fixed options that no trial changes
 */
record TrialDraw(
    TrainingOptions usual,
    List<Integer> widths,
    String activation,
    Task task,
    int examples,
    Set<String> fixed,
    long seed) {

  /**
   * The rate is drawn between the default divided and multiplied by this, evenly in its logarithm.
   */
  private static final double RATE = 5;

  private static final double DECAY = 10;
  private static final int DIGITS = 2;
  private static final double[] DROPOUT = {0, 0.05, 0.1, 0.2, 0.3};
  private static final double[] FACTORS = {0.5, 1, 2};
  private static final double[] SMOOTHING = {0, 0.5, 1};
  private static final double LITTLE_SMOOTHING = 0.05;
  private static final List<String> ACTIVATIONS = List.of("relu", "elu", "selu", "tanh");
  private static final int LEAST_BATCH = 8;
  private static final int LEAST_WIDTH = 4;

  TrialDraw {
    widths = List.copyOf(widths);
    fixed = Set.copyOf(fixed);
  }

  /** The options of a trial that differ from the default recipe's. */
  List<String> options(int trial) {
    List<String> options = new ArrayList<>();
    if (trial == 0) {
      return options;
    }
    // Each draw is made whether it is used or not: an option that is given changes no other.
    Randomness random = new Randomness(seed, Randomness.Purpose.TRIAL, trial, 0);
    String rate = around(usual.learningRate(), RATE, random);
    String decay = around(weightDecay(usual.optimizer()), DECAY, random);
    double dropout = DROPOUT[random.below(DROPOUT.length)];
    String hidden = hidden(random);
    boolean usualActivation = random.below(2) == 0;
    String drawnActivation = ACTIVATIONS.get(random.below(ACTIVATIONS.size()));
    double factor = FACTORS[random.below(FACTORS.length)];
    int drawn = (int) Math.max(LEAST_BATCH, Math.round(factor * usual.batch()));
    int batch = Math.max(1, Math.min(drawn, examples));
    double smoothing = smoothing(random);
    add(options, "--learning-rate", rate, true);
    add(options, "--weight-decay", decay, weightDecay(usual.optimizer()) > 0);
    add(options, "--dropout", number(dropout), dropout != usual.dropout() && !widths.isEmpty());
    add(options, "--hidden", hidden, !widths.isEmpty() && !hidden.equals(text(widths)));
    add(
        options,
        "--activation",
        drawnActivation,
        !usualActivation && !drawnActivation.equals(activation) && !widths.isEmpty());
    add(options, "--batch", Integer.toString(batch), batch != usual.batch());
    add(
        options,
        "--label-smoothing",
        number(smoothing),
        smoothing != usual.labelSmoothing() && task != Task.REGRESSION);
    return List.copyOf(options);
  }

  private void add(List<String> options, String name, String value, boolean differs) {
    if (differs && !fixed.contains(name)) {
      options.add(name);
      options.add(value);
    }
  }

  /** Rounded, so that what is printed is what was trained. */
  private static String around(double value, double factor, Randomness random) {
    double exponent = random.uniform(-1, 1) * StrictMath.log(factor);
    return number(value * StrictMath.exp(exponent));
  }

  private static String number(double value) {
    return value == 0
        ? "0"
        : new BigDecimal(value).round(new MathContext(DIGITS)).stripTrailingZeros().toString();
  }

  /** One layer less or more with the last width again, and all of them half or twice as wide. */
  private String hidden(Randomness random) {
    int drawnMore = random.below(3) - 1;
    // Activations that are given are those of so many layers.
    int more = fixed.contains("--activation") ? 0 : drawnMore;
    double factor = FACTORS[random.below(FACTORS.length)];
    if (widths.isEmpty()) {
      return "none";
    }
    List<Integer> drawn = new ArrayList<>();
    for (int i = 0; i < Math.max(1, widths.size() + more); i++) {
      int width = widths.get(Math.min(i, widths.size() - 1));
      drawn.add((int) Math.max(Math.min(width, LEAST_WIDTH), Math.round(factor * width)));
    }
    return text(drawn);
  }

  private static String text(List<Integer> widths) {
    return widths.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private double smoothing(Randomness random) {
    double factor = SMOOTHING[random.below(SMOOTHING.length)];
    // Where the default is none, a third of the trials have a little.
    return usual.labelSmoothing() > 0
        ? factor * usual.labelSmoothing()
        : factor == 0 ? LITTLE_SMOOTHING : 0;
  }

  private static double weightDecay(Optimizer optimizer) {
    if (optimizer instanceof AdamW o) {
      return o.weightDecay();
    }
    if (optimizer instanceof RmsProp o) {
      return o.weightDecay();
    }
    if (optimizer instanceof Adagrad o) {
      return o.weightDecay();
    }
    return optimizer instanceof Sgd o ? o.weightDecay() : 0;
  }
}
