package dev.polymath.models.monitor;

import dev.polymath.Activation;
import dev.polymath.models.monitor.Finding.Kind;
import java.util.function.ToDoubleFunction;

/** What single layers show. The bounds, and why they are where they are: {@link Kind}. */
final class LayerSymptoms {

  private static final double LARGE_GRADIENT = 10;
  private static final int OFTEN = 3;
  private static final double SATURATED_FIRST = 0.3;
  private static final double SATURATED_LAST = 0.85;
  private static final double LEARNED = 0.9;
  private static final double VANISHING = 100;
  private static final double DEAD = 0.5;
  private static final int FEWEST_DEAD = 4;
  private static final double NEARLY_ALL = 0.9;

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
    double first = run.atFirst(layer, LayerSample::saturated);
    double last = run.atLast(layer, LayerSample::saturated);
    boolean early = first >= SATURATED_FIRST;
    boolean late = last >= SATURATED_LAST && run.finalAccuracy() < LEARNED;
    if (isSoftmax(layer) || !early && !late) {
      return;
    }
    String seen =
        early
            ? "%s: %.0f %% of its activations are saturated from the start: the gradient through"
                + " them is below %d %% of its largest"
            : "%s: %.0f %% of its activations were saturated in the end: the gradient through them"
                + " is below %d %% of its largest";
    String advice = causes.atTheStart();
    if (advice.isEmpty() || !early) {
      advice = causes.lowerRate();
    }
    findings.add(
        Kind.SATURATED_ACTIVATIONS,
        early && run.finalAccuracy() < LEARNED,
        layer + 1,
        advice,
        seen,
        run.name(layer),
        100 * (early ? first : last),
        LayerSample.SATURATED_PERCENT);
  }

  private boolean isSoftmax(int layer) {
    return run.specs().get(layer).activation() == Activation.SOFTMAX;
  }

  private void dead(int layer) {
    double[] dead = run.values(layer, LayerSample::dead).filter(d -> !Double.isNaN(d)).toArray();
    if (dead.length == 0) {
      return;
    }
    double last = dead[dead.length - 1];
    if (last < DEAD || last * run.specs().get(layer).outputs() < FEWEST_DEAD) {
      return;
    }
    String advice = causes.atTheStart();
    if (causes.largeUpdates() >= 0) {
      advice = causes.lowerRate();
    } else if (advice.isEmpty()) {
      advice =
          dead[0] >= DEAD
              ? "standardise the inputs, or try leaky ReLU"
              : causes.lowerRate() + ", or leaky ReLU";
    }
    findings.add(
        Kind.DEAD_UNITS,
        last >= NEARLY_ALL,
        layer + 1,
        advice,
        "%s: %.0f %% of its units put out 0 for every one of the last %d examples sampled or more:"
            + " they learn nothing any more",
        run.name(layer),
        100 * last,
        LayerSample.DEAD_EXAMPLES);
  }

  private void exploding(int layer) {
    ToDoubleFunction<LayerSample> relative = s -> s.gradientNorm() / s.weightNorm();
    if (run.above(layer, relative, LARGE_GRADIENT) < OFTEN) {
      return;
    }
    String advice = causes.atTheStart();
    findings.add(
        Kind.EXPLODING_GRADIENTS,
        true,
        layer + 1,
        advice.isEmpty() ? causes.lowerRate() : advice,
        "%s: its gradient is up to %s times as large as its weight",
        run.name(layer),
        Causes.two(run.most(layer, relative)));
  }

  private void vanishing() {
    int last = run.layers() - 1;
    while (last > 0 && Double.isNaN(run.most(last, LayerSample::gradientNorm))) {
      last--;
    }
    int worst = -1;
    double most = VANISHING;
    for (int i = 0; i < last; i++) {
      double behind = timesBehind(i, last);
      if (behind > most) {
        worst = i;
        most = behind;
      }
    }
    if (worst < 0) {
      return;
    }
    String advice = causes.atTheStart();
    if (advice.isEmpty()) {
      advice = "try ReLU in the hidden layers, or fewer layers";
    }
    findings.add(
        Kind.VANISHING_GRADIENTS,
        true,
        worst + 1,
        advice,
        Double.isInfinite(most)
            ? "layer %d: no gradient reaches it, while layer %d has one"
            : "layer %d: gradients reach it %3$,.0f times smaller than layer %2$d",
        worst + 1,
        last + 1,
        most);
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
