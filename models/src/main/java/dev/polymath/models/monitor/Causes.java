package dev.polymath.models.monitor;

import dev.polymath.Activation;
import dev.polymath.models.LayerSpec;
import java.util.Locale;

/** What about a set-up explains several findings at once, and the advice that removes it. */
final class Causes {

  /**
   * How much larger than He's initialisation, the widest in use, weights may start: N(0, 1) is 20
   * times too wide for 784 inputs, and weights that were trained before have grown up to 3 times.
   */
  private static final double WIDE = 4;

  /** Standardised inputs have a scale of 1, pixels in [0, 1] of 0.3. */
  private static final double LARGE_INPUT = 10;

  /** The usual update, 0.1 % of the weight, times 50; healthy runs were measured up to 2 %. */
  private static final double LARGE_UPDATE = 0.05;

  private static final int OFTEN = 3;

  private final Run run;

  Causes(Run run) {
    this.run = run;
  }

  /** The first layer whose weights started far too wide; -1 where none did. */
  int wideLayer() {
    for (int i = 0; i < run.layers(); i++) {
      if (startDeviation(i) > WIDE * Math.sqrt(2.0 / run.specs().get(i).inputs())) {
        return i;
      }
    }
    return -1;
  }

  boolean largeInput() {
    return run.inputScale() > LARGE_INPUT;
  }

  /** The layer with the largest updates, if they were too large often; else -1. */
  int largeUpdates() {
    int worst = -1;
    double most = 0;
    for (int i = 0; i < run.layers(); i++) {
      double peak = run.most(i, LayerSample::updateRatio);
      if (run.above(i, LayerSample::updateRatio, LARGE_UPDATE) >= OFTEN && peak > most) {
        worst = i;
        most = peak;
      }
    }
    return worst;
  }

  /** Root mean square of a layer's weight before the first update; NaN without a weight. */
  private double startDeviation(int layer) {
    LayerSpec spec = run.specs().get(layer);
    double norm = run.values(layer, LayerSample::weightNorm).findFirst().orElse(Double.NaN);
    return norm / Math.sqrt((double) spec.inputs() * spec.outputs());
  }

  /** What is too large at the start and how to mend it; empty where nothing is. */
  String atTheStart() {
    if (largeInput()) {
      return String.format(
          Locale.ROOT,
          "the inputs are large (root mean square %.3g): standardise them",
          run.inputScale());
    }
    int wide = wideLayer();
    if (wide < 0) {
      return "";
    }
    LayerSpec spec = run.specs().get(wide);
    boolean relu =
        spec.activation() == Activation.RELU || spec.activation() == Activation.LEAKY_RELU;
    double fit = Math.sqrt(2.0 / (relu ? spec.inputs() : spec.inputs() + spec.outputs()));
    return String.format(
        Locale.ROOT,
        "the weights of layer %d start with a deviation of %.2g, %.0f times %s: try %s"
            + " initialisation",
        wide + 1,
        startDeviation(wide),
        startDeviation(wide) / fit,
        relu ? "He's" : "Xavier's",
        relu ? "He" : "Xavier");
  }

  /** A tenth of the learning rate. */
  String lowerRate() {
    return run.options() == null
        ? "try a lower learning rate"
        : "try a learning rate of " + number(run.options().learningRate() / 10);
  }

  /** Such as {@code 0.003}, {@code 1e-05} or {@code 20}. */
  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.3g", value);
    boolean fraction = text.contains(".") && !text.contains("e");
    return fraction ? text.replaceAll("\\.?0+$", "") : text.replaceAll("\\.?0+e", "e");
  }

  /** Two digits, no exponent where it can be helped. */
  static String two(double value) {
    if (value >= 10 && value < 1e7) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, "%.2g", value);
  }
}
