package dev.polymath.spark;

import dev.polymath.models.data.DataSet;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Rows that become the examples of a step. */
final class RowBatch {

  private final TrainingPlan plan;
  private final float[] features;
  private final double[] labels;
  private final float[] weights;
  private int size;
  private int rows;

  /**
   * @param most the most rows
   */
  RowBatch(TrainingPlan plan, int most) {
    this.plan = plan;
    features = new float[Math.multiplyExact(most, plan.features())];
    labels = new double[most];
    weights = new float[most];
    size = most;
  }

  /** Forgets the rows, and is full at {@code size} from now on. */
  void begin(int size) {
    this.size = size;
    rows = 0;
  }

  /** Takes the row that begins at {@code at}. */
  void add(ByteBuffer block, int at) {
    RowCode.features(block, at, plan.features(), features, rows * plan.features());
    labels[rows] = RowCode.label(block, at);
    weights[rows] = (float) (RowCode.weight(block, at) / plan.meanWeight());
    rows++;
  }

  int rows() {
    return rows;
  }

  boolean full() {
    return rows == size;
  }

  /** The rows so far. */
  DataSet examples() {
    return rows == labels.length
        ? plan.examples(features, labels, weights)
        : plan.examples(
            Arrays.copyOf(features, rows * plan.features()),
            Arrays.copyOf(labels, rows),
            Arrays.copyOf(weights, rows));
  }
}
