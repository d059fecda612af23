package dev.polymath.models.data;

/**
 * Mean and standard deviation of the features of a data set, as {@link DataSet#gather} delivers
 * them (pixels in [0, 1]); for a feature x over n examples: mean μ = 1/n · Σx, standard deviation
 * √(1/n · Σ(x−μ)²). The overall figures take all features of all examples as one sample.
 *
 * <p>Computed in double. A feature that never varies has a standard deviation of exactly 0: whoever
 * divides by it sets a floor. Immutable.
 */
public final class FeatureStatistics {
  private final double[] means;
  private final double[] standardDeviations;
  private final double overallMean;
  private final double overallStandardDeviation;

  FeatureStatistics(
      double[] means,
      double[] standardDeviations,
      double overallMean,
      double overallStandardDeviation) {
    this.means = means;
    this.standardDeviations = standardDeviations;
    this.overallMean = overallMean;
    this.overallStandardDeviation = overallStandardDeviation;
  }

  /** Number of features. */
  public int features() {
    return means.length;
  }

  /** Mean of one feature. */
  public double mean(int feature) {
    return means[feature];
  }

  /** Standard deviation of one feature, 0 if it never varies. */
  public double standardDeviation(int feature) {
    return standardDeviations[feature];
  }

  /** Mean over all features of all examples. */
  public double overallMean() {
    return overallMean;
  }

  /** Standard deviation over all features of all examples. */
  public double overallStandardDeviation() {
    return overallStandardDeviation;
  }

  /** How many features, and the figures over all of them. */
  @Override
  public String toString() {
    return "FeatureStatistics["
        + features()
        + " features, mean "
        + overallMean
        + ", standard deviation "
        + overallStandardDeviation
        + "]";
  }
}
