package dev.polymath.models.monitor;

import dev.polymath.Tensor;
import dev.polymath.models.data.Task;
import dev.polymath.models.internal.Argmax;

/** Takes the figures of a network's output against its targets, into buffers made once. */
final class OutputGauge {

  private static final double CONFIDENT = 0.99;

  private final Task task;
  private final boolean logits;
  private final boolean probabilities;
  private final int classes;
  private final float[] targets;

  private final int[] missed;

  private final long[] frequencies;

  private long measured;
  private double accuracy;
  private double confidentlyWrong;
  private double explained;

  /**
   * @param task what is learned
   * @param logits whether the outputs are those before a softmax
   * @param probabilities whether they are those after one
   */
  OutputGauge(int rows, int classes, Task task, boolean logits, boolean probabilities) {
    this.task = task;
    this.logits = logits;
    this.probabilities = probabilities;
    this.classes = classes;
    this.targets = new float[rows * classes];
    this.missed = new int[classes];
    this.frequencies = new long[classes];
  }

  double accuracy() {
    return accuracy;
  }

  double confidentlyWrong() {
    return confidentlyWrong;
  }

  /** See {@link StepSample#explained}. */
  double explained() {
    return explained;
  }

  /** How many examples were measured. */
  long measured() {
    return measured;
  }

  /** Per class or label, how many of its examples were measured since it was last predicted. */
  int[] missed() {
    return missed.clone();
  }

  /** Per class or label, how many of its examples were measured. */
  long[] frequencies() {
    return frequencies.clone();
  }

  /**
   * @param output {@code [rows, classes]}, read
   * @param target {@code [rows, classes]}, read
   * @param scratch overwritten
   */
  void measure(Tensor output, Tensor target, float[] scratch) {
    int rows = output.rows();
    output.read(scratch, 0);
    target.read(targets, 0);
    measured += rows;
    if (task == Task.LABELS) {
      labels(scratch, rows);
      return;
    }
    if (task == Task.REGRESSION) {
      accuracy = Double.NaN;
      confidentlyWrong = Double.NaN;
      explained = explained(scratch, rows * classes);
      return;
    }
    explained = Double.NaN;
    int correct = 0;
    int confident = 0;
    for (int i = 0; i < rows; i++) {
      int label = Argmax.of(targets, i * classes, classes);
      missed[label]++;
      frequencies[label]++;
    }
    for (int i = 0; i < rows; i++) {
      int predicted = Argmax.of(scratch, i * classes, classes);
      missed[predicted] = 0;
      if (predicted == Argmax.of(targets, i * classes, classes)) {
        correct++;
      } else if (probability(scratch, i * classes, predicted) > CONFIDENT) {
        confident++;
      }
    }
    accuracy = (double) correct / rows;
    confidentlyWrong = logits || probabilities ? (double) confident / rows : Double.NaN;
  }

  /** A target above a half, smoothed or not, is a label that the example has. */
  private void labels(float[] outputs, int rows) {
    explained = Double.NaN;
    confidentlyWrong = Double.NaN;
    long right = 0;
    for (int i = 0; i < rows * classes; i++) {
      int label = i % classes;
      boolean has = targets[i] > 0.5f;
      boolean said = outputs[i] >= 0;
      right += has == said ? 1 : 0;
      frequencies[label] += has ? 1 : 0;
      missed[label] = said ? 0 : missed[label] + (has ? 1 : 0);
    }
    accuracy = (double) right / (rows * classes);
  }

  /** Targets have mean 0: what is left of their squares is not explained. */
  private double explained(float[] outputs, int length) {
    double left = 0;
    double all = 0;
    for (int i = 0; i < length; i++) {
      double error = (double) outputs[i] - targets[i];
      left += error * error;
      all += (double) targets[i] * targets[i];
    }
    return all == 0 ? Double.NaN : 1 - left / all;
  }

  /** Of the largest output. */
  private double probability(float[] values, int from, int predicted) {
    float largest = values[from + predicted];
    if (!logits) {
      return largest;
    }
    double sum = 0;
    for (int j = 0; j < classes; j++) {
      sum += Math.exp(values[from + j] - largest);
    }
    return 1 / sum;
  }
}
