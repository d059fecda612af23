package dev.polymath.models.data;

/**
 * A data set in its two published parts: one to fit on, one to read once at the end.
 *
 * @param train examples to fit on
 * @param test examples kept apart, of the same features and classes
 */
public record TrainTest(DataSet train, DataSet test) {
  /**
   * Checks that the two parts fit together.
   *
   * @throws IllegalArgumentException if image sizes, feature counts or class names differ
   */
  public TrainTest {
    train.requireSameKind(test);
  }
}
