package dev.polymath.cli.command;

import dev.polymath.cli.terminal.Heading;
import dev.polymath.cli.terminal.Words;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.TrainingOptions;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options of a training recipe: what is not given stays as the recipe has it. */
@Heading("Recipe options:")
final class Recipe {

  /** What plain gradient descent needs, where the recipe's rate is meant for Adam. */
  private static final double SGD_LEARNING_RATE = 0.1;

  private static final double MOMENTUM = 0.9;

  private static final double WARM_UP = 0.1;

  /** What a small data set needs to be learned: its epochs have few steps. */
  private static final int FEWEST_STEPS = 1000;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "How often every example is seen. Default: 25, or as many as make 1,000 steps.")
  private @Nullable Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Examples per step.")
  private @Nullable Integer batch;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      converter = OptimizerName.class,
      completionCandidates = OptimizerName.class,
      description = "sgd, momentum (0.9), nesterov (0.9), adam or adamw.")
  private @Nullable Optimizer optimizer;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "At its peak. Default: the recipe's; 0.1 for sgd, momentum and nesterov.")
  private @Nullable Double learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      converter = ScheduleName.class,
      completionCandidates = ScheduleName.class,
      description =
          "constant; step (a tenth after each third of the epochs); cosine (with warm-up).")
  private @Nullable String schedule;

  @Option(
      names = "--init",
      paramLabel = "NAME",
      converter = InitializationName.class,
      completionCandidates = InitializationName.class,
      description = "default (by activation), he, xavier or normal (weights and biases N(0, 1)).")
  private @Nullable Initialization initialization;

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      converter = LossName.class,
      completionCandidates = LossName.class,
      description =
          LossName.DESCRIPTION + " Default: cross-entropy of classes, squared-error of numbers.")
  private @Nullable LossFunction loss;

  @Option(
      names = "--shifts",
      paramLabel = "N",
      description =
          "Shift training images by up to N pixels. Default: 1 where both sides have at least 16"
              + " pixels, otherwise 0.")
  private @Nullable Integer shifts;

  @Option(
      names = "--validation",
      paramLabel = "FRACTION",
      description =
          "The fraction of the training examples that is held out and evaluated each epoch.")
  private @Nullable Double validation;

  @Option(names = "--seed", paramLabel = "N", description = "Of all that is random. Default: 1.")
  private long seed = 1;

  @Option(
      names = "--article",
      description = {
        "The set-up of the article that the network comes from: weights and biases from N(0, 1),"
            + " squared error, plain gradient descent. Other options change one thing of it:",
        "--article --loss cross-entropy changes the loss alone."
      })
  private boolean article;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  Recipe() {}

  boolean article() {
    return article;
  }

  long seed() {
    return seed;
  }

  Initialization initialization() {
    if (initialization != null) {
      return initialization;
    }
    return article ? Initialization.NORMAL : Initialization.DEFAULT;
  }

  TrainingOptions options() {
    try {
      return changed(article ? TrainingOptions.article() : TrainingOptions.defaults());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** The options for so many examples: more epochs for few, unless their number is given. */
  TrainingOptions options(int examples) {
    if (epochs != null || article) {
      return options();
    }
    TrainingOptions usual = TrainingOptions.defaults();
    int size = batch == null ? usual.batch() : batch;
    int steps = (examples - 1) / size + 1;
    return changed(usual.epochs(Math.max(usual.epochs(), (FEWEST_STEPS - 1) / steps + 1)));
  }

  private TrainingOptions changed(TrainingOptions recipe) {
    TrainingOptions options = recipe.seed(seed);
    if (epochs != null) {
      options = options.epochs(epochs);
    }
    if (batch != null) {
      options = options.batch(batch);
    }
    if (optimizer != null) {
      options = options.optimizer(optimizer);
      if (optimizer instanceof Sgd) {
        options = options.learningRate(SGD_LEARNING_RATE);
      }
    }
    if (learningRate != null) {
      options = options.learningRate(learningRate);
    }
    if (schedule != null) {
      options =
          options.schedule(
              switch (schedule) {
                case "constant" -> Schedule.constant();
                case "step" -> Schedule.step(Math.max(1, options.epochs() / 3), 0.1);
                default -> Schedule.cosine(WARM_UP);
              });
    }
    if (loss != null) {
      options = options.loss(loss);
    }
    if (shifts != null) {
      options = options.shifts(shifts);
    }
    if (validation != null) {
      options = options.validation(validation);
    }
    return options;
  }

  /** The names of {@link Optimizer}s. */
  static final class OptimizerName extends Words<Optimizer> {
    OptimizerName() {
      super(
          List.of("sgd", "momentum", "nesterov", "adam", "adamw"),
          name ->
              switch (name) {
                case "sgd" -> new Sgd();
                case "momentum" -> new Sgd(MOMENTUM, false, 0);
                case "nesterov" -> new Sgd(MOMENTUM, true, 0);
                case "adam" -> new AdamW(0);
                default ->
                    TrainingOptions.defaults().optimizer() instanceof AdamW adamw
                        ? adamw
                        : new AdamW(0.01);
              });
    }
  }

  /** The names of {@link Schedule}s. */
  static final class ScheduleName extends Words<String> {
    ScheduleName() {
      super(List.of("constant", "step", "cosine"), name -> name);
    }
  }

  /** The names of {@link Initialization}s. */
  static final class InitializationName extends Words<Initialization> {
    InitializationName() {
      super(
          List.of("default", "he", "xavier", "normal"),
          name -> Initialization.valueOf(name.toUpperCase(Locale.ROOT)));
    }
  }
}
