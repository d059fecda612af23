package dev.polymath.models.monitor;

import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.metrics.LabelEvaluation;
import dev.polymath.models.metrics.RegressionEvaluation;
import dev.polymath.models.monitor.Verdict.Finding.Kind;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds what is wrong with a run. The bounds, and why they are where they are: {@link Kind}. */
final class Diagnosis {

  /** Fewer steps are no training: even a small set takes some fifty. */
  private static final int FEWEST_STEPS = 20;

  private static final double LOSS_ROSE = 2;
  private static final double USUAL_UPDATE = 1e-3;
  private static final double SMALL_UPDATE = 3e-4;
  private static final double LOSS_HARDLY_FELL = 0.7;
  private static final double SURE_AND_WRONG = 0.2;
  private static final double AT_THE_MEAN = 0.01;
  private static final int MISSED = 20;
  private static final double UNEVEN = 0.6;

  /** The advice where a finding may be a consequence of those before it. */
  static final String OTHERS_FIRST = "deal with the findings above first";

  private final Run run;
  private final Causes causes;
  private final Findings findings = new Findings();
  private final LabelFindings labels;

  private Diagnosis(Run run) {
    this.run = run;
    this.causes = new Causes(run);
    this.labels = new LabelFindings(run, findings);
  }

  static Verdict of(Run run) {
    return new Diagnosis(run).verdict();
  }

  private Verdict verdict() {
    TrainingOptions options = run.options();
    long steps = run.samples().isEmpty() ? 0 : run.samples().get(run.samples().size() - 1).step();
    boolean few = run.failure() == null && (options == null || steps < FEWEST_STEPS);
    if (options != null && !run.samples().isEmpty() && !few) {
      new LayerSymptoms(run, causes, findings).find();
      if (!run.regression() && options.loss() == LossFunction.SQUARED_ERROR) {
        saturatedOutput();
      }
      tooSmallRate(options);
      boolean stuck = run.failure() == null && (run.labels() ? labels.stuck(options) : atChance());
      tooLargeRate(options, stuck);
      if (stuck && run.regression()) {
        stuckAtTheMean();
      } else if (stuck && run.labels()) {
        labels.addStuck(options);
      } else if (stuck) {
        stuckAtChance();
      } else if (run.failure() == null && !run.regression()) {
        neverPredicted();
      }
    }
    if (options != null && run.failure() == null) {
      new UnseenSymptoms(run, findings, labels).find(options);
    }
    if (run.failure() != null) {
      diverged(run.failure());
    }
    List<Verdict.Finding> sorted = findings.sorted();
    if (!sorted.isEmpty()) {
      return new Verdict(found(sorted), sorted);
    }
    return new Verdict(
        few ? count(steps, "step") + ": too few to judge by" : allIsWell(), List.of());
  }

  private static String found(List<Verdict.Finding> findings) {
    long problems = findings.stream().filter(f -> f.severity() == Verdict.Severity.PROBLEM).count();
    long warnings = findings.size() - problems;
    String text = problems == 0 ? "" : count(problems, "problem");
    if (problems > 0 && warnings > 0) {
      text += " and ";
    }
    return text
        + (warnings == 0 ? "" : count(warnings, "warning"))
        + (problems > 0
            ? ": something kept it from learning well"
            : ": it learned, but "
                + (warnings == 1 ? "one thing needs" : "some things need")
                + " a look");
  }

  private String allIsWell() {
    return "all is well: it learned without trouble and "
        + (run.regression() ? explains() : getsRight());
  }

  private String explains() {
    RegressionEvaluation test = run.numbers();
    double unseen = test == null ? Double.NaN : test.r2();
    return "explains "
        + percent(run.finalExplained())
        + " of the variance of the training targets"
        + (Double.isNaN(unseen) ? "" : " and " + percent(unseen) + " of the test targets'");
  }

  private String getsRight() {
    List<String> right = new ArrayList<>();
    String of = run.labels() ? " of the labels of " : " of ";
    right.add(percent(run.finalAccuracy()) + of + "the training examples");
    TrainingHistory.Epoch kept = run.keptEpoch();
    double held = kept == null ? Double.NaN : kept.validationAccuracy();
    if (Double.isFinite(held)) {
      right.add(percent(held) + of + "those held out");
    }
    Evaluation test = run.test();
    if (test != null && test.confusion().total() > 0) {
      right.add(percent(test.accuracy()) + of + "the test examples");
    }
    LabelEvaluation labelTest = run.labelTest();
    if (labelTest != null) {
      right.add(percent(labelTest.accuracy()) + of + "the test examples");
    }
    String last = right.remove(right.size() - 1);
    return "gets " + String.join(", ", right) + (right.isEmpty() ? "" : " and ") + last + " right";
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }

  private void saturatedOutput() {
    double wrong =
        run.samples().stream()
            .limit((run.samples().size() + 1) / 2)
            .mapToDouble(StepSample::confidentlyWrong)
            .average()
            .orElse(Double.NaN);
    if (!(wrong >= SURE_AND_WRONG)) {
      return;
    }
    String start = causes.atTheStart();
    findings.add(
        Kind.SATURATED_OUTPUT,
        true,
        run.layers(),
        "try the cross-entropy" + (start.isEmpty() ? "" : ", and " + start),
        "the softmax is saturated: %.0f %% of the examples in the first half had a probability"
            + " above 0.99 for a wrong class, where the squared error has almost no gradient",
        100 * wrong);
  }

  /** Whether a network that always names the most frequent class would have done as well. */
  private boolean atChance() {
    if (run.regression()) {
      return run.finalExplained() < AT_THE_MEAN;
    }
    double chance = run.chance();
    long judged = run.epochs().isEmpty() ? run.sampled() / 3 : run.examples();
    double error = Math.sqrt(chance * (1 - chance) / judged);
    boolean level = run.finalAccuracy() < chance + 3 * error;
    return level && (chance < UNEVEN || onlyPredicts(run.mostFrequent()));
  }

  private void stuckAtChance() {
    findings.add(
        Kind.STUCK_AT_CHANCE,
        true,
        0,
        findings.isEmpty()
            ? "check that the labels belong to the examples; then try another learning rate"
            : OTHERS_FIRST,
        "accuracy stayed at chance: %.1f %% of the training examples, where always naming class"
            + " \"%s\" gets %.1f %%",
        100 * run.finalAccuracy(),
        run.names().get(run.mostFrequent()),
        100 * run.chance());
  }

  private void stuckAtTheMean() {
    findings.add(
        Kind.STUCK_AT_CHANCE,
        true,
        0,
        findings.isEmpty()
            ? "check that the targets belong to the examples, and that the features say something"
                + " about them; then try another learning rate"
            : OTHERS_FIRST,
        "it learned nothing: it explains %.1f %% of the variance of the training targets, and always"
            + " saying their mean explains as much",
        100 * Math.max(0, run.finalExplained()));
  }

  /** Whether all others were missed lately. */
  private boolean onlyPredicts(int frequent) {
    int missed = 0;
    for (int c = 0; c < run.missed().length; c++) {
      missed += c == frequent ? 0 : run.missed()[c];
    }
    return missed >= MISSED;
  }

  private void neverPredicted() {
    List<String> names = new ArrayList<>();
    long passed = 0;
    for (int c = 0; c < run.missed().length; c++) {
      if (run.missed()[c] >= MISSED) {
        names.add('"' + run.names().get(c) + '"');
        passed += run.missed()[c];
      }
    }
    if (names.isEmpty()) {
      return;
    }
    findings.add(
        Kind.CLASS_NEVER_PREDICTED,
        false,
        0,
        findings.isEmpty()
            ? "add examples of " + (names.size() == 1 ? "it" : "them") + ", or train longer"
            : OTHERS_FIRST,
        "%s %s %s never predicted towards the end, while %,d examples of %s went by",
        run.labels()
            ? names.size() == 1 ? "label" : "labels"
            : names.size() == 1 ? "class" : "classes",
        String.join(", ", names),
        names.size() == 1 ? "was" : "were",
        passed,
        names.size() == 1 ? "it" : "them");
  }

  private void tooSmallRate(TrainingOptions options) {
    double update = run.usualUpdate();
    boolean slow = run.lastLoss() > LOSS_HARDLY_FELL * run.firstLoss() && !run.learned();
    // Without any update there is no gradient, which is another finding.
    if (run.failure() != null || !slow || update == 0 || update >= SMALL_UPDATE) {
      return;
    }
    String start = causes.atTheStart();
    double factor = Math.pow(10, Math.max(1, Math.round(Math.log10(USUAL_UPDATE / update))));
    findings.add(
        Kind.LEARNING_RATE_TOO_SMALL,
        true,
        0,
        "try a learning rate of "
            + Causes.number(options.learningRate() * Math.min(factor, 1000))
            + (start.isEmpty() ? "" : ", and " + start),
        "the weights hardly move: the largest updates are about %s %% of them, 0.1 %% is usual;"
            + " the loss went from %s to %s",
        Causes.two(100 * update),
        Causes.number(run.firstLoss()),
        Causes.number(run.lastLoss()));
  }

  private void tooLargeRate(TrainingOptions options, boolean stuck) {
    int layer = causes.largeUpdates();
    double start = Math.max(run.firstLoss(), unlearned(options));
    double most = run.samples().stream().mapToDouble(StepSample::loss).max().orElse(Double.NaN);
    boolean rose = most > LOSS_ROSE * start;
    boolean harmed =
        run.failure() != null
            || rose
            || findings.has(Kind.DEAD_UNITS)
            || findings.has(Kind.SATURATED_ACTIVATIONS)
            || stuck;
    if (!rose && !(layer >= 0 && harmed)) {
      return;
    }
    String seen =
        rose
            ? "the loss rose from " + Causes.number(run.firstLoss()) + " to " + Causes.number(most)
            : "";
    if (layer >= 0) {
      seen =
          String.format(
              Locale.ROOT,
              "one update changes the weight of %s by up to %s %%, where 0.1 %% is usual%s",
              run.name(layer),
              Causes.two(100 * run.peak(layer, StepSample.LayerSample::updateRatio)),
              rose ? "; " + seen : "");
    }
    findings.add(
        Kind.LEARNING_RATE_TOO_LARGE, true, Math.max(0, layer + 1), causes.lowerRate(), "%s", seen);
  }

  /** The loss of a network that gives all the same probability, or says the means. */
  private double unlearned(TrainingOptions options) {
    double classes = run.names().size();
    if (run.regression()) {
      return classes;
    }
    if (run.labels()) {
      return classes * Math.log(2);
    }
    return options.loss() == LossFunction.CROSS_ENTROPY ? Math.log(classes) : 1 - 1 / classes;
  }

  private void diverged(TrainingDivergedException failure) {
    String advice = causes.atTheStart();
    if (findings.has(Kind.LEARNING_RATE_TOO_LARGE)) {
      advice = causes.lowerRate();
    } else if (run.samples().isEmpty()) {
      advice = "check the data and the weights: nothing was updated yet";
    } else if (advice.isEmpty()) {
      advice = causes.lowerRate();
    }
    findings.add(
        Kind.DIVERGED,
        true,
        0,
        advice,
        "the run failed at %s",
        String.valueOf(failure.getMessage()));
  }

  private static String count(long count, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
  }
}
