package dev.polymath.models.monitor;

import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.training.TrainingOptions;
import java.util.Locale;

/** What may be behind several findings at once, and the advice that removes it. */
final class Causes {

  /**
   * How much larger than He's initialisation, the widest in use, weights may start: N(0, 1) is 20
   * times too wide for 784 inputs, and weights that were trained before have grown up to 3 times.
   */
  private static final double WIDE = 4;

  /** How much smaller than Xavier's they may start: each such layer passes a tenth on. */
  private static final double NARROW = 10;

  /** Standardised inputs have a scale of 1, pixels in [0, 1] of 0.3. */
  private static final double LARGE_INPUT = 10;

  /** The usual update, 0.1 % of the weight, times 50; healthy runs were measured up to 2 %. */
  private static final double LARGE_UPDATE = 0.05;

  private static final int OFTEN = 3;

  private final Run run;

  Causes(Run run) {
    this.run = run;
  }

  /** The layer with the largest updates, if they were too large often; else -1. */
  int largeUpdates() {
    int worst = -1;
    double most = 0;
    for (int i = 0; i < run.layers(); i++) {
      double peak = run.peak(i, StepSample.LayerSample::updateRatio);
      if (run.above(i, StepSample.LayerSample::updateRatio, LARGE_UPDATE) >= OFTEN && peak > most) {
        worst = i;
        most = peak;
      }
    }
    return worst;
  }

  /** What was wrong before the first update, as advice; empty where nothing was. */
  String atTheStart() {
    if (run.inputScale() > LARGE_INPUT) {
      return String.format(
          Locale.ROOT,
          "standardise the inputs: their root mean square is %s",
          two(run.inputScale()));
    }
    for (int i = 0; i < run.layers(); i++) {
      LayerSpec spec = run.specs().get(i);
      double norm =
          run.values(i, StepSample.LayerSample::weightNorm).findFirst().orElse(Double.NaN);
      double start = norm / fittingNorm(spec);
      // He's is the widest in use, and right for ReLU alone.
      if (norm > WIDE * Math.sqrt(2.0 * spec.outputs())) {
        return initialisation(i, two(start) + " times as wide");
      }
      if (start == 0) {
        return initialisation(i, "at zero");
      }
      if (start < 1 / NARROW) {
        return initialisation(i, two(1 / start) + " times as narrow");
      }
    }
    return "";
  }

  private String initialisation(int layer, String start) {
    return "try "
        + fittingInitialisation(run.specs().get(layer))
        + " initialisation: the weights of layer "
        + (layer + 1)
        + " start "
        + start;
  }

  private static String fittingInitialisation(LayerSpec spec) {
    return switch (spec.activation()) {
      case RELU, LEAKY_RELU, ELU -> "He";
      case SELU -> "LeCun";
      case IDENTITY, SIGMOID, TANH, SOFTMAX -> "Xavier";
    };
  }

  /**
   * The norm to expect of a weight from N(0, 2 / inputs) before ReLU and its kin, as He has it,
   * from N(0, 1 / inputs) before SELU, as LeCun has it, and from N(0, 2 / (inputs + outputs))
   * before all others, as Xavier has it.
   */
  static double fittingNorm(LayerSpec spec) {
    double in = spec.inputs();
    double out = spec.outputs();
    double variance =
        switch (spec.activation()) {
          case RELU, LEAKY_RELU, ELU -> 2 / in;
          case SELU -> 1 / in;
          case IDENTITY, SIGMOID, TANH, SOFTMAX -> 2 / (in + out);
        };
    return Math.sqrt(in * out * variance);
  }

  /**
   * A learning rate lower by powers of ten: as many as bring the largest update to 1 % of its
   * weight, what healthy runs have at their peak, or to 0.1 % where the run failed.
   */
  String lowerRate() {
    double most = 0;
    for (int i = 0; i < run.layers(); i++) {
      most = Math.max(most, run.peak(i, StepSample.LayerSample::updateRatio));
    }
    double aim = run.failure() == null ? 1e-2 : 1e-3;
    double powers = Math.max(1, Math.rint(Math.log10(most / aim)));
    TrainingOptions options = run.options();
    return options == null
        ? "try a lower learning rate"
        : "try a learning rate of " + number(options.learningRate() / Math.pow(10, powers));
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
