package dev.polymath.models.metrics;

import java.util.List;

/**
 * What a model said about every example of a data set with numeric targets, beside the targets
 * themselves: both [n, targets], in the targets' units. Immutable.
 */
public final class RegressionPredictions {

  private final List<String> names;
  private final double[] actual;
  private final double[] predicted;

  /**
   * @param names of the targets, at least one
   * @param actual [n, targets] row by row; copied
   * @param predicted [n, targets] row by row; copied
   */
  public RegressionPredictions(List<String> names, double[] actual, double[] predicted) {
    this.names = List.copyOf(names);
    this.actual = actual.clone();
    this.predicted = predicted.clone();
    if (names.isEmpty()
        || actual.length != predicted.length
        || actual.length % names.size() != 0
        || actual.length == 0) {
      throw new IllegalArgumentException(
          "predictions: expected as many numbers as targets for each example, found "
              + predicted.length
              + " beside "
              + actual.length
              + " of "
              + names.size()
              + " targets");
    }
  }

  /** The names of the targets. */
  public List<String> names() {
    return names;
  }

  /** How many targets there are. */
  public int targets() {
    return names.size();
  }

  /** How many examples there are, at least 1. */
  public int size() {
    return actual.length / names.size();
  }

  /** What a target of an example is. */
  public double actual(int example, int target) {
    return actual[index(example, target)];
  }

  /** What it was predicted as. */
  public double predicted(int example, int target) {
    return predicted[index(example, target)];
  }

  /** What is left to explain: actual − predicted. */
  public double residual(int example, int target) {
    return actual(example, target) - predicted(example, target);
  }

  /**
   * The predictions of the examples named, in that order.
   *
   * @throws IllegalArgumentException if none is named
   */
  public RegressionPredictions subset(int... examples) {
    int width = names.size();
    double[] some = new double[examples.length * width];
    double[] said = new double[some.length];
    for (int i = 0; i < examples.length; i++) {
      System.arraycopy(actual, examples[i] * width, some, i * width, width);
      System.arraycopy(predicted, examples[i] * width, said, i * width, width);
    }
    return new RegressionPredictions(names, some, said);
  }

  private int index(int example, int target) {
    if (target < 0 || target >= names.size()) {
      throw new IndexOutOfBoundsException(
          "target: expected 0 to " + (names.size() - 1) + ", found " + target);
    }
    return example * names.size() + target;
  }

  /** How many examples and targets. */
  @Override
  public String toString() {
    return "RegressionPredictions[" + size() + " examples, " + targets() + " targets]";
  }
}
