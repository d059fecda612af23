package dev.polymath.models.monitor;

import dev.polymath.models.metrics.LabelEvaluation;
import dev.polymath.models.monitor.Verdict.Finding.Kind;
import dev.polymath.models.training.TrainingOptions;

/** What is wrong with a run that learns several labels at once. */
final class LabelFindings {

  /** A loss this near to that of the labels' frequencies has learned nothing beside them. */
  private static final double AT_THE_FREQUENCIES = 0.99;

  private static final double FAR_BEHIND = 0.05;

  /** The mean ROC-AUC of a model that hardly tells examples apart. */
  private static final double HARDLY_APART = 0.55;

  private final Run run;
  private final Findings findings;

  LabelFindings(Run run, Findings findings) {
    this.run = run;
    this.findings = findings;
  }

  /** Whether always saying how frequent each label is would have had the same loss. */
  boolean stuck(TrainingOptions options) {
    boolean weighed = options.balancedClasses() || !options.classWeights().isEmpty();
    return !weighed && run.lastLoss() > AT_THE_FREQUENCIES * frequencyLoss(options);
  }

  /** The loss of always saying how frequent each label is in training. */
  private double frequencyLoss(TrainingOptions options) {
    double loss = 0;
    double smoothing = options.labelSmoothing();
    for (long having : run.frequencies()) {
      double p = (1 - smoothing) * having / run.measured() + smoothing / 2;
      loss -= term(p) + term(1 - p);
    }
    return loss;
  }

  private static double term(double p) {
    return p > 0 ? p * Math.log(p) : 0;
  }

  void addStuck(TrainingOptions options) {
    findings.add(
        Kind.STUCK_AT_CHANCE,
        true,
        0,
        findings.isEmpty()
            ? "check that the labels belong to the examples, and that the features say something"
                + " about them; then try another learning rate"
            : Diagnosis.OTHERS_FIRST,
        "it learned nothing but how frequent the labels are: the loss ended at %s, and always saying"
            + " their frequencies has %s",
        Causes.number(run.lastLoss()),
        Causes.number(frequencyLoss(options)));
  }

  /** On the test examples. */
  void unseen(LabelEvaluation test, double trainAccuracy) {
    if (findings.has(Kind.STUCK_AT_CHANCE)) {
      return;
    }
    double accuracy = test.accuracy();
    double count = (double) test.examples() * test.labels().size();
    double error = Math.sqrt(accuracy * (1 - accuracy) / count);
    if (!findings.has(Kind.OVERFITTING)
        && trainAccuracy - accuracy > Math.max(FAR_BEHIND, 3 * error)) {
      findings.add(
          Kind.OVERFITTING,
          false,
          0,
          "try more weight decay, fewer epochs or more examples",
          "it knows its examples by heart: %.1f %% of their labels are told right, but only %.1f %%"
              + " of the test examples'",
          100 * trainAccuracy,
          100 * accuracy);
    }
    if (test.rocAuc() < HARDLY_APART && accuracy <= test.baseline() + error) {
      findings.add(
          Kind.NO_BETTER_THAN_ONE_CLASS,
          false,
          0,
          findings.isEmpty()
              ? "check that the features say something about the labels"
              : Diagnosis.OTHERS_FIRST,
          "it is hardly better than always saying of each label what most examples are: that gets"
              + " %.1f %% of the test examples' labels right, and it gets %.1f %%",
          100 * test.baseline(),
          100 * accuracy);
    }
  }
}
