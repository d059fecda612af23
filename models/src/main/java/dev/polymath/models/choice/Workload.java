package dev.polymath.models.choice;

import dev.polymath.Activation;
import dev.polymath.models.Classifier;
import dev.polymath.models.network.LayerSpec;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The training step that backends are measured by: gather a batch, forward, softmax cross-entropy,
 * backward, update by SGD. The first hidden layer is sigmoid, the other hidden ones are ReLU, the
 * last is linear: for three layers, {@link Classifier}'s network.
 *
 * @param layers inputs, the units of the hidden layers, classes; at least inputs and 2 classes
 * @param batch examples per step, at least 1
 * @param threads that an operation may use, at least 1
 */
public record Workload(List<Integer> layers, int batch, int threads) {

  /** The classifier on images of 28 x 28 pixels and ten classes. */
  public static final List<Integer> CLASSIFIER = List.of(784, 128, 50, 10);

  private static final List<Activation> HIDDEN = List.of(Activation.SIGMOID, Activation.RELU);

  public Workload {
    layers = List.copyOf(layers);
    if (layers.size() < 2) {
      throw new IllegalArgumentException(
          "layers: expected at least inputs and classes, found " + layers);
    }
    requireAtLeastOne("batch", batch);
    requireAtLeastOne("threads", threads);
    int inputs = batch;
    for (int width : layers) {
      requireAtLeastOne("layers", width);
      if ((long) inputs * width > Integer.MAX_VALUE || (long) batch * width > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "layers: "
                + width
                + " units after "
                + inputs
                + " at batch "
                + batch
                + " make a matrix of more than 2^31 - 1 elements");
      }
      inputs = width;
    }
    if (inputs < 2) {
      throw new IllegalArgumentException(
          "layers: expected at least 2 classes as the last, found " + inputs);
    }
  }

  private static void requireAtLeastOne(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + ": expected at least 1, found " + value);
    }
  }

  int inputs() {
    return layers.get(0);
  }

  int classes() {
    return layers.get(layers.size() - 1);
  }

  /** The multiplications of one example's forward pass. */
  long multiplications() {
    long sum = 0;
    for (int i = 1; i < layers.size(); i++) {
      sum += (long) layers.get(i - 1) * layers.get(i);
    }
    return sum;
  }

  /** The layers up to the logits. */
  List<LayerSpec> specs() {
    int[] hidden = layers.subList(1, layers.size() - 1).stream().mapToInt(i -> i).toArray();
    List<LayerSpec> specs = LayerSpec.classifier(inputs(), hidden, HIDDEN, classes());
    return specs.subList(0, specs.size() - 1);
  }

  /** Such as {@code 784-128-50-10, batch 64, 1 thread}. */
  @Override
  public String toString() {
    return layers.stream().map(String::valueOf).collect(Collectors.joining("-"))
        + ", batch "
        + batch
        + ", "
        + threads
        + (threads == 1 ? " thread" : " threads");
  }
}
