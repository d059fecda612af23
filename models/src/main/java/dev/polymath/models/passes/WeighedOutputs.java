package dev.polymath.models.passes;

import dev.polymath.models.data.DataSet;
import java.util.function.DoubleBinaryOperator;

/**
 * Rows of numbers or labels whose outputs have a weight each, for losses that are a sum over the
 * outputs: the gradient of each output is multiplied by its weight, which is exact for all of them.
 * The value of the loss is computed on the host. Allocates nothing.
 */
public final class WeighedOutputs implements TargetRows {

  private final TargetRows rows;
  private final DoubleBinaryOperator loss;
  private final float[] on;
  private final float[] off;

  /**
   * @param rows of numbers or labels
   * @param loss of one output beside its target
   * @param on for each output a factor, which the weight of an example is multiplied by, where its
   *     target is 1
   * @param off the same for all other targets
   */
  public WeighedOutputs(TargetRows rows, DoubleBinaryOperator loss, float[] on, float[] off) {
    this.rows = rows;
    this.loss = loss;
    this.on = on;
    this.off = off;
  }

  @Override
  public void fill(DataSet data, int[] examples, int from, int rows, float[] targets) {
    this.rows.fill(data, examples, from, rows, targets);
  }

  @Override
  public double score(DataSet data, int[] examples, int from, int rows, float[] outputs) {
    return this.rows.score(data, examples, from, rows, outputs);
  }

  /**
   * Writes the weight of each output of {@code examples[from .. from + rows)}, row by row.
   *
   * @param weights its first {@code rows · outputs} elements are overwritten
   */
  void weights(DataSet data, int[] examples, int from, int rows, float[] weights) {
    int width = on.length;
    for (int i = 0; i < rows; i++) {
      float weight = data.weight(examples[from + i]);
      for (int j = 0; j < width; j++) {
        boolean has = data.target(examples[from + i], j) == 1;
        weights[i * width + j] = weight * (has ? on[j] : off[j]);
      }
    }
  }

  /** The mean over the rows of the weighted loss. */
  double value(float[] outputs, float[] targets, float[] weights, int rows) {
    double sum = 0;
    for (int i = 0; i < rows * on.length; i++) {
      sum += weights[i] * loss.applyAsDouble(outputs[i], targets[i]);
    }
    return sum / rows;
  }
}
