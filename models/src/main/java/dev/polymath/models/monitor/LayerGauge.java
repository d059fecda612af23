package dev.polymath.models.monitor;

import dev.polymath.Activation;
import dev.polymath.Tensor;
import org.jspecify.annotations.Nullable;

/** Takes the figures of one layer, into buffers made once. */
final class LayerGauge {

  private static final float SIGMOID_EDGE = 0.01f;
  private static final float TANH_EDGE = 0.98f;
  private static final float SOFTMAX_EDGE = 0.99f;

  private final int layer;
  private final Activation activation;
  private final int units;
  private final @Nullable Tensor weight;
  private final float[] before;
  private final int[] silentFor;
  private long examples;

  private double gradientNorm = Double.NaN;
  private double saturated;
  private double dead;
  private double mean;
  private double deviation;

  /**
   * @param layer from 1
   * @param weight null for a layer without parameters
   */
  LayerGauge(int layer, Activation activation, int units, @Nullable Tensor weight) {
    this.layer = layer;
    this.activation = activation;
    this.units = units;
    this.weight = weight;
    this.before = new float[weight == null ? 0 : weight.rows() * weight.cols()];
    this.silentFor = new int[units];
  }

  /**
   * Before the update.
   *
   * @param output {@code [rows, units]}, read
   * @param gradient of the weight, read; null for a layer without parameters
   * @param scratch long enough for both, overwritten
   */
  void beforeUpdate(Tensor output, @Nullable Tensor gradient, float[] scratch) {
    output.read(scratch, 0);
    activations(scratch, output.rows());
    if (weight != null && gradient != null) {
      weight.read(before, 0);
      gradient.read(scratch, 0);
      gradientNorm = Math.sqrt(Squares.sum(scratch, before.length));
    }
  }

  /** After the update. */
  StepSample.LayerSample afterUpdate(float[] scratch) {
    double weightNorm = Double.NaN;
    double updateRatio = Double.NaN;
    if (weight != null) {
      weight.read(scratch, 0);
      weightNorm = Math.sqrt(Squares.sum(before, before.length));
      double update = Math.sqrt(Squares.ofDifferences(scratch, before, before.length));
      updateRatio = weightNorm == 0 ? Double.NaN : update / weightNorm;
    }
    return new StepSample.LayerSample(
        layer, gradientNorm, weightNorm, updateRatio, saturated, dead, mean, deviation);
  }

  private void activations(float[] y, int rows) {
    int count = rows * units;
    double sum = Squares.plainSum(y, count);
    double squares = Squares.sum(y, count);
    mean = sum / count;
    deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
    saturated =
        switch (activation) {
          case SIGMOID -> (double) outside(y, count, SIGMOID_EDGE, 1 - SIGMOID_EDGE) / count;
          case TANH -> (double) outside(y, count, -TANH_EDGE, TANH_EDGE) / count;
          case SOFTMAX -> (double) above(y, count, SOFTMAX_EDGE) / rows;
          case IDENTITY, RELU, LEAKY_RELU, ELU, SELU -> Double.NaN;
        };
    dead = activation == Activation.RELU ? dead(y, rows) : Double.NaN;
  }

  private static int outside(float[] y, int count, float low, float high) {
    int outside = 0;
    for (int i = 0; i < count; i++) {
      outside += y[i] < low || y[i] > high ? 1 : 0;
    }
    return outside;
  }

  private static int above(float[] y, int count, float edge) {
    int above = 0;
    for (int i = 0; i < count; i++) {
      above += y[i] > edge ? 1 : 0;
    }
    return above;
  }

  private double dead(float[] y, int rows) {
    for (int j = 0; j < units; j++) {
      silentFor[j] = Math.min(silentFor[j] + rows, Integer.MAX_VALUE - rows);
    }
    for (int i = 0; i < rows * units; i++) {
      if (y[i] > 0) {
        silentFor[i % units] = 0;
      }
    }
    examples += rows;
    int silent = 0;
    for (int j = 0; j < units; j++) {
      silent += silentFor[j] >= StepSample.LayerSample.DEAD_EXAMPLES ? 1 : 0;
    }
    return examples < StepSample.LayerSample.DEAD_EXAMPLES ? Double.NaN : (double) silent / units;
  }
}
