package dev.polymath.models;

import dev.polymath.models.metrics.LabelPredictions;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.metrics.RegressionPredictions;
import org.jspecify.annotations.Nullable;

/**
 * What a training left a model saying of the examples that were held out. One of them at most is
 * not null, as the task has it.
 *
 * @param classes of a classifier
 * @param numbers of a regressor
 * @param labels of a classifier of several labels
 */
record Unseen(
    @Nullable Predictions classes,
    @Nullable RegressionPredictions numbers,
    @Nullable LabelPredictions labels) {

  /** Nothing was held out. */
  static final Unseen NONE = new Unseen(null, null, null);

  /**
   * The probabilities that a temperature is fitted to: those of classes, or of all labels pooled.
   *
   * @throws IllegalStateException if there are none
   */
  Predictions probabilities() {
    if (labels != null) {
      return labels.pooled();
    }
    if (classes == null) {
      throw new IllegalStateException("fit: numbers have no temperature");
    }
    return classes;
  }
}
