package dev.polymath.spark;

import dev.polymath.Activation;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.optim.Adagrad;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.optim.RmsProp;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.TrainingOptions;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * All that a training's tasks have to know and that does not change: it is sent to each executor
 * once. With the state and the rows of a shard it decides every bit of what a task gives back.
 *
 * @param recipe what the user asked for
 * @param outputs names of the classes, or of the target
 * @param shift of the features
 * @param scale of the features
 * @param targetShift of the target; not of classes
 * @param targetScale of the target; not of classes
 * @param weighed whether rows have weights
 * @param meanWeight of the rows to train on
 * @param shardRows how many rows each shard has, to train on
 * @param demand what computes
 */
record TrainingPlan(
    Recipe recipe,
    List<String> outputs,
    float[] shift,
    float[] scale,
    double targetShift,
    double targetScale,
    boolean weighed,
    double meanWeight,
    long[] shardRows,
    BackendDemand demand)
    implements Serializable {

  /** A round of this many steps takes long beside what an exchange costs, on small networks. */
  static final int USUAL_LOCAL_STEPS = 500;

  /**
   * What the user asked for.
   *
   * @param classes whether labels are class numbers
   * @param localSteps 0 for the usual number
   */
  record Recipe(
      boolean classes,
      int[] hidden,
      String activation,
      String optimizer,
      double weightDecay,
      double stepSize,
      int epochs,
      int batch,
      int localSteps,
      int shards,
      boolean standardize,
      double tol,
      int patience,
      long seed)
      implements Serializable {

    Activation function() {
      return Activation.valueOf(activation.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private Optimizer rule() {
      return switch (optimizer) {
        case "adamw" -> new AdamW(weightDecay);
        case "sgd" -> new Sgd(0, false, weightDecay);
        case "momentum" -> new Sgd(0.9, true, weightDecay);
        case "rmsprop" -> new RmsProp();
        case "adagrad" -> new Adagrad();
        default -> throw new IllegalArgumentException("optimizer: " + optimizer);
      };
    }

    TrainingOptions options() {
      return TrainingOptions.defaults()
          .epochs(epochs)
          .batch(batch)
          .optimizer(rule())
          .learningRate(stepSize)
          .loss(classes ? LossFunction.CROSS_ENTROPY : LossFunction.SQUARED_ERROR)
          .labelSmoothing(0)
          .shifts(0)
          .standardize(standardize)
          .patience(patience)
          .seed(seed);
    }
  }

  int features() {
    return shift.length;
  }

  List<LayerSpec> layers() {
    List<Activation> hidden = List.of(recipe.function());
    return recipe.classes
        ? LayerSpec.classifier(features(), recipe.hidden, hidden, outputs.size())
        : LayerSpec.regressor(features(), recipe.hidden, hidden, outputs.size());
  }

  InputScaling scaling() {
    return InputScaling.of(shift, scale);
  }

  ModelOutput output() {
    return recipe.classes
        ? new ModelOutput.Classes(outputs)
        : new ModelOutput.Targets(
            List.of(new ModelOutput.Target(outputs.get(0), targetShift, targetScale)));
  }

  /** How many rows there are to train on. */
  long rows() {
    long rows = 0;
    for (long shard : shardRows) {
      rows += shard;
    }
    return rows;
  }

  /** The steps of an epoch: as many on each shard, so that a mean shard's have the batch's rows. */
  int stepsPerEpoch() {
    long each = (long) shardRows.length * recipe.batch;
    return Math.toIntExact((rows() + each - 1) / each);
  }

  private int localSteps() {
    return recipe.localSteps > 0 ? recipe.localSteps : USUAL_LOCAL_STEPS;
  }

  /** The rounds of an epoch: as long as each other, and none longer than the local steps. */
  int roundsPerEpoch() {
    return (stepsPerEpoch() + localSteps() - 1) / localSteps();
  }

  /** The first step of a round, from 0; that of the round after the last is the epoch's end. */
  int firstStep(int round) {
    return (int) ((long) stepsPerEpoch() * round / roundsPerEpoch());
  }

  /** The place of a step's first row in a shard's epoch: shards of any size take as many steps. */
  long firstRow(int shard, int step) {
    return shardRows[shard] * step / stepsPerEpoch();
  }

  /** The most rows of a step. */
  int mostRows(int shard) {
    return (int) ((shardRows[shard] + stepsPerEpoch() - 1) / stepsPerEpoch());
  }

  /** The rate of a step, over the whole training from 0. */
  double rate(long step) {
    TrainingOptions options = recipe.options();
    return recipe.stepSize * options.schedule().factor(step, stepsPerEpoch(), recipe.epochs);
  }

  /** Rows as examples. */
  DataSet examples(float[] features, double[] labels, float[] weights) {
    DataSet examples;
    if (recipe.classes) {
      int[] classes = new int[labels.length];
      for (int i = 0; i < classes.length; i++) {
        classes[i] = (int) labels[i];
      }
      examples = DataSet.ofFeatures(features(), features, classes, outputs);
    } else {
      examples = DataSet.ofTargets(features(), features, labels, outputs);
    }
    return weighed ? examples.withWeights(weights) : examples;
  }
}
