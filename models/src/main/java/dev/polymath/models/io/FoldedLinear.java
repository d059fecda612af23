package dev.polymath.models.io;

/**
 * A linear layer that takes in the batch norms beside it, {@code y = s · x + t} for each feature.
 * All is in double precision until the end. Weights are [outputs, inputs].
 */
final class FoldedLinear {

  private final int outputs;
  private final int inputs;
  private final double[] weight;
  private final double[] bias;

  FoldedLinear(int outputs, int inputs, float[] weight, float[] bias) {
    this.outputs = outputs;
    this.inputs = inputs;
    this.weight = widened(weight);
    this.bias = widened(bias);
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** Takes in what is done to its outputs: {@code s · (w · x + b) + t}. */
  void after(double[] s, double[] t) {
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        weight[o * inputs + i] *= s[o];
      }
      bias[o] = s[o] * bias[o] + t[o];
    }
  }

  /** Takes in what is done to its inputs: {@code w · (s · x + t) + b}. */
  void before(double[] s, double[] t) {
    for (int o = 0; o < outputs; o++) {
      double sum = bias[o];
      for (int i = 0; i < inputs; i++) {
        sum += weight[o * inputs + i] * t[i];
        weight[o * inputs + i] *= s[i];
      }
      bias[o] = sum;
    }
  }

  /** The weights, transposed: [inputs, outputs]. */
  float[] weight() {
    float[] result = new float[weight.length];
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        result[i * outputs + o] = (float) weight[o * inputs + i];
      }
    }
    return result;
  }

  float[] bias() {
    float[] result = new float[outputs];
    for (int o = 0; o < outputs; o++) {
      result[o] = (float) bias[o];
    }
    return result;
  }
}
