package dev.polymath.models.metrics;

import dev.polymath.models.internal.NumberText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How far a model's numbers are from the targets of a data set.
 *
 * @param examples how many, at least 1
 * @param targets the figures of each target, in order
 */
public record RegressionEvaluation(int examples, List<Figures> targets) {

  /**
   * The figures of one target y with predictions p over n examples, all but R² in its unit.
   *
   * @param name of the target
   * @param rmse √(1/n · Σ (y − p)²)
   * @param mae 1/n · Σ |y − p|
   * @param medianError the median of |y − p|
   * @param deviation √(1/n · Σ (y − mean)²): the RMSE of always saying the mean of these examples
   * @param r2 1 − (rmse / deviation)²: 1 is perfect, 0 no better than always saying the mean; NaN
   *     where the target never varies
   */
  public record Figures(
      String name, double rmse, double mae, double medianError, double deviation, double r2) {}

  public RegressionEvaluation {
    targets = List.copyOf(targets);
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("evaluation: expected at least one target, found none");
    }
  }

  /** The figures of predictions. */
  public static RegressionEvaluation of(RegressionPredictions predictions) {
    List<Figures> figures = new ArrayList<>();
    for (int j = 0; j < predictions.targets(); j++) {
      figures.add(figures(predictions, j));
    }
    return new RegressionEvaluation(predictions.size(), figures);
  }

  private static Figures figures(RegressionPredictions predictions, int target) {
    int n = predictions.size();
    double[] errors = new double[n];
    double[] actual = new double[n];
    for (int i = 0; i < n; i++) {
      errors[i] = Math.abs(predictions.residual(i, target));
      actual[i] = predictions.actual(i, target);
    }
    double rmse = rootMeanSquare(errors);
    double mae = Arrays.stream(errors).average().orElse(Double.NaN);
    double mean = actual[0] + Arrays.stream(actual).map(y -> y - actual[0]).sum() / n;
    double deviation = rootMeanSquare(Arrays.stream(actual).map(y -> y - mean).toArray());
    boolean varies = Arrays.stream(actual).anyMatch(y -> y != actual[0]);
    double ratio = rmse / deviation;
    Arrays.sort(errors);
    double median = errors[(n - 1) / 2] / 2 + errors[n / 2] / 2;
    return new Figures(
        predictions.names().get(target),
        rmse,
        mae,
        median,
        varies ? deviation : 0,
        varies ? 1 - ratio * ratio : Double.NaN);
  }

  /** In units of the largest, so that no square overflows. */
  private static double rootMeanSquare(double[] values) {
    double most = Arrays.stream(values).map(Math::abs).max().orElse(0);
    return most == 0
        ? 0
        : most
            * Math.sqrt(Arrays.stream(values).map(v -> v / most * (v / most)).average().orElse(0));
  }

  /** The R² of a single target; of several the mean, of those that vary. */
  public double r2() {
    return targets.stream()
        .mapToDouble(Figures::r2)
        .filter(r2 -> !Double.isNaN(r2))
        .average()
        .orElse(Double.NaN);
  }

  /**
   * The figures in one line, such as {@code RMSE 0.512, R² 0.803, MAE 0.341, median error 0.22,
   * 4128 examples}; of several targets the mean R².
   */
  public String summary() {
    String figures =
        targets.size() == 1
            ? line(targets.get(0))
            : String.format(
                Locale.ROOT, "mean R² of %d targets %s", targets.size(), shortened(r2()));
    return figures + ", " + examples + (examples == 1 ? " example" : " examples");
  }

  private static String line(Figures f) {
    return "RMSE "
        + shortened(f.rmse())
        + ", R² "
        + r2Text(f)
        + ", MAE "
        + shortened(f.mae())
        + ", median error "
        + shortened(f.medianError());
  }

  private static String r2Text(Figures f) {
    return Double.isNaN(f.r2()) ? "undefined (the target never varies)" : shortened(f.r2());
  }

  private static String shortened(double value) {
    return Double.isNaN(value) ? "undefined" : NumberText.text(value);
  }

  /** The summary, and of several targets a line for each. */
  @Override
  public String toString() {
    if (targets.size() == 1) {
      return summary();
    }
    StringBuilder text = new StringBuilder(summary());
    for (Figures f : targets) {
      text.append("\n").append("  ").append(f.name()).append(": ").append(line(f));
    }
    return text.toString();
  }
}
