package dev.polymath.models.check;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.Task;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.Network;
import dev.polymath.models.passes.ArrayRows;
import dev.polymath.models.passes.GradientPass;
import dev.polymath.models.passes.TargetRows;
import dev.polymath.models.training.LossFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The gradients of a network as its backend computes them, held against the same computed in double
 * precision by plain loops.
 *
 * <p>An element's bound is {@value #DEVIATIONS} times the standard deviation that rounding in
 * float32 is expected to give it, followed through both passes: every sum of k terms rounds k times
 * by 2⁻²⁴ of what it has come to, every exponential by 4 ulp, and errors add up as independent ones
 * do. A right backend stays below a tenth of the bound on most networks; a gradient that is wrong
 * by a hundredth is far above it. Where rounding may move a value over ReLU's kink, the bound is
 * widened by what that does.
 *
 * @param parameters the worst element of each parameter's gradient, in order
 * @param rows of the batch
 * @param loss of the batch, as the backend computes it
 * @param expectedLoss in double precision
 * @param kinks how many values were within rounding of ReLU's kink
 */
public record GradientCheck(
    List<Result> parameters, int rows, double loss, double expectedLoss, long kinks) {

  private static final int DEVIATIONS = 10;
  private static final double LABEL_SMOOTHING = 0.1;
  private static final double BIAS_DEVIATION = 0.1;

  /**
   * One parameter's gradient at its worst element: the one with the largest share of its bound.
   *
   * @param name such as {@code layers.0.weight}
   * @param row of the element, from 0
   * @param col of the element, from 0
   * @param expected in double precision
   * @param found what the backend computed
   * @param bound how far the two may be apart
   */
  public record Result(String name, int row, int col, double expected, double found, double bound) {

    /** {@code |found − expected| / bound}; infinite where {@code found} is not finite. */
    public double share() {
      double share = Math.abs(found - expected) / bound;
      return Double.isNaN(share) ? Double.POSITIVE_INFINITY : share;
    }

    /** Whether the difference is within its bound. */
    public boolean passed() {
      return share() <= 1;
    }

    /**
     * Such as {@code layers.0.weight [3, 17]: expected 0.012, found 0.024, 840 times the bound}.
     */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s [%d, %d]: expected %.6g, found %.6g, %.3g times the bound of %.2g",
          name,
          row,
          col,
          expected,
          found,
          share(),
          bound);
    }
  }

  public GradientCheck {
    parameters = List.copyOf(parameters);
  }

  /**
   * Checks a new {@link #network} on a batch drawn from the same seed.
   *
   * @param rows of the batch, at least 1
   * @param seed of parameters and batch, any
   */
  public static GradientCheck run(
      Backend backend, List<LayerSpec> specs, LossFunction loss, int rows, long seed) {
    return run(network(backend, specs, seed), loss, rows, seed);
  }

  /**
   * A new network to check: weights from {@link Initialization#DEFAULT}, biases from N(0, 0.01), so
   * that a bias left out shows.
   *
   * @param specs as for {@link Network#of}
   * @param seed any
   */
  public static Network network(Backend backend, List<LayerSpec> specs, long seed) {
    Network network = Network.of(backend, specs);
    network.initialize(Initialization.DEFAULT, seed);
    Randomness random = new Randomness(seed, Randomness.Purpose.CHECK);
    for (Parameter p : network.parameters()) {
      if (p.role() == Parameter.Role.BIAS) {
        p.value().write(gaussian(random, elements(p.value()), BIAS_DEVIATION), 0);
      }
    }
    return network;
  }

  /**
   * Checks a network as it is on a batch drawn from a seed: features from N(0, 1), labels at random
   * with a smoothing of 0.1. Where the network ends in no softmax and the loss is not of classes,
   * targets from N(0, 1).
   *
   * @param network read; its parameters stay as they are
   * @param rows of the batch, at least 1
   * @param seed any
   */
  public static GradientCheck run(Network network, LossFunction loss, int rows, long seed) {
    requireRows(rows, network);
    Randomness random = new Randomness(seed, Randomness.Purpose.CHECK);
    float[] features = gaussian(random, Math.multiplyExact(rows, network.inputs()), 1);
    if (loss != LossFunction.CROSS_ENTROPY && !endsInSoftmax(network)) {
      int values = Math.multiplyExact(rows, network.outputs());
      return run(network, loss, features, gaussian(random, values, 1));
    }
    int[] labels = new int[rows];
    Arrays.setAll(labels, i -> random.below(network.outputs()));
    return run(network, loss, features, smoothed(labels, network.outputs()));
  }

  private static boolean endsInSoftmax(Network network) {
    return network.specs().get(network.specs().size() - 1).activation() == Activation.SOFTMAX;
  }

  /**
   * Checks a network as it is on examples of a data set, drawn from a seed, their labels smoothed
   * by 0.1. Numeric targets get mean 0 and standard deviation 1 over the data.
   *
   * @param network read; its parameters stay as they are
   * @param scaling what is done to the features before the first layer
   * @param data as many features and classes as the network has inputs and outputs
   * @param rows of the batch, at least 1; all examples where there are fewer
   * @param seed any
   */
  public static GradientCheck run(
      Network network, InputScaling scaling, LossFunction loss, DataSet data, int rows, long seed) {
    GradientPass.requireFit("check", network, data);
    requireRows(Math.min(rows, data.size()), network);
    int[] order = new int[data.size()];
    Arrays.setAll(order, i -> i);
    new Randomness(seed, Randomness.Purpose.CHECK).shuffle(order);
    int count = Math.min(rows, order.length);
    float[] features = new float[Math.multiplyExact(count, data.features())];
    data.gather(order, 0, count, features);
    scaling.apply(features, count);
    loss.requireFor(data.task());
    loss.requireFor(network);
    ModelOutput output =
        data.task() == Task.REGRESSION
            ? ModelOutput.Targets.standardizing(data)
            : ModelOutput.of(data);
    float[] targets = new float[Math.multiplyExact(count, data.outputs())];
    TargetRows.of(output, LABEL_SMOOTHING).fill(data, order, 0, count, targets);
    return run(network, loss, features, targets);
  }

  private static void requireRows(int rows, Network network) {
    if (rows < 1) {
      throw new IllegalArgumentException("batch: expected at least 1, found " + rows);
    }
    int widest =
        network.specs().stream()
            .mapToInt(spec -> Math.max(spec.inputs(), spec.outputs()))
            .max()
            .orElse(1);
    int most = Integer.MAX_VALUE / widest;
    if (rows > most) {
      throw new IllegalArgumentException(
          "batch: expected at most "
              + most
              + " where a layer is "
              + widest
              + " wide, found "
              + rows);
    }
  }

  private static float[] smoothed(int[] labels, int classes) {
    float[] targets = new float[Math.multiplyExact(labels.length, classes)];
    Arrays.fill(targets, (float) (LABEL_SMOOTHING / classes));
    for (int i = 0; i < labels.length; i++) {
      targets[i * classes + labels[i]] += (float) (1 - LABEL_SMOOTHING);
    }
    return targets;
  }

  /**
   * Checks a network as it is on a given batch.
   *
   * @param network read; its parameters stay as they are
   * @param features {@code [rows, inputs]} row by row as the first layer gets them, all finite
   * @param targets {@code [rows, outputs]} row by row, all finite
   * @throws IllegalArgumentException if the network has no parameters, or the loss does not fit it
   */
  public static GradientCheck run(
      Network network, LossFunction loss, float[] features, float[] targets) {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(loss, "loss");
    if (network.parameters().isEmpty()) {
      throw new IllegalArgumentException("check: the network has no parameters: " + network);
    }
    int rows = Math.max(1, features.length / network.inputs());
    requireFinite("features", features, rows, network.inputs());
    requireFinite("targets", targets, rows, network.outputs());

    try (GradientPass pass = new GradientPass(network, loss.on(network.backend()), rows, 0)) {
      pass.features(rows, ArrayRows.of(features, network.inputs()));
      System.arraycopy(targets, 0, pass.targets, 0, targets.length);
      double found = pass.forward(rows);
      pass.backward(rows);

      List<LayerSpec> specs = network.specs().subList(0, pass.outputs(rows).size());
      List<double[]> parameters =
          network.parameters().stream().map(p -> doubles(read(p.value()))).toList();
      ReferencePass reference = new ReferencePass(specs, loss, parameters, rows);
      List<Estimates> expected = reference.gradients(doubles(features), doubles(targets));
      List<Result> results = new ArrayList<>();
      for (int i = 0; i < expected.size(); i++) {
        results.add(worst(network.parameters().get(i), expected.get(i), pass.gradients().get(i)));
      }
      return new GradientCheck(results, rows, found, reference.loss(), reference.kinks());
    }
  }

  /** Whether every gradient is within its bound. */
  public boolean passed() {
    return parameters.stream().allMatch(Result::passed);
  }

  private static Result worst(Parameter parameter, Estimates expected, Tensor gradient) {
    float[] found = read(gradient);
    Result worst = null;
    for (int i = 0; i < found.length; i++) {
      // Below the smallest normal number float32 has absolute errors, and a backend may flush.
      double bound = DEVIATIONS * Math.sqrt(expected.variance()[i]) + Float.MIN_NORMAL;
      Result result =
          new Result(
              parameter.name(),
              i / gradient.cols(),
              i % gradient.cols(),
              expected.value()[i],
              found[i],
              bound);
      if (worst == null || result.share() > worst.share()) {
        worst = result;
      }
    }
    return Objects.requireNonNull(worst);
  }

  private static void requireFinite(String what, float[] values, int rows, int cols) {
    if (values.length != (long) rows * cols) {
      throw new IllegalArgumentException(
          what + ": expected " + rows + " x " + cols + " values, found " + values.length);
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            what + ": element " + i + " is " + values[i] + ", expected a finite number");
      }
    }
  }

  private static float[] gaussian(Randomness random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.gaussian());
    }
    return values;
  }

  private static int elements(Tensor tensor) {
    return tensor.rows() * tensor.cols();
  }

  private static float[] read(Tensor tensor) {
    float[] values = new float[elements(tensor)];
    tensor.read(values, 0);
    return values;
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
