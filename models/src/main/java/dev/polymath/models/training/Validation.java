package dev.polymath.models.training;

import dev.polymath.Loss;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.metrics.Calibration;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import dev.polymath.models.passes.Inference;
import dev.polymath.models.passes.TargetRows;
import java.io.Serial;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a network is on the examples held out from its run. */
final class Validation implements AutoCloseable {

  private final @Nullable DataSet examples;

  // Of many on disk a part, for what is said of each is kept in memory.
  private final @Nullable DataSet judged;
  private final Inference inference;
  private final InputScaling scaling;
  private final ModelOutput output;
  private final Loss loss;
  private final TargetRows targets;

  /**
   * @param examples null where none were held out
   * @param beforeBlock run every few rows; what it throws breaks the evaluation off
   */
  Validation(
      Network network,
      @Nullable DataSet examples,
      InputScaling scaling,
      ModelOutput output,
      Loss loss,
      TargetRows targets,
      Runnable beforeBlock) {
    this.examples = examples;
    this.judged = examples == null ? null : examples.sample(Trainer.MOST_JUDGED);
    this.inference = new Inference(List.of(network), beforeBlock);
    this.scaling = scaling;
    this.output = output;
    this.loss = loss;
    this.targets = targets;
  }

  HeldOut score() {
    return HeldOut.of(examples, inference, scaling, output, loss, targets);
  }

  /**
   * What the best epoch has least of.
   *
   * @param score of the network as it is
   * @param calibrated whether the loss counts as it would be after calibration
   */
  double figure(HeldOut score, boolean calibrated) {
    if (judged == null || !calibrated) {
      return score.loss();
    }
    return switch (output.task()) {
      case CLASSIFICATION -> Calibration.calibratedLoss(inference.predictions(judged, scaling));
      case LABELS ->
          Calibration.calibratedLoss(
              inference.predictions(judged, scaling, (ModelOutput.Labels) output).pooled());
      case REGRESSION -> score.loss();
    };
  }

  @Override
  public void close() {
    inference.close();
  }

  /** Somebody wants the run to end in the middle of an evaluation. */
  static final class BrokenOff extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    BrokenOff() {
      super(null, null, false, false);
    }
  }
}
