package dev.polymath.models.training;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Loss;
import dev.polymath.models.data.Task;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.Network;

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
    if (task == Task.LABELS && this != SIGMOID_CROSS_ENTROPY) {
      throw new IllegalArgumentException(
          "loss: several labels have a probability each: expected SIGMOID_CROSS_ENTROPY, found "
              + this);
    }
    boolean entropy = this == CROSS_ENTROPY || this == SIGMOID_CROSS_ENTROPY;
    if (entropy && task == Task.REGRESSION) {
      throw new IllegalArgumentException(
          "loss: the cross-entropy is of classes: expected SQUARED_ERROR or HUBER for numeric"
              + " targets");
    }
    if (this == SIGMOID_CROSS_ENTROPY && task == Task.CLASSIFICATION) {
      throw new IllegalArgumentException(
          "loss: the cross-entropy of sigmoids is of labels: expected CROSS_ENTROPY or"
              + " SQUARED_ERROR for classes");
    }
    if (this == HUBER && task == Task.CLASSIFICATION) {
      throw new IllegalArgumentException(
          "loss: Huber's loss is of numeric targets: expected CROSS_ENTROPY or SQUARED_ERROR for"
              + " classes");
    }
  }

  /**
   * Requires that the loss fits what a network ends in: a cross-entropy has the softmax or the
   * sigmoid inside, and the network must not end in the other.
   *
   * @throws IllegalArgumentException if it doesn't
   */
  public void requireFor(Network network) {
    LayerSpec last = network.specs().get(network.specs().size() - 1);
    Activation other =
        this == CROSS_ENTROPY
            ? Activation.SIGMOID
            : this == SIGMOID_CROSS_ENTROPY ? Activation.SOFTMAX : null;
    if (other != null && last.activation() == other) {
      throw new IllegalArgumentException(
          "loss: "
              + this
              + " takes logits: expected a network that ends in a linear layer, with or without a "
              + (this == CROSS_ENTROPY ? "softmax" : "sigmoid")
              + " after it, found "
              + network);
    }
  }

  /**
   * The loss of one output, of losses that are a sum over the outputs.
   *
   * @param output of the network; a logit where the loss takes such
   * @throws IllegalStateException for the cross-entropy of softmax, which is no such sum
   */
  double ofOne(double output, double target) {
    double r = output - target;
    return switch (this) {
      case CROSS_ENTROPY -> throw new IllegalStateException("the outputs of a softmax are one");
      case SQUARED_ERROR -> r * r;
      case HUBER -> Math.abs(r) <= 1 ? r * r / 2 : Math.abs(r) - 0.5;
      case SIGMOID_CROSS_ENTROPY ->
          Math.max(output, 0)
              - output * target
              + StrictMath.log1p(StrictMath.exp(-Math.abs(output)));
    };
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
