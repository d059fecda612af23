package dev.polymath.cli.command;

import dev.polymath.Parameter;
import dev.polymath.cli.terminal.Heading;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.optim.Adagrad;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.optim.RmsProp;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.TrainingOptions;
import java.math.BigDecimal;
import java.util.Map;
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

  private static final double ADAGRAD_LEARNING_RATE = 0.01;
  private static final double RMSPROP_LEARNING_RATE = 0.001;

  /** Epochs until a plateau lowers the rate. */
  private static final int PLATEAU = 5;

  private static final double WARM_UP = 0.1;

  /** What a small data set needs to be learned: its epochs have few steps. */
  private static final int FEWEST_STEPS = 1000;

  /** The fraction held out where the recipe needs one and none is given. */
  private static final double VALIDATION = 0.1;

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
      converter = RecipeNames.OptimizerName.class,
      completionCandidates = RecipeNames.OptimizerName.class,
      description = "sgd, momentum (0.9), nesterov (0.9), adam, adamw, rmsprop or adagrad.")
  private @Nullable Optimizer optimizer;

  @Option(
      names = "--betas",
      paramLabel = "B1,B2",
      split = ",",
      hideParamSyntax = true,
      description = "How long adam and adamw remember. Default: 0.9,0.999.")
  private double @Nullable [] betas;

  @Option(
      names = "--weight-decay",
      paramLabel = "L",
      description = "Shrinks weights by L times the rate per step. Default: 0.1 for adamw, or 0.")
  private @Nullable Double weightDecay;

  @Option(
      names = "--l1",
      paramLabel = "L",
      description = "Draws weights towards 0, and to exactly 0, by L times the rate per step.")
  private @Nullable Double l1;

  @Option(
      names = "--clip-norm",
      paramLabel = "NORM",
      description = "Scales a step's gradient down to this norm where it is longer.")
  private @Nullable Double clipNorm;

  @Option(
      names = "--ema",
      paramLabel = "DECAY",
      description = "Keeps a moving average of the weights, such as 0.99, instead of the last.")
  private @Nullable Double ema;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description =
          "At its peak. Default: the recipe's; 0.1 for sgd, momentum and nesterov, 0.01 for adagrad,"
              + " 0.001 for rmsprop; a tenth of it with --from.")
  private @Nullable Double learningRate;

  @Option(
      names = "--rate-factor",
      paramLabel = "ROLE=F,...",
      hideParamSyntax = true,
      converter = RecipeNames.RateFactorsName.class,
      description =
          "Multiplies the rate of the parameters of a role, weight or bias: bias=0.1. Default: 1.")
  private @Nullable RateFactors rateFactors;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      converter = RecipeNames.ScheduleName.class,
      completionCandidates = RecipeNames.ScheduleName.class,
      description =
          "constant; step (a tenth after each third of the epochs); cosine (with warm-up);"
              + " one-cycle; cycles (four, each longer); flat-cosine (falls in the second half);"
              + " plateau (halved when the validation loss stalls for 5 epochs).")
  private @Nullable String schedule;

  @Option(
      names = "--init",
      paramLabel = "NAME",
      converter = RecipeNames.InitializationName.class,
      completionCandidates = RecipeNames.InitializationName.class,
      description =
          "default (by activation), he, xavier, lecun or normal (weights and biases N(0, 1)).")
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
      names = "--dropout",
      paramLabel = "P",
      description = "Drop each output of a hidden layer with probability P while training.")
  private @Nullable Double dropout;

  @Option(
      names = "--label-smoothing",
      paramLabel = "S",
      description =
          "Spread this fraction of each class target over all classes. Default: 0.1; of tables 0.")
  private @Nullable Double labelSmoothing;

  @Option(
      names = "--class-weights",
      paramLabel = "balanced|NAME=W,...",
      hideParamSyntax = true,
      converter = RecipeNames.ClassWeightsName.class,
      description = "How often an example of a class counts; balanced: all classes alike.")
  private @Nullable ClassWeights classWeights;

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

  @Option(
      names = "--folds",
      paramLabel = "K",
      description =
          "Cross-validate: deal the training examples into K folds, of which each member holds"
              + " another out. Without --members there are K. Default: 0; of tables 4.")
  private @Nullable Integer folds;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description =
          "End when the validation loss was not below its lowest for N epochs, and keep the best"
              + " epoch. Holds out a tenth unless --validation says otherwise.")
  private @Nullable Integer patience;

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

  private boolean further;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  Recipe() {}

  /** Weights of classes; a type of its own, for picocli takes maps apart. */
  record ClassWeights(boolean balanced, Map<String, Double> weights) {}

  /** Factors of the learning rate; a type of its own, for picocli takes maps apart. */
  record RateFactors(Map<Parameter.Role, Double> factors) {}

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

  /** Whether something is said of the first weights. */
  boolean initializationGiven() {
    return initialization != null;
  }

  /** How many folds were asked for; 0 where nothing is said of them. */
  int foldsGiven() {
    return folds == null ? 0 : folds;
  }

  /** Makes it a recipe for a model that is trained already: a tenth of the usual rate. */
  void further() {
    further = true;
  }

  TrainingOptions options() {
    try {
      return changed(article ? TrainingOptions.article() : TrainingOptions.defaults());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The options for some examples: the recipe for tables, or else more epochs for few, unless their
   * number is given.
   */
  TrainingOptions options(DataSet data) {
    int examples = data.size();
    if (data.onDisk() && folds != null && folds > 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--folds: data on disk can't be dealt into folds; --validation holds out a fraction");
    }
    if (NetworkOptions.isTable(data) && !article) {
      TrainingOptions usual = TrainingOptions.tables(examples);
      boolean held = data.onDisk() && usual.folds() > 0;
      return changed(held ? usual.folds(0).validation(VALIDATION) : usual);
    }
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
      options = options.optimizer(optimizer).learningRate(usualRate(optimizer, options));
    }
    options = options.optimizer(tuned(options.optimizer()));
    if (further) {
      options = options.learningRate(tenth(options.learningRate()));
    }
    if (learningRate != null) {
      options = options.learningRate(learningRate);
    }
    if (rateFactors != null) {
      for (Map.Entry<Parameter.Role, Double> factor : rateFactors.factors().entrySet()) {
        options = options.rateFactor(factor.getKey(), factor.getValue());
      }
    }
    if (schedule != null) {
      options =
          options.schedule(
              switch (schedule) {
                case "constant" -> Schedule.constant();
                case "step" -> Schedule.step(Math.max(1, options.epochs() / 3), 0.1);
                case "one-cycle" -> Schedule.oneCycle();
                case "cycles" -> Schedule.cycles();
                case "flat-cosine" -> Schedule.flatCosine(0.5);
                case "plateau" -> Schedule.plateau(PLATEAU, 0.5);
                default -> Schedule.cosine(WARM_UP);
              });
    }
    if (loss != null) {
      options = options.loss(loss);
    }
    if (dropout != null) {
      options = options.dropout(dropout);
    }
    if (labelSmoothing != null) {
      options = options.labelSmoothing(labelSmoothing);
    }
    if (l1 != null) {
      options = options.l1(l1);
    }
    if (clipNorm != null) {
      options = options.clipNorm(clipNorm);
    }
    if (ema != null) {
      options = options.averaging(ema);
    }
    if (classWeights != null) {
      options =
          classWeights.balanced()
              ? options.balancedClasses(true)
              : options.classWeights(classWeights.weights());
    }
    if (shifts != null) {
      options = options.shifts(shifts);
    }
    if (validation != null) {
      // One way to hold out; the recipe for tables has folds.
      options = options.folds(0).validation(validation);
      if (validation == 0 && patience == null) {
        options = options.patience(0).calibrate(false);
      }
    }
    if (folds != null) {
      options = options.folds(folds);
    }
    if (patience != null) {
      options = options.patience(patience);
    }
    if (validation == null
        && options.validation() == 0
        && options.folds() == 0
        && (options.keepBest() || options.schedule().followsValidation())) {
      options = options.validation(VALIDATION);
    }
    return options;
  }

  /** In decimal: 0.003 becomes 0.0003, and not the double next to it. */
  private static double tenth(double rate) {
    return BigDecimal.valueOf(rate).movePointLeft(1).doubleValue();
  }

  private static double usualRate(Optimizer optimizer, TrainingOptions recipe) {
    if (optimizer instanceof Sgd) {
      return SGD_LEARNING_RATE;
    }
    if (optimizer instanceof Adagrad) {
      return ADAGRAD_LEARNING_RATE;
    }
    return optimizer instanceof RmsProp ? RMSPROP_LEARNING_RATE : recipe.learningRate();
  }

  /** The optimizer with the betas and the weight decay that are given. */
  private Optimizer tuned(Optimizer chosen) {
    Optimizer tuned = chosen;
    if (betas != null) {
      if (!(chosen instanceof AdamW adam) || betas.length != 2) {
        throw new IllegalArgumentException(
            "--betas: expected two numbers such as 0.9,0.95, for adam or adamw");
      }
      tuned = new AdamW(betas[0], betas[1], adam.epsilon(), adam.weightDecay());
    }
    if (weightDecay == null) {
      return tuned;
    }
    if (tuned instanceof Sgd o) {
      return new Sgd(o.momentum(), o.nesterov(), weightDecay);
    }
    if (tuned instanceof RmsProp o) {
      return new RmsProp(o.rho(), o.epsilon(), weightDecay);
    }
    if (tuned instanceof Adagrad o) {
      return new Adagrad(o.epsilon(), weightDecay);
    }
    return tuned instanceof AdamW o
        ? new AdamW(o.beta1(), o.beta2(), o.epsilon(), weightDecay)
        : tuned;
  }
}
