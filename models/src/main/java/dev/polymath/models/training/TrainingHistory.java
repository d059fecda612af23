package dev.polymath.models.training;

import java.util.List;

/**
 * A finished training run.
 *
 * @param epochs one result for each epoch, in order; at least one
 * @param kept the number of the epoch whose parameters the network has now: the last, unless the
 *     best is {@linkplain TrainingOptions#keepBest() kept}
 * @param ending why there was no further epoch
 * @param options what it was trained with
 * @param steps how many updates were made
 * @param seconds from start to end, validation included
 */
public record TrainingHistory(
    List<Epoch> epochs,
    int kept,
    Ending ending,
    TrainingOptions options,
    long steps,
    double seconds) {

  /** Why a run ended. */
  public enum Ending {
    /** All its epochs were done. */
    COMPLETE,
    /** No epoch was better than the best for as long as {@link TrainingOptions#patience()} says. */
    PATIENCE,
    /** A listener {@linkplain TrainingListener#endsRun() ended} it. */
    LISTENER
  }

  public TrainingHistory {
    epochs = List.copyOf(epochs);
  }

  /** The result of the last epoch. */
  public Epoch last() {
    return epochs.get(epochs.size() - 1);
  }

  /** The result of the epoch whose parameters the network has now. */
  public Epoch keptEpoch() {
    return epochs.stream().filter(e -> e.epoch() == kept).findFirst().orElseGet(this::last);
  }

  /**
   * What one epoch of training gave.
   *
   * @param epoch from 1
   * @param epochs of the whole run
   * @param loss mean over the training examples, each taken before its step
   * @param trainAccuracy fraction of the training examples that were classified right in the same
   *     passes; NaN of numeric targets
   * @param validationLoss after the epoch, mean over the examples held out, with labels smoothed as
   *     in training; NaN where none are
   * @param validationAccuracy after the epoch, on the examples held out; NaN where none are, or of
   *     numeric targets
   * @param samplesPerSecond training examples per second, without the time of validation
   * @param seconds of the epoch, without the time of validation
   * @param learningRate of the epoch's last step
   * @param trainRmse the root mean squared error over the training examples in the same passes: of
   *     a single target in its unit, of several in standard deviations of each over the training
   *     examples; NaN of classes
   * @param validationRmse the same after the epoch, on the examples held out; NaN where none are
   */
  public record Epoch(
      int epoch,
      int epochs,
      double loss,
      double trainAccuracy,
      double validationLoss,
      double validationAccuracy,
      double samplesPerSecond,
      double seconds,
      double learningRate,
      double trainRmse,
      double validationRmse) {

    /** Of an epoch with classes. */
    public Epoch(
        int epoch,
        int epochs,
        double loss,
        double trainAccuracy,
        double validationLoss,
        double validationAccuracy,
        double samplesPerSecond,
        double seconds,
        double learningRate) {
      this(
          epoch,
          epochs,
          loss,
          trainAccuracy,
          validationLoss,
          validationAccuracy,
          samplesPerSecond,
          seconds,
          learningRate,
          Double.NaN,
          Double.NaN);
    }
  }
}
