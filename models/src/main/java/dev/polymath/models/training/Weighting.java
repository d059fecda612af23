package dev.polymath.models.training;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.Task;
import dev.polymath.models.passes.TargetRows;
import dev.polymath.models.passes.WeighedOutputs;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the examples of a run weigh, by their classes and each by itself. */
final class Weighting {

  private Weighting() {}

  /**
   * The targets of a run. Weights are scaled to a mean of 1 over the training examples, so that a
   * learning rate means the same with and without them.
   *
   * @param train the examples that the weights are scaled for
   */
  static TargetRows rows(DataSet train, ModelOutput output, TrainingOptions options) {
    TargetRows rows = TargetRows.of(output, options.labelSmoothing());
    boolean byClass = options.balancedClasses() || !options.classWeights().isEmpty();
    String wanting = byClass ? "classWeights" : weighted(train) ? "withWeights" : null;
    if (wanting == null) {
      return rows;
    }
    if (train.task() == Task.CLASSIFICATION) {
      if (options.loss() != LossFunction.CROSS_ENTROPY) {
        throw new IllegalArgumentException(
            wanting + ": expected the loss CROSS_ENTROPY, found " + options.loss());
      }
      return new TargetRows.Weighted(rows, scaled(train, options));
    }
    if (byClass && train.task() == Task.REGRESSION) {
      throw new IllegalArgumentException(
          wanting + ": expected classes, found numeric targets " + train.outputNames());
    }
    return outputs(rows, train, options);
  }

  /**
   * The targets of examples whose weights have a mean of 1 as they are.
   *
   * @param weighed whether they have weights at all
   */
  static TargetRows rows(ModelOutput output, TrainingOptions options, boolean weighed) {
    TargetRows rows = TargetRows.of(output, options.labelSmoothing());
    if (!weighed) {
      return rows;
    }
    float[] ones = new float[output.names().size()];
    Arrays.fill(ones, 1);
    LossFunction loss = options.loss();
    if (output.task() != Task.CLASSIFICATION) {
      return new WeighedOutputs(rows, loss::ofOne, ones, ones);
    }
    if (loss != LossFunction.CROSS_ENTROPY) {
      throw new IllegalArgumentException("weights: expected the loss CROSS_ENTROPY, found " + loss);
    }
    return new TargetRows.Weighted(rows, ones);
  }

  /** Of numbers and labels each output has a weight; of a label it depends on having it. */
  private static TargetRows outputs(TargetRows rows, DataSet train, TrainingOptions options) {
    int width = train.outputs();
    double[] on = new double[width];
    double[] off = new double[width];
    Arrays.fill(off, 1);
    double[] named = named(train, options.classWeights());
    double sum = 0;
    for (int j = 0; j < width; j++) {
      double with = 0;
      double without = 0;
      for (int i = 0; i < train.size(); i++) {
        if (train.target(i, j) == 1) {
          with += train.weight(i);
        } else {
          without += train.weight(i);
        }
      }
      on[j] = named[j];
      if (options.balancedClasses() && with > 0 && without > 0) {
        on[j] = (with + without) / (2 * with);
        off[j] = (with + without) / (2 * without);
      }
      sum += on[j] * with + off[j] * without;
    }
    double factor = (double) train.size() * width / sum;
    LossFunction loss = options.loss();
    return new WeighedOutputs(rows, loss::ofOne, times(factor, on), times(factor, off));
  }

  private static float[] times(double factor, double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) (factor * values[i]);
    }
    return result;
  }

  private static boolean weighted(DataSet data) {
    for (int i = 0; i < data.size(); i++) {
      if (data.weight(i) != 1) {
        return true;
      }
    }
    return false;
  }

  /** The weight of each class, over the mean weight of an example. */
  private static float[] scaled(DataSet train, TrainingOptions options) {
    double[] weights =
        options.balancedClasses() ? balanced(train) : named(train, options.classWeights());
    double sum = 0;
    for (int i = 0; i < train.size(); i++) {
      sum += weights[train.label(i)] * train.weight(i);
    }
    float[] scaled = new float[weights.length];
    for (int c = 0; c < scaled.length; c++) {
      scaled[c] = (float) (weights[c] * train.size() / sum);
    }
    return scaled;
  }

  /** As much for each class that has examples; 1 for one that has none. */
  private static double[] balanced(DataSet train) {
    double[] totals = new double[train.classes()];
    for (int i = 0; i < train.size(); i++) {
      totals[train.label(i)] += train.weight(i);
    }
    return Arrays.stream(totals).map(total -> total == 0 ? 1 : 1 / total).toArray();
  }

  private static double[] named(DataSet train, Map<String, Double> weights) {
    List<String> names = train.outputNames();
    for (String name : weights.keySet()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "classWeights: expected one of "
                + (train.task() == Task.LABELS ? "the labels " : "the classes ")
                + names
                + ", found \""
                + name
                + "\"");
      }
    }
    return names.stream().mapToDouble(name -> orOne(weights.get(name))).toArray();
  }

  private static double orOne(@Nullable Double weight) {
    return weight == null ? 1 : weight;
  }
}
