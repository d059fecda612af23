package dev.polymath.models.data;

/**
 * Training examples cut in two: one part to fit on, one to choose a recipe by. Made by {@link
 * DataSet#split}.
 *
 * @param train examples to fit on
 * @param validation examples held out
 */
public record TrainValidation(DataSet train, DataSet validation) {
  /**
   * Checks that the two parts fit together.
   *
   * @throws IllegalArgumentException if image sizes, feature counts or class names differ
   */
  public TrainValidation {
    train.requireSameKind(validation);
  }
}
