package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Loss;
import java.util.SplittableRandom;

/**
 * A tiny classification task with a three-layer network: four clusters in six dimensions, near
 * enough to each other that the network has to learn, far enough that it can.
 */
final class TrainingSet {

  static final int SAMPLES = 120;
  static final int CLASSES = 4;
  static final int BATCH = 32;

  /** Three batches of 32 and a tail of 24. */
  static final int BATCHES = (SAMPLES + BATCH - 1) / BATCH;

  /** Of the network, inputs first. */
  static final int[] WIDTHS = {6, 16, 12, CLASSES};

  static final Activation[] ACTIVATIONS = {
    Activation.SIGMOID, Activation.RELU, Activation.IDENTITY
  };

  /** How it is trained. */
  enum Recipe {
    CROSS_ENTROPY_SGD(Loss.Input.LOGITS, false, 0.5f),
    CROSS_ENTROPY_ADAM(Loss.Input.LOGITS, true, 0.01f),
    SQUARED_ERROR_SGD(Loss.Input.OUTPUT, false, 0.5f);

    /** LOGITS: softmax inside the loss. OUTPUT: a softmax layer before it. */
    final Loss.Input input;

    final boolean adam;
    final float rate;

    Recipe(Loss.Input input, boolean adam, float rate) {
      this.input = input;
      this.adam = adam;
      this.rate = rate;
    }
  }

  static final float BETA1 = 0.9f;
  static final float BETA2 = 0.999f;
  static final float DECAY = 1e-4f;

  /** The rate with the bias correction of a step, the first of which is 1. */
  static float adamRate(Recipe recipe, int step) {
    return (float)
        (recipe.rate * Math.sqrt(1 - Math.pow(BETA2, step)) / (1 - Math.pow(BETA1, step)));
  }

  static float adamEpsilon(int step) {
    return (float) (1e-6 * Math.sqrt(1 - Math.pow(BETA2, step)));
  }

  /** {@code [120, 6]}. */
  static final Matrix INPUTS = Matrix.zeros(SAMPLES, WIDTHS[0]);

  /** {@code [120, 4]}, one-hot; the classes take turns. */
  static final Matrix TARGETS = Matrix.zeros(SAMPLES, CLASSES);

  static {
    SplittableRandom random = new SplittableRandom(42);
    for (int i = 0; i < SAMPLES; i++) {
      int label = i % CLASSES;
      TARGETS.values()[i * CLASSES + label] = 1;
      for (int j = 0; j < WIDTHS[0]; j++) {
        double center = (label >> j % 2 & 1) == 1 ? 0.75 : -0.75;
        double noise = random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5;
        INPUTS.values()[i * WIDTHS[0] + j] = (float) (center + 1.5 * noise);
      }
    }
  }

  private TrainingSet() {}

  static int firstRow(int batch) {
    return batch * BATCH;
  }

  /** 32, or 24 in the last batch. */
  static int rows(int batch) {
    return Math.min(BATCH, SAMPLES - firstRow(batch));
  }

  /** The starting weight of a layer; biases start at zero. */
  static Matrix weight(int layer) {
    double scale = Math.sqrt(6.0 / (WIDTHS[layer] + WIDTHS[layer + 1]));
    return Samples.uniform(WIDTHS[layer], WIDTHS[layer + 1], scale, 1 + layer);
  }

  /** The share of the rows whose largest output stands at the target's 1. */
  static double accuracy(float[] outputs) {
    int right = 0;
    for (int i = 0; i < SAMPLES; i++) {
      int best = 0;
      for (int j = 1; j < CLASSES; j++) {
        best = outputs[i * CLASSES + j] > outputs[i * CLASSES + best] ? j : best;
      }
      right += TARGETS.at(i, best) == 1 ? 1 : 0;
    }
    return (double) right / SAMPLES;
  }
}
