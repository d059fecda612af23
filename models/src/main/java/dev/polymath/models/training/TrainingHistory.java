package dev.polymath.models.training;

import java.util.List;

/**
 * A finished training run.
 *
 * @param epochs one result for each epoch, in order; at least one
 * @param options what it was trained with
 * @param steps how many updates were made
 * @param seconds from start to end, validation included
 */
public record TrainingHistory(
    List<EpochResult> epochs, TrainingOptions options, long steps, double seconds) {

  public TrainingHistory {
    epochs = List.copyOf(epochs);
  }

  /** The result of the last epoch. */
  public EpochResult last() {
    return epochs.get(epochs.size() - 1);
  }
}
