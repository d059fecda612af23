package dev.polymath.models.training;

import dev.polymath.Loss;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.passes.Inference;
import dev.polymath.models.passes.TargetRows;
import org.jspecify.annotations.Nullable;

/**
 * What an epoch is on the examples held out. What there is none of is NaN.
 *
 * @param loss mean over the examples, against the targets as in training
 * @param accuracy of classes, or of labels
 * @param rmse of numeric targets, as {@link TrainingHistory.Epoch#trainRmse()} has it
 */
record HeldOut(double loss, double accuracy, double rmse) {

  private static final HeldOut NONE = new HeldOut(Double.NaN, Double.NaN, Double.NaN);

  static HeldOut of(
      @Nullable DataSet examples,
      Inference inference,
      InputScaling scaling,
      ModelOutput output,
      Loss loss,
      TargetRows rows) {
    if (examples == null) {
      return NONE;
    }
    Inference.Score score = inference.score(examples, scaling, loss, rows);
    return output instanceof ModelOutput.Targets targets
        ? new HeldOut(score.loss(), Double.NaN, unit(targets) * Math.sqrt(score.mean()))
        : new HeldOut(score.loss(), score.mean(), Double.NaN);
  }

  /** What an error of 1 in the network's own units is: of several targets no other can be given. */
  static double unit(ModelOutput.Targets targets) {
    return targets.size() == 1 ? targets.targets().get(0).scale() : 1;
  }
}
