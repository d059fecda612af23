package dev.polymath.models.monitor;

import dev.polymath.Activation;
import dev.polymath.models.monitor.Verdict.Finding.Kind;
import java.util.function.ToDoubleFunction;

/** What single layers show. The bounds, and why they are where they are: {@link Kind}. */
final class LayerSymptoms {

  private static final double LARGE_GRADIENT = 10;
  private static final int OFTEN = 3;
  private static final double SATURATED_FIRST = 0.3;
  private static final double SATURATED_LAST = 0.85;
  private static final double VANISHING = 100;
  private static final double DEAD = 0.9;
  private static final double DEAD_FOR_A_REASON = 0.5;
  private static final int FEWEST_DEAD = 4;

  private final Run run;
  private final Causes causes;
  private final Findings findings;

  LayerSymptoms(Run run, Causes causes, Findings findings) {
    this.run = run;
    this.causes = causes;
    this.findings = findings;
  }

  void find() {
    for (int layer = 0; layer < run.layers(); layer++) {
      saturated(layer);
      dead(layer);
      exploding(layer);
    }
    vanishing();
  }

  private void saturated(int layer) {
    double first = run.atFirst(layer, StepSample.LayerSample::saturated);
    double last = run.atLast(layer, StepSample.LayerSample::saturated);
    boolean early = first >= SATURATED_FIRST && !run.startsTrained();
    boolean late = last >= SATURATED_LAST && !run.learned();
    if (isSoftmax(layer) || !early && !late) {
      return;
    }
    String advice = causes.atTheStart();
    if (advice.isEmpty() || !early) {
      advice = causes.lowerRate();
    }
    findings.add(
        Kind.SATURATED_ACTIVATIONS,
        early && !run.learned(),
        layer + 1,
        advice,
        "%s: %.0f %% of its activations %s: the gradient through them is below %d %% of its largest",
        run.name(layer),
        100 * (early ? first : last),
        early ? "are saturated from the start" : "were saturated in the end",
        StepSample.LayerSample.SATURATED_PERCENT);
  }

  private boolean isSoftmax(int layer) {
    return run.specs().get(layer).activation() == Activation.SOFTMAX;
  }

  private void dead(int layer) {
    double[] dead =
        run.values(layer, StepSample.LayerSample::dead).filter(d -> !Double.isNaN(d)).toArray();
    if (dead.length == 0) {
      return;
    }
    double last = dead[dead.length - 1];
    String start = causes.atTheStart();
    boolean explained = causes.largeUpdates() >= 0 || !start.isEmpty();
    double bound = explained ? DEAD_FOR_A_REASON : DEAD;
    if (last < bound || last * run.specs().get(layer).outputs() < FEWEST_DEAD || run.learned()) {
      return;
    }
    String advice = causes.lowerRate();
    if (causes.largeUpdates() < 0) {
      advice = explained ? start : advice + ", or leaky ReLU";
    }
    findings.add(
        Kind.DEAD_UNITS,
        last >= DEAD,
        layer + 1,
        advice,
        "%s: %.0f %% of its units are dead: they put out 0 for all of the last %d examples sampled,"
            + " or more",
        run.name(layer),
        100 * last,
        StepSample.LayerSample.DEAD_EXAMPLES);
  }

  private void exploding(int layer) {
    // A weight that starts at zero is small beside any gradient: a fitting one's size counts then.
    double usual = Causes.fittingNorm(run.specs().get(layer));
    ToDoubleFunction<StepSample.LayerSample> relative =
        sample -> sample.gradientNorm() / Math.max(usual, sample.weightNorm());
    if (run.above(layer, relative, LARGE_GRADIENT) < OFTEN) {
      return;
    }
    findings.add(
        Kind.EXPLODING_GRADIENTS,
        true,
        layer + 1,
        orElse(causes.atTheStart(), causes.lowerRate()),
        "%s: its gradient is up to %s times as large as its weight",
        run.name(layer),
        Causes.two(run.peak(layer, relative)));
  }

  private void vanishing() {
    int last = run.layers() - 1;
    while (last >= 0 && !(Run.median(run.values(last, StepSample.LayerSample::gradientNorm)) > 0)) {
      last--;
    }
    if (last < 0) {
      nowhere();
      return;
    }
    for (int i = 0; i < last; i++) {
      double behind = timesBehind(i, last);
      if (behind > VANISHING) {
        findings.add(
            Kind.VANISHING_GRADIENTS,
            true,
            i + 1,
            orElse(causes.atTheStart(), "try ReLU in the hidden layers, or fewer layers"),
            Double.isInfinite(behind)
                ? "%s: no gradient reaches it, while layer %d has one"
                : "%s: gradients reach it %3$,.0f times smaller than layer %2$d",
            run.name(i),
            last + 1,
            behind);
        return;
      }
    }
  }

  private void nowhere() {
    if (!findings.has(Kind.DEAD_UNITS)) {
      findings.add(
          Kind.VANISHING_GRADIENTS,
          true,
          0,
          orElse(causes.atTheStart(), causes.lowerRate()),
          "in half of the samples no weight had a gradient");
    }
  }

  private static String orElse(String advice, String other) {
    return advice.isEmpty() ? other : advice;
  }

  /** The median over the samples in which the last layer has a gradient. */
  private double timesBehind(int layer, int last) {
    return Run.median(
        run.samples().stream()
            .filter(s -> s.layers().get(last).gradientNorm() > 0)
            .mapToDouble(
                s -> s.layers().get(last).gradientNorm() / s.layers().get(layer).gradientNorm()));
  }
}
