package dev.polymath.models;

import dev.polymath.Activation;
import dev.polymath.Backend;

/**
 * The classifier to begin with, three dense layers and a softmax: {@code inputs → 128 sigmoid → 50
 * ReLU → classes softmax}.
 */
public final class ThreeLayerClassifier {

  private ThreeLayerClassifier() {}

  /**
   * Starts such a {@link Classifier}, whose parameters live in {@code backend}. Widths and
   * activations can be changed.
   */
  public static Classifier.Builder builder(Backend backend) {
    return Classifier.builder(backend)
        .hidden(128, 50)
        .activation(Activation.SIGMOID, Activation.RELU);
  }
}
