package dev.polymath.models.monitor;

import dev.polymath.models.metrics.ConfusionMatrix;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.metrics.LabelEvaluation;
import dev.polymath.models.metrics.RegressionEvaluation;
import dev.polymath.models.monitor.Verdict.Finding.Kind;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What is wrong on examples that the training has not seen: those held out, and those to test. */
final class UnseenSymptoms {

  private static final double FAR_BEHIND = 0.05;
  private static final double FAR_BEHIND_NUMBERS = 0.15;
  private static final int FEWEST_NUMBERS = 50;
  private static final double MISSED = 0.5;
  private static final int FEWEST = 5;
  private static final int MOST_NAMED = 3;

  private final Run run;
  private final Findings findings;
  private final LabelFindings labels;

  UnseenSymptoms(Run run, Findings findings, LabelFindings labels) {
    this.labels = labels;
    this.run = run;
    this.findings = findings;
  }

  void find(TrainingOptions options) {
    if (run.regression()) {
      numbers();
      return;
    }
    Evaluation test = run.test();
    TrainingHistory.Epoch last = run.keptEpoch();
    if (last != null && !Double.isNaN(last.validationAccuracy())) {
      heldOut(options, last);
    }
    LabelEvaluation labelTest = run.labelTest();
    if (labelTest != null) {
      labels.unseen(labelTest, last == null ? Double.NaN : last.trainAccuracy());
    }
    if (test != null && test.confusion().total() > 0) {
      if (last != null && !findings.has(Kind.OVERFITTING)) {
        test(options, last, test);
      }
      noBetterThanOneClass(test.confusion());
      rareClasses(test.confusion());
    }
  }

  private void numbers() {
    RegressionEvaluation test = run.numbers();
    if (test == null || Double.isNaN(test.r2()) || findings.has(Kind.STUCK_AT_CHANCE)) {
      return;
    }
    double explained = run.finalExplained();
    if (test.examples() >= FEWEST_NUMBERS && explained - test.r2() > FAR_BEHIND_NUMBERS) {
      findings.add(
          Kind.OVERFITTING,
          false,
          0,
          "try more weight decay, fewer epochs or more examples",
          "it knows its examples by heart: it explains %.1f %% of the variance of the training"
              + " targets, but only %.1f %% of the test targets'",
          100 * explained,
          100 * Math.max(0, test.r2()));
    }
    if (test.r2() <= 0) {
      findings.add(
          Kind.NO_BETTER_THAN_THE_MEAN,
          false,
          0,
          findings.isEmpty()
              ? "check that the features say something about the targets"
              : Diagnosis.OTHERS_FIRST,
          "it is no better than always saying the mean: R² is %.3f on the test examples",
          test.r2());
    }
  }

  private void heldOut(TrainingOptions options, TrainingHistory.Epoch last) {
    double held = last.validationAccuracy();
    double part = options.validation();
    // Validation examples of their own: how many is not known here. As many as there are to train.
    double count = part > 0 ? run.examples() * part / (1 - part) : run.examples();
    if (!farBehind(last.trainAccuracy(), held, count)) {
      return;
    }
    TrainingHistory.Epoch best =
        run.epochs().stream()
            .max(Comparator.comparingDouble(TrainingHistory.Epoch::validationAccuracy))
            .orElse(last);
    findings.add(
        Kind.OVERFITTING,
        false,
        0,
        remedy(options, best.epoch() < last.epoch() ? ", fewer epochs" : ""),
        "it knows its examples by heart: %.1f %% of them are right, %.1f %% of those held out (at"
            + " best %.1f %%, in epoch %d)",
        100 * last.trainAccuracy(),
        100 * held,
        100 * best.validationAccuracy(),
        best.epoch());
  }

  private void test(TrainingOptions options, TrainingHistory.Epoch last, Evaluation test) {
    double accuracy = test.accuracy();
    if (!farBehind(last.trainAccuracy(), accuracy, test.confusion().total())) {
      return;
    }
    if (!Double.isNaN(last.validationAccuracy())) {
      findings.add(
          Kind.TEST_DIFFERS,
          false,
          0,
          "compare where the two come from, and how they were made",
          "the test examples are unlike those of the training: %.1f %% of them are right, but %.1f"
              + " %% of those held out",
          100 * accuracy,
          100 * last.validationAccuracy());
      return;
    }
    findings.add(
        Kind.OVERFITTING,
        false,
        0,
        remedy(options, ", fewer epochs"),
        "it knows its examples by heart: %.1f %% of them are right, but only %.1f %% of the test"
            + " examples",
        100 * last.trainAccuracy(),
        100 * accuracy);
  }

  private static String remedy(TrainingOptions options, String more) {
    return "try more weight decay"
        + (options.labelSmoothing() > 0 ? "" : ", label smoothing")
        + more
        + " or more examples";
  }

  /** By more than chance explains among so many examples. */
  private static boolean farBehind(double train, double unseen, double count) {
    double error = Math.sqrt(unseen * (1 - unseen) / count);
    return train - unseen > Math.max(FAR_BEHIND, 3 * error);
  }

  private void noBetterThanOneClass(ConfusionMatrix confusion) {
    double baseline = confusion.baseline();
    double error = Math.sqrt(baseline * (1 - baseline) / confusion.total());
    if (findings.has(Kind.STUCK_AT_CHANCE)
        || confusion.classes() < 2
        || confusion.accuracy() > baseline + error) {
      return;
    }
    findings.add(
        Kind.NO_BETTER_THAN_ONE_CLASS,
        false,
        0,
        findings.isEmpty()
            ? "check that the features say something about the classes"
            : Diagnosis.OTHERS_FIRST,
        "it is hardly better than always saying \"%s\": that gets %.1f %% of the test examples"
            + " right, and it gets %.1f %%",
        confusion.classNames().get(confusion.mostFrequent()),
        100 * baseline,
        100 * confusion.accuracy());
  }

  private void rareClasses(ConfusionMatrix confusion) {
    if (findings.has(Kind.CLASS_NEVER_PREDICTED) || findings.has(Kind.STUCK_AT_CHANCE)) {
      return;
    }
    List<Integer> missed =
        confusion.rareClasses().stream()
            .filter(c -> confusion.support(c) >= FEWEST && confusion.recall(c) < MISSED)
            .toList();
    if (missed.isEmpty()) {
      return;
    }
    List<String> named =
        missed.stream()
            .limit(MOST_NAMED)
            .map(
                c ->
                    String.format(
                        Locale.ROOT,
                        "%,d of %,d of \"%s\"",
                        confusion.count(c, c),
                        confusion.support(c),
                        confusion.classNames().get(c)))
            .toList();
    int more = missed.size() - named.size();
    findings.add(
        Kind.RARE_CLASS_MISSED,
        false,
        0,
        "add examples of " + (missed.size() == 1 ? "it" : "them") + ", or repeat those there are",
        "it misses most of what is rare: of the test examples it found %s%s",
        String.join(", ", named),
        more == 0 ? "" : ", and few of " + more + " more classes");
  }
}
