package dev.polymath.models.choice;

import dev.polymath.Activation;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.network.LayerSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * One training step in double precision, by plain loops: the loss of a batch and the gradient of
 * each parameter.
 *
 * <p>The biases before a ReLU keep its input away from zero, half of the units above and half
 * below: at the kink the gradient of a float and of a double may differ and both be right.
 */
final class ReferenceStep {

  /** About a second of plain loops; above it fewer rows are computed. */
  private static final double MOST_OPERATIONS = 3e9;

  /** Each element may differ by this part of the largest of its kind. */
  private static final double TOLERANCE = 1e-4;

  /** What the tolerance suffices for: the rounding of a longer sum grows with its root. */
  private static final double LONGEST_SUM = 4096;

  private static final double KINK = 0.25;
  private static final long SEED = 1;

  private final int rows;
  private final DataSet data;
  private final List<float[]> parameters = new ArrayList<>();
  private final List<double[]> gradients = new ArrayList<>();
  private final double tolerance;
  private double loss;

  private ReferenceStep(Workload work) {
    double operations = 6.0 * work.multiplications();
    rows = (int) Math.max(1, Math.min(work.batch(), MOST_OPERATIONS / operations));
    data = examples(work, rows);
    int longest = Math.max(rows, work.layers().stream().mapToInt(i -> i).max().orElseThrow());
    tolerance = TOLERANCE * Math.max(1, Math.sqrt(longest / LONGEST_SUM));
  }

  /** Computes the step of a workload's batch, or of its first rows. */
  static ReferenceStep of(Workload work) {
    ReferenceStep step = new ReferenceStep(work);
    step.compute(work.specs());
    return step;
  }

  /** Features in [0, 1) and any label. */
  static DataSet examples(Workload work, int count) {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] features = new float[Math.multiplyExact(count, work.inputs())];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextDouble();
    }
    int[] labels = new int[count];
    Arrays.setAll(labels, i -> random.nextInt(work.classes()));
    return DataSet.ofFeatures(
        work.inputs(),
        features,
        labels,
        IntStream.range(0, work.classes()).mapToObj(String::valueOf).toList());
  }

  /** Examples of the batch. */
  int rows() {
    return rows;
  }

  DataSet data() {
    return data;
  }

  /** Weight and bias of each layer before the step, row by row. */
  List<float[]> parameters() {
    return parameters;
  }

  /**
   * Compares a step of learning rate 1 with this one.
   *
   * @param names of the parameters, for the message
   * @throws IllegalStateException naming the first that is wrong
   */
  void check(double foundLoss, List<float[]> updated, IntFunction<String> names) {
    if (!(Math.abs(foundLoss - loss) <= tolerance * Math.max(1, loss))) {
      throw new IllegalStateException(
          "wrong result: the loss is " + foundLoss + ", the reference has " + loss);
    }
    for (int i = 0; i < updated.size(); i++) {
      float[] before = parameters.get(i);
      double[] gradient = gradients.get(i);
      double largest = Arrays.stream(gradient).map(Math::abs).max().orElse(0);
      for (int j = 0; j < before.length; j++) {
        double expected = before[j] - gradient[j];
        double allowed = tolerance * largest + Math.ulp(before[j]) + Math.ulp((float) expected);
        if (!(Math.abs(updated.get(i)[j] - expected) <= allowed)) {
          throw new IllegalStateException(
              "wrong result: element "
                  + j
                  + " of "
                  + names.apply(i)
                  + " is "
                  + updated.get(i)[j]
                  + " after a step, the reference has "
                  + expected);
        }
      }
    }
  }

  private void compute(List<LayerSpec> specs) {
    SplittableRandom random = new SplittableRandom(SEED + 1);
    int inputs = data.features();
    int[] order = IntStream.range(0, rows).toArray();
    float[] features = new float[rows * inputs];
    data.gather(order, 0, rows, features);
    List<double[]> y = new ArrayList<>();
    y.add(doubles(features));
    for (LayerSpec spec : specs) {
      float[] weight = new float[spec.inputs() * spec.outputs()];
      double bound = 1 / Math.sqrt(spec.inputs());
      for (int i = 0; i < weight.length; i++) {
        weight[i] = (float) (bound * (2 * random.nextDouble() - 1));
      }
      double[] z = product(y.get(y.size() - 1), weight, spec.inputs(), spec.outputs());
      float[] bias = bias(spec, z, random);
      parameters.add(weight);
      parameters.add(bias);
      activate(spec, z, bias);
      y.add(z);
    }
    double[] dy = lossAndGradient(y.get(specs.size()), specs.get(specs.size() - 1).outputs());
    for (int i = specs.size() - 1; i >= 0; i--) {
      dy = backward(specs.get(i), i, y.get(i), y.get(i + 1), dy);
    }
  }

  private float[] bias(LayerSpec spec, double[] z, SplittableRandom random) {
    float[] bias = new float[spec.outputs()];
    for (int j = 0; j < bias.length; j++) {
      double draw = 2 * random.nextDouble() - 1;
      if (spec.activation() == Activation.RELU) {
        double largest = 0;
        for (int i = 0; i < rows; i++) {
          largest = Math.max(largest, Math.abs(z[i * bias.length + j]));
        }
        bias[j] = (float) (draw < 0 ? -largest - KINK : largest + KINK);
      } else {
        bias[j] = (float) (draw / Math.sqrt(spec.inputs()));
      }
    }
    return bias;
  }

  private static void activate(LayerSpec spec, double[] z, float[] bias) {
    for (int i = 0; i < z.length; i++) {
      double value = z[i] + bias[i % bias.length];
      z[i] =
          switch (spec.activation()) {
            case SIGMOID -> 1 / (1 + Math.exp(-value));
            case RELU -> Math.max(0, value);
            default -> value;
          };
    }
  }

  /** Softmax cross-entropy, the mean over the rows. */
  private double[] lossAndGradient(double[] logits, int classes) {
    double[] gradient = new double[logits.length];
    double sumOfLosses = 0;
    for (int i = 0; i < rows; i++) {
      int row = i * classes;
      double largest = Double.NEGATIVE_INFINITY;
      for (int j = row; j < row + classes; j++) {
        largest = Math.max(largest, logits[j]);
      }
      double sum = 0;
      for (int j = row; j < row + classes; j++) {
        gradient[j] = Math.exp(logits[j] - largest);
        sum += gradient[j];
      }
      int label = row + data.label(i);
      sumOfLosses += largest + Math.log(sum) - logits[label];
      for (int j = row; j < row + classes; j++) {
        gradient[j] = (gradient[j] / sum - (j == label ? 1 : 0)) / rows;
      }
    }
    loss = sumOfLosses / rows;
    return gradient;
  }

  /** Keeps the layer's gradients and gives that of its input. */
  private double[] backward(LayerSpec spec, int layer, double[] x, double[] y, double[] dy) {
    int inputs = spec.inputs();
    int outputs = spec.outputs();
    for (int i = 0; i < dy.length; i++) {
      dy[i] *=
          switch (spec.activation()) {
            case SIGMOID -> y[i] * (1 - y[i]);
            case RELU -> y[i] > 0 ? 1 : 0;
            default -> 1;
          };
    }
    double[] dw = new double[inputs * outputs];
    double[] db = new double[outputs];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < outputs; j++) {
        db[j] += dy[i * outputs + j];
      }
      for (int k = 0; k < inputs; k++) {
        double value = x[i * inputs + k];
        for (int j = 0; j < outputs; j++) {
          dw[k * outputs + j] += value * dy[i * outputs + j];
        }
      }
    }
    gradients.add(0, db);
    gradients.add(0, dw);
    return layer == 0 ? dy : inputGradient(dy, parameters.get(2 * layer), inputs, outputs);
  }

  /** {@code dy · wᵀ}. */
  private double[] inputGradient(double[] dy, float[] weight, int inputs, int outputs) {
    float[] transposed = new float[weight.length];
    for (int k = 0; k < inputs; k++) {
      for (int j = 0; j < outputs; j++) {
        transposed[j * inputs + k] = weight[k * outputs + j];
      }
    }
    return product(dy, transposed, outputs, inputs);
  }

  /** {@code [rows, inner] · [inner, cols]}, the inner loop along a row: C2 makes vectors of it. */
  private double[] product(double[] a, float[] b, int inner, int cols) {
    double[] out = new double[rows * cols];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < inner; k++) {
        double value = a[i * inner + k];
        for (int j = 0; j < cols; j++) {
          out[i * cols + j] += value * b[k * cols + j];
        }
      }
    }
    return out;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
