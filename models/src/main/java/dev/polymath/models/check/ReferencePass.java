package dev.polymath.models.check;

import static dev.polymath.models.check.Estimates.U;

import dev.polymath.models.check.Estimates.Strides;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.training.LossFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A network's forward and backward pass in double precision, with plain loops and nothing of a
 * backend, beside an estimate of what float32 rounds each gradient by.
 */
final class ReferencePass {

  private final List<LayerSpec> specs;
  private final LossFunction loss;
  private final List<double[]> parameters;
  private final int rows;
  private final List<Estimates> inputs = new ArrayList<>();
  private final List<Estimates> sums = new ArrayList<>();
  private final List<Estimates> outputs = new ArrayList<>();
  private double lossValue;
  private long kinks;

  /**
   * @param specs the layers that run before the loss
   * @param parameters weight {@code [inputs, outputs]} and bias of each dense layer, in order
   */
  ReferencePass(List<LayerSpec> specs, LossFunction loss, List<double[]> parameters, int rows) {
    this.specs = specs;
    this.loss = loss;
    this.parameters = parameters;
    this.rows = rows;
  }

  /** The mean loss of the batch. */
  double loss() {
    return lossValue;
  }

  /** How many values were so near ReLU's kink that rounding decides on their derivative. */
  long kinks() {
    return kinks;
  }

  /**
   * The gradients, in the order of the parameters.
   *
   * @param features {@code [rows, inputs]}
   * @param targets {@code [rows, outputs]}
   */
  List<Estimates> gradients(double[] features, double[] targets) {
    forward(features);
    Estimates dy = lossGradient(outputs.get(specs.size() - 1), targets);
    List<Estimates> gradients = new ArrayList<>();
    int parameter = parameters.size();
    for (int i = specs.size() - 1; i >= 0; i--) {
      LayerSpec spec = specs.get(i);
      int in = spec.inputs();
      int out = spec.outputs();
      dy = ReferenceActivation.backward(spec.activation(), sums.get(i), outputs.get(i), dy, out);
      if (spec instanceof LayerSpec.Dense) {
        parameter -= 2;
        double[] ones = new double[rows];
        Arrays.fill(ones, 1);
        Strides dense = new Strides(out, 1);
        gradients.add(
            0,
            Estimates.product(Estimates.exact(ones), new Strides(0, 1), dy, dense, 1, rows, out));
        gradients.add(
            0, Estimates.product(inputs.get(i), new Strides(1, in), dy, dense, in, rows, out));
        Estimates weight = Estimates.exact(parameters.get(parameter));
        dy = Estimates.product(dy, dense, weight, new Strides(1, out), rows, out, in);
      }
    }
    return gradients;
  }

  private void forward(double[] features) {
    Estimates x = Estimates.exact(features);
    int parameter = 0;
    for (LayerSpec spec : specs) {
      int in = spec.inputs();
      int out = spec.outputs();
      Estimates z = x;
      if (spec instanceof LayerSpec.Dense) {
        Estimates weight = Estimates.exact(parameters.get(parameter));
        z = Estimates.product(x, new Strides(in, 1), weight, new Strides(out, 1), rows, in, out);
        double[] bias = parameters.get(parameter + 1);
        for (int i = 0; i < z.value().length; i++) {
          z.value()[i] += bias[i % out];
          z.variance()[i] += U * U * z.value()[i] * z.value()[i];
        }
        parameter += 2;
      }
      for (int i = 0; i < z.value().length; i++) {
        kinks += ReferenceActivation.atKink(spec.activation(), z, i) ? 1 : 0;
      }
      inputs.add(x);
      sums.add(z);
      x = ReferenceActivation.forward(spec.activation(), z, out);
      outputs.add(x);
    }
  }

  private Estimates lossGradient(Estimates output, double[] targets) {
    return switch (loss) {
      case CROSS_ENTROPY, SQUARED_ERROR -> rowLossGradient(output, targets);
      case HUBER, SIGMOID_CROSS_ENTROPY -> elementLossGradient(output, targets);
    };
  }

  /** Of losses in which each output counts for itself. */
  private Estimates elementLossGradient(Estimates output, double[] targets) {
    Estimates gradient = Estimates.zeros(targets.length);
    double factor = 1.0 / rows;
    for (int i = 0; i < targets.length; i++) {
      double v = output.value()[i];
      double t = targets[i];
      double slope;
      double bend;
      double p = v;
      if (loss == LossFunction.HUBER) {
        double r = v - t;
        boolean near = Math.abs(r) <= 1;
        slope = near ? r : Math.signum(r);
        bend = 1; // even beyond, as rounding may bring it back
        lossValue += (near ? r * r / 2 : Math.abs(r) - 0.5) / rows;
      } else {
        p = 1 / (1 + Math.exp(-v));
        slope = p - t;
        bend = p * (1 - p);
        lossValue += (Math.max(v, 0) - v * t + Math.log1p(Math.exp(-Math.abs(v)))) / rows;
      }
      gradient.value()[i] = factor * slope;
      gradient.variance()[i] =
          factor
              * factor
              * (bend * bend * output.variance()[i] + 64 * U * U * p * p + 4 * U * U * t * t);
    }
    return gradient;
  }

  private Estimates rowLossGradient(Estimates output, double[] targets) {
    int cols = specs.get(specs.size() - 1).outputs();
    Estimates gradient = Estimates.zeros(targets.length);
    boolean entropy = loss == LossFunction.CROSS_ENTROPY;
    for (int from = 0; from < targets.length; from += cols) {
      Estimates y = output;
      double log = 0;
      double sum = 1;
      if (entropy) {
        y = Estimates.zeros(targets.length);
        log = ReferenceActivation.softmax(output, y, from, cols);
        sum = 0;
        for (int j = from; j < from + cols; j++) {
          sum += targets[j];
        }
      }
      double factor = (entropy ? 1.0 : 2.0) / rows;
      for (int j = from; j < from + cols; j++) {
        double t = targets[j];
        double p = y.value()[j];
        gradient.value()[j] = factor * (p * sum - t);
        gradient.variance()[j] =
            factor
                * factor
                * (sum * sum * y.variance()[j] + 4 * U * U * (p * p * sum * sum + t * t));
        lossValue += (entropy ? t * (log - output.value()[j]) : (p - t) * (p - t)) / rows;
      }
    }
    return gradient;
  }
}
