package dev.polymath.models.check;

import static dev.polymath.models.check.Estimates.U;

import dev.polymath.Activation;

/** The activations and their derivatives in double, with what rounding does to them. */
final class ReferenceActivation {

  /** The relative error of an exponential or hyperbolic tangent, in units of U; 4 ulp. */
  private static final double FUNCTION = 8;

  /** Values this many deviations from ReLU's kink may round to its other side. */
  static final double KINK = 10;

  /** SELU just below zero is this steep. */
  private static final double SELU_END = Activation.SELU_SCALE * Activation.SELU_ALPHA;

  private ReferenceActivation() {}

  /** {@code y = f(z)}, rows of {@code cols}. */
  static Estimates forward(Activation f, Estimates z, int cols) {
    Estimates y = Estimates.zeros(z.value().length);
    if (f == Activation.SOFTMAX) {
      for (int from = 0; from < z.value().length; from += cols) {
        softmax(z, y, from, cols);
      }
      return y;
    }
    for (int i = 0; i < z.value().length; i++) {
      double x = z.value()[i];
      double v = value(f, x);
      double slope = slope(f, x, v);
      double rounding =
          switch (f) {
            case IDENTITY, RELU, SOFTMAX -> 0;
            case LEAKY_RELU -> U * v;
            case ELU, SELU -> FUNCTION * U * Math.abs(v);
            case SIGMOID -> FUNCTION * U * v;
            case TANH -> FUNCTION * U * Math.abs(v) + 2 * U; // 1 − 2 / (e²ˣ + 1) cancels near 0
          };
      y.value()[i] = v;
      y.variance()[i] = slope * slope * z.variance()[i] + rounding * rounding;
      if (atKink(f, z, i)) {
        y.variance()[i] = Math.max(y.variance()[i], z.variance()[i]);
      }
    }
    return y;
  }

  private static double value(Activation f, double x) {
    return switch (f) {
      case IDENTITY, SOFTMAX -> x;
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case RELU -> Math.max(x, 0);
      case LEAKY_RELU -> x > 0 ? x : Activation.LEAKY_SLOPE * x;
      case ELU -> x > 0 ? x : Math.expm1(x);
      case SELU -> x > 0 ? Activation.SELU_SCALE * x : SELU_END * Math.expm1(x);
    };
  }

  private static double slope(Activation f, double x, double y) {
    return switch (f) {
      case IDENTITY, SOFTMAX -> 1;
      case SIGMOID -> y * (1 - y);
      case TANH -> 1 - y * y;
      case RELU -> x > 0 ? 1 : 0;
      case LEAKY_RELU -> x > 0 ? 1 : Activation.LEAKY_SLOPE;
      case ELU -> x > 0 ? 1 : y + 1;
      case SELU -> x > 0 ? Activation.SELU_SCALE : y + SELU_END;
    };
  }

  /** Whether float32 may see the value on the other side of the kink. An exact 0 it sees as 0. */
  static boolean atKink(Activation f, Estimates z, int i) {
    return (f == Activation.RELU || f == Activation.LEAKY_RELU || f == Activation.SELU)
        && z.variance()[i] > 0
        && Math.abs(z.value()[i]) <= KINK * Math.sqrt(z.variance()[i]);
  }

  /** {@code y = softmax(z)} of the row at {@code from}; returns log Σ exp z. */
  static double softmax(Estimates z, Estimates y, int from, int cols) {
    double max = Double.NEGATIVE_INFINITY;
    for (int j = from; j < from + cols; j++) {
      max = Math.max(max, z.value()[j]);
    }
    double sum = 0;
    for (int j = from; j < from + cols; j++) {
      sum += Math.exp(z.value()[j] - max);
    }
    double common = 0;
    for (int j = from; j < from + cols; j++) {
      double p = Math.exp(z.value()[j] - max) / sum;
      y.value()[j] = p;
      common += p * p * z.variance()[j];
    }
    for (int j = from; j < from + cols; j++) {
      double rounding = U * (FUNCTION + Math.abs(z.value()[j] - max));
      double p = y.value()[j];
      y.variance()[j] = p * p * (z.variance()[j] + common + rounding * rounding);
    }
    return max + Math.log(sum);
  }

  /** {@code dz} from y, dy and, for the kinks alone, z. */
  static Estimates backward(Activation f, Estimates z, Estimates y, Estimates dy, int cols) {
    if (f == Activation.SOFTMAX) {
      return softmaxBackward(y, dy, cols);
    }
    Estimates dz = Estimates.zeros(dy.value().length);
    for (int i = 0; i < dz.value().length; i++) {
      double v = y.value()[i];
      double d = dy.value()[i];
      double slope = slope(f, z.value()[i], v);
      double s = y.variance()[i];
      // The derivative's own error: that of y carried through it, and three roundings.
      double slopeVariance =
          switch (f) {
            case IDENTITY, RELU, LEAKY_RELU, SOFTMAX -> 0;
            case ELU, SELU -> v > 0 ? 0 : s + 4 * U * U * (v * v + slope * slope);
            case SIGMOID -> (1 - 2 * v) * (1 - 2 * v) * s + s * s + 9 * U * U * v * v;
            case TANH -> 4 * v * v * s + s * s + 9 * U * U;
          };
      if (atKink(f, z, i)) {
        slopeVariance = 1;
      }
      dz.value()[i] = d * slope;
      dz.variance()[i] =
          slope * slope * dy.variance()[i]
              + (d * d + dy.variance()[i]) * slopeVariance
              + U * U * d * d * slope * slope;
    }
    return dz;
  }

  private static Estimates softmaxBackward(Estimates y, Estimates dy, int cols) {
    Estimates dz = Estimates.zeros(dy.value().length);
    for (int from = 0; from < dz.value().length; from += cols) {
      double dot = 0;
      double squares = 0;
      double variance = 0;
      for (int j = from; j < from + cols; j++) {
        double term = y.value()[j] * dy.value()[j];
        dot += term;
        squares += term * term;
        variance +=
            y.variance()[j] * dy.value()[j] * dy.value()[j]
                + (y.value()[j] * y.value()[j] + y.variance()[j]) * dy.variance()[j];
      }
      variance += U * U * cols * (dot * dot + squares);
      for (int j = from; j < from + cols; j++) {
        double v = y.value()[j];
        double difference = dy.value()[j] - dot;
        dz.value()[j] = v * difference;
        dz.variance()[j] =
            y.variance()[j] * difference * difference
                + v * v * (dy.variance()[j] + variance + 4 * U * U * difference * difference);
      }
    }
    return dz;
  }
}
