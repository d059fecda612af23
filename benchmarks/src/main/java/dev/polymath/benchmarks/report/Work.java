package dev.polymath.benchmarks.report;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many floating-point operations the matrix products of a benchmark's operation take: 2 · M · K
 * · N each. Activations, loss and update are left out; they are a few percent.
 */
final class Work {

  private static final Pattern SHAPE = Pattern.compile("(\\d{1,6})x(\\d{1,6})x(\\d{1,6})");
  private static final Pattern LAYER = Pattern.compile("(\\d{1,6})x(\\d{1,6})-.*");

  /** The network of all benchmarks, 784 → 128 → 50 → 10. */
  private static final double FORWARD = 2.0 * (784 * 128 + 128 * 50 + 50 * 10);

  private static final double INPUT_GRADIENTS = 2.0 * (128 * 50 + 50 * 10);
  private static final int INPUTS = 784;

  private Work() {}

  /** Operations of one operation of JMH's; 0 where they are not known. */
  static double flop(Figure figure) {
    double batch = figure.number("batch");
    return switch (figure.benchmark()) {
      case "MatmulBenchmark" -> {
        Matcher sizes = SHAPE.matcher(figure.parameter("shape"));
        yield sizes.matches() ? 2.0 * size(sizes, 1) * size(sizes, 2) * size(sizes, 3) : 0;
      }
      case "TrainStepBenchmark" -> batch * (2 * FORWARD + INPUT_GRADIENTS);
      case "InferenceBenchmark" -> batch * FORWARD;
      case "BackwardBenchmark" -> batch * backward(figure.parameter("layer"));
      default -> 0;
    };
  }

  private static double backward(String layer) {
    if (layer.equals("whole")) {
      return FORWARD + INPUT_GRADIENTS;
    }
    Matcher sizes = LAYER.matcher(layer);
    if (!sizes.matches()) {
      return 0;
    }
    // The first layer's input gradient is not wanted.
    double product = 2 * size(sizes, 1) * size(sizes, 2);
    return size(sizes, 1) == INPUTS ? product : 2 * product;
  }

  private static double size(Matcher sizes, int group) {
    return Integer.parseInt(sizes.group(group));
  }
}
