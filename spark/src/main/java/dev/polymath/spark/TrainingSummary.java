package dev.polymath.spark;

import java.io.Serializable;
import java.util.List;

/**
 * How a training went.
 *
 * @param epochs one for each epoch, in order; what was done before a resume included
 * @param kept the number of the epoch whose parameters the model has, from 1
 * @param ending why there was no further epoch
 * @param rows that it trained on
 * @param validationRows that it was evaluated on
 * @param shards logical shards of the rows
 * @param roundsPerEpoch exchanges in an epoch
 * @param localSteps the most steps between two exchanges
 * @param resumedAfter how many rounds a checkpoint had of this training; 0 if it began anew
 * @param dealSeconds until the rows were dealt to shards and counted
 * @param roundSeconds in all rounds of this run, as the driver sees them
 * @param computeSeconds in the tasks of these rounds, summed over all of them
 */
public record TrainingSummary(
    List<Epoch> epochs,
    int kept,
    Ending ending,
    long rows,
    long validationRows,
    int shards,
    int roundsPerEpoch,
    int localSteps,
    int resumedAfter,
    double dealSeconds,
    double roundSeconds,
    double computeSeconds)
    implements Serializable {

  /** Why a training ended. */
  public enum Ending {
    /** All its epochs were done. */
    COMPLETE,
    /** The loss of an epoch was not lower by {@code tol} of it than that of the epoch before. */
    TOLERANCE,
    /** No epoch was better than the best for as long as {@code patience} says. */
    PATIENCE
  }

  /**
   * What one epoch gave.
   *
   * @param epoch from 1
   * @param loss mean over the rows, each taken before its step
   * @param score in the same passes: the accuracy of classes, the root mean square error of numbers
   * @param validationLoss after the epoch; NaN where no rows are held out
   * @param validationScore after the epoch; NaN where no rows are held out
   * @param seconds with its evaluation
   */
  public record Epoch(
      int epoch,
      double loss,
      double score,
      double validationLoss,
      double validationScore,
      double seconds)
      implements Serializable {}

  public TrainingSummary {
    epochs = List.copyOf(epochs);
  }

  /** The mean training loss of each epoch, as Spark's own summaries call it. */
  public double[] objectiveHistory() {
    return epochs.stream().mapToDouble(Epoch::loss).toArray();
  }

  /** How many epochs there were. */
  public int totalIterations() {
    return epochs.size();
  }
}
