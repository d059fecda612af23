package dev.polymath.models.training;

import dev.polymath.Backend;
import dev.polymath.Loss;
import dev.polymath.models.data.Task;

/** What training minimises. */
public enum LossFunction {
  /** The cross-entropy of softmax, on logits: {@link Backend#softmaxCrossEntropy()}. */
  CROSS_ENTROPY,

  /** The squared error of the network's output: {@link Backend#squaredError()}. */
  SQUARED_ERROR,

  /**
   * Huber's loss of the network's output with δ = 1: {@link Backend#huber}. Where a prediction is
   * off by more than a standard deviation of the target, it grows as the error and not as its
   * square.
   */
  HUBER,

  /**
   * The cross-entropy of a sigmoid for each output, on logits: {@link
   * Backend#sigmoidCrossEntropy()}.
   */
  SIGMOID_CROSS_ENTROPY;

  /**
   * Requires that the loss can be minimised for a task.
   *
   * @throws IllegalArgumentException if it can't
   */
  public void requireFor(Task task) {
    boolean entropy = this == CROSS_ENTROPY || this == SIGMOID_CROSS_ENTROPY;
    if (entropy && task == Task.REGRESSION) {
      throw new IllegalArgumentException(
          "loss: the cross-entropy is of classes: expected SQUARED_ERROR or HUBER for numeric"
              + " targets");
    }
    if (this == HUBER && task == Task.CLASSIFICATION) {
      throw new IllegalArgumentException(
          "loss: Huber's loss is of numeric targets: expected CROSS_ENTROPY or SQUARED_ERROR for"
              + " classes");
    }
  }

  /** This loss on a backend. */
  public Loss on(Backend backend) {
    return switch (this) {
      case CROSS_ENTROPY -> backend.softmaxCrossEntropy();
      case SQUARED_ERROR -> backend.squaredError();
      case HUBER -> backend.huber(1);
      case SIGMOID_CROSS_ENTROPY -> backend.sigmoidCrossEntropy();
    };
  }
}
