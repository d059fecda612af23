package dev.polymath.models.training;

import dev.polymath.Backend;
import dev.polymath.Loss;

/** What training minimises. */
public enum LossFunction {
  /** The cross-entropy of softmax, on logits: {@link Backend#softmaxCrossEntropy()}. */
  CROSS_ENTROPY,

  /** The squared error of the network's output: {@link Backend#squaredError()}. */
  SQUARED_ERROR,

  /** Huber's loss of the network's output with δ = 1: {@link Backend#huber}. */
  HUBER,

  /**
   * The cross-entropy of a sigmoid for each output, on logits: {@link
   * Backend#sigmoidCrossEntropy()}.
   */
  SIGMOID_CROSS_ENTROPY;

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
