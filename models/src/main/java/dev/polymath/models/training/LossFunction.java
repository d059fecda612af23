package dev.polymath.models.training;

import dev.polymath.Backend;
import dev.polymath.Loss;

/** What training minimises. */
public enum LossFunction {
  /** The cross-entropy of softmax, on logits: {@link Backend#softmaxCrossEntropy()}. */
  CROSS_ENTROPY,

  /** The squared error of the network's output: {@link Backend#squaredError()}. */
  SQUARED_ERROR;

  /** This loss on a backend. */
  public Loss on(Backend backend) {
    return this == CROSS_ENTROPY ? backend.softmaxCrossEntropy() : backend.squaredError();
  }
}
