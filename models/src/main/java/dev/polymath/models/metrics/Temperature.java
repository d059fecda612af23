package dev.polymath.models.metrics;

/**
 * The temperature T that makes probabilities as sure as they should be: with z = ln p, and
 * softmax(z / T) in place of p, the mean cross-entropy of predictions is least. It is convex in 1 /
 * T, and its minimum is found by Newton's method between bounds.
 */
final class Temperature {

  /** On examples that are all right no temperature is low enough; further than this is no gain. */
  private static final double LEAST = 0.1;

  private static final double MOST = 10;
  private static final int STEPS = 100;
  private static final double PRECISE = 1e-12;

  private final double[] logs;
  private final int[] labels;
  private final int classes;

  private Temperature(Predictions predictions) {
    classes = predictions.classes();
    labels = new int[predictions.size()];
    logs = new double[Math.multiplyExact(labels.length, classes)];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = predictions.label(i);
      for (int c = 0; c < classes; c++) {
        float p = predictions.probability(i, c);
        logs[i * classes + c] = StrictMath.log(Math.max(Float.MIN_VALUE, p));
      }
    }
  }

  static double of(Predictions predictions) {
    return predictions.size() == 0 ? 1 : new Temperature(predictions).fit();
  }

  static double loss(Predictions predictions) {
    if (predictions.size() == 0) {
      return Double.NaN;
    }
    Temperature temperature = new Temperature(predictions);
    return temperature.loss(1 / temperature.fit());
  }

  private double loss(double inverse) {
    double loss = 0;
    for (int i = 0; i < labels.length; i++) {
      int at = i * classes;
      double top = top(at);
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += StrictMath.exp(inverse * (logs[at + c] - top));
      }
      loss += StrictMath.log(sum) - inverse * (logs[at + labels[i]] - top);
    }
    return loss / labels.length;
  }

  private double fit() {
    double low = 1 / MOST;
    double high = 1 / LEAST;
    double inverse = 1;
    for (int step = 0; step < STEPS; step++) {
      double slope = 0;
      double curvature = 0;
      for (int i = 0; i < labels.length; i++) {
        int at = i * classes;
        double mean = 0;
        double squares = 0;
        double sum = 0;
        double top = top(at);
        for (int c = 0; c < classes; c++) {
          double weight = StrictMath.exp(inverse * (logs[at + c] - top));
          sum += weight;
          mean += weight * logs[at + c];
          squares += weight * logs[at + c] * logs[at + c];
        }
        mean /= sum;
        slope += mean - logs[at + labels[i]];
        curvature += Math.max(0, squares / sum - mean * mean);
      }
      if (slope > 0) {
        high = inverse;
      } else {
        low = inverse;
      }
      double next = inverse - slope / curvature;
      if (!(next > low && next < high)) {
        next = (low + high) / 2;
      }
      if (Math.abs(next - inverse) <= PRECISE * inverse) {
        break;
      }
      inverse = next;
    }
    return 1 / inverse;
  }

  private double top(int at) {
    double top = logs[at];
    for (int c = 1; c < classes; c++) {
      top = Math.max(top, logs[at + c]);
    }
    return top;
  }
}
