package dev.polymath.models.passes;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.internal.Argmax;
import java.util.Arrays;
import java.util.List;

/**
 * What a loss compares a network's outputs with, and how good they are: the one place that knows
 * classes, numeric targets and labels. Allocates nothing.
 */
public sealed interface TargetRows
    permits TargetRows.Classes,
        TargetRows.Labels,
        TargetRows.Numbers,
        TargetRows.Weighted,
        WeighedOutputs {

  /**
   * Writes the targets of {@code examples[from .. from + rows)}, row by row as the network is to
   * put them out.
   *
   * @param targets its first {@code rows · outputs} elements are overwritten
   */
  void fill(DataSet data, int[] examples, int from, int rows, float[] targets);

  /**
   * Of classes, how many of the rows have their largest output where the example's class is. Of
   * numbers, the sum over the rows of (output − target)², a mean over the targets. Of labels, the
   * sum over the rows of the fraction of labels whose logit is on the right side of 0.
   *
   * @param outputs row by row, read
   */
  double score(DataSet data, int[] examples, int from, int rows, float[] outputs);

  /**
   * @param labelSmoothing the fraction of each class target that is spread over all classes; of
   *     labels the fraction that is spread over having and not having one
   */
  static TargetRows of(ModelOutput output, double labelSmoothing) {
    return switch (output.task()) {
      case CLASSIFICATION -> new Classes(output.names().size(), labelSmoothing);
      case REGRESSION -> new Numbers(((ModelOutput.Targets) output).targets());
      case LABELS -> new Labels(output.names().size(), labelSmoothing);
    };
  }

  /**
   * Rows of classes, each scaled by what its example weighs. Value and gradient of the
   * cross-entropy of softmax are proportional to a row of targets, so this weighs the examples
   * exactly. The score is that of the examples as they are.
   */
  final class Weighted implements TargetRows {

    private final TargetRows rows;
    private final float[] classWeights;
    private final int classes;

    /**
     * @param rows of classes
     * @param classWeights a factor for each class, which the weight of an example is multiplied by
     */
    public Weighted(TargetRows rows, float[] classWeights) {
      this.rows = rows;
      this.classWeights = classWeights;
      this.classes = classWeights.length;
    }

    @Override
    public void fill(DataSet data, int[] examples, int from, int rows, float[] targets) {
      this.rows.fill(data, examples, from, rows, targets);
      for (int i = 0; i < rows; i++) {
        int example = examples[from + i];
        float weight = classWeights[data.label(example)] * data.weight(example);
        for (int j = i * classes; j < (i + 1) * classes; j++) {
          targets[j] *= weight;
        }
      }
    }

    @Override
    public double score(DataSet data, int[] examples, int from, int rows, float[] outputs) {
      return this.rows.score(data, examples, from, rows, outputs);
    }
  }

  /** 1 for the example's class and 0 for all others, smoothed. */
  final class Classes implements TargetRows {

    private final int classes;
    private final float on;
    private final float off;

    Classes(int classes, double labelSmoothing) {
      this.classes = classes;
      this.off = (float) (labelSmoothing / classes);
      this.on = (float) (1 - labelSmoothing + labelSmoothing / classes);
    }

    @Override
    public void fill(DataSet data, int[] examples, int from, int rows, float[] targets) {
      Arrays.fill(targets, 0, rows * classes, off);
      for (int i = 0; i < rows; i++) {
        targets[i * classes + data.label(examples[from + i])] = on;
      }
    }

    @Override
    public double score(DataSet data, int[] examples, int from, int rows, float[] outputs) {
      int correct = 0;
      for (int i = 0; i < rows; i++) {
        if (Argmax.of(outputs, i * classes, classes) == data.label(examples[from + i])) {
          correct++;
        }
      }
      return correct;
    }
  }

  /** 1 for each label that the example has and 0 for all others, smoothed. */
  final class Labels implements TargetRows {

    private final int labels;
    private final float on;
    private final float off;

    Labels(int labels, double labelSmoothing) {
      this.labels = labels;
      this.off = (float) (labelSmoothing / 2);
      this.on = (float) (1 - labelSmoothing / 2);
    }

    @Override
    public void fill(DataSet data, int[] examples, int from, int rows, float[] targets) {
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < labels; j++) {
          targets[i * labels + j] = data.target(examples[from + i], j) == 1 ? on : off;
        }
      }
    }

    @Override
    public double score(DataSet data, int[] examples, int from, int rows, float[] outputs) {
      long right = 0;
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < labels; j++) {
          boolean has = data.target(examples[from + i], j) == 1;
          right += outputs[i * labels + j] >= 0 == has ? 1 : 0;
        }
      }
      return (double) right / labels;
    }
  }

  /** The targets in the units that the network computes in. */
  final class Numbers implements TargetRows {

    private final List<ModelOutput.Target> targets;

    Numbers(List<ModelOutput.Target> targets) {
      this.targets = targets;
    }

    @Override
    public void fill(DataSet data, int[] examples, int from, int rows, float[] values) {
      int width = targets.size();
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < width; j++) {
          double value = data.target(examples[from + i], j);
          values[i * width + j] = (float) targets.get(j).scaled(value);
        }
      }
    }

    @Override
    public double score(DataSet data, int[] examples, int from, int rows, float[] outputs) {
      int width = targets.size();
      double sum = 0;
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < width; j++) {
          double target = targets.get(j).scaled(data.target(examples[from + i], j));
          double error = outputs[i * width + j] - target;
          sum += error * error / width;
        }
      }
      return sum;
    }
  }
}
