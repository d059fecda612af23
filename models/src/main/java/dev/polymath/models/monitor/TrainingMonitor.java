package dev.polymath.models.monitor;

import dev.polymath.Activation;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.data.Task;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.metrics.LabelEvaluation;
import dev.polymath.models.metrics.RegressionEvaluation;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.Network;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Watches a training run from inside, at a cost that is not felt:
 *
 * <pre>{@code
 * var monitor = new TrainingMonitor();
 * model.fit(data, TrainingOptions.defaults().listener(monitor));
 * System.out.println(monitor.verdict());
 * }</pre>
 *
 * <p>Some steps are sampled: the first, then steps 2, 4, 8 and so on, then one in so many that a
 * long run has about {@value #SAMPLES} samples and a short one {@value #FEWEST_SAMPLES}. A sample
 * copies each layer's weight, gradient and activations out of the backend, into buffers that are
 * made in the first step. All other steps cost an addition.
 *
 * <p>For one run at a time: the first step of another forgets the one before.
 */
public final class TrainingMonitor implements TrainingListener {

  private static final int SAMPLES = 100;
  private static final int FEWEST_SAMPLES = 20;

  /** A sample costs about as much as a step: one in a hundred is 1 %. */
  private static final int ENOUGH_STEPS_BETWEEN = 100;

  private final List<StepSample> samples = new ArrayList<>();
  private final List<TrainingHistory.Epoch> epochs = new ArrayList<>();
  private List<LayerSpec> specs = List.of();
  private List<LayerGauge> layers = List.of();
  private int[] weights = {};
  private OutputGauge output = new OutputGauge(0, 0, Task.REGRESSION, false, false);
  private float[] scratch = {};
  private @Nullable TrainingOptions options;
  private Task task = Task.CLASSIFICATION;
  private List<String> names = List.of();
  private int examples;
  private int batches;
  private double inputScale = Double.NaN;
  private @Nullable TrainingDivergedException failure;
  private @Nullable Network watched;
  private long last;
  private double lossSum;
  private long lossSteps;

  /** A monitor that has seen nothing. */
  public TrainingMonitor() {}

  /** What was seen so far, in order. */
  public List<StepSample> samples() {
    return List.copyOf(samples);
  }

  /** The layers of the training pass, in the order of {@link StepSample#layers()}. */
  public List<LayerSpec> layers() {
    return specs;
  }

  /** How many steps an epoch has; 0 before the first. */
  public int stepsPerEpoch() {
    return batches;
  }

  /** What the run looked like so far, at its end or after its failure. */
  public Verdict verdict() {
    return diagnose(null, null, null);
  }

  /**
   * The same, of a run that has ended, with what its model then did on examples that the training
   * never saw: whether it only knows its examples by heart, and what it misses.
   */
  public Verdict verdict(Evaluation test) {
    return diagnose(Objects.requireNonNull(test, "test"), null, null);
  }

  /** The same of a run with numeric targets. */
  public Verdict verdict(RegressionEvaluation test) {
    return diagnose(null, Objects.requireNonNull(test, "test"), null);
  }

  /** The same of a run with several labels. */
  public Verdict verdict(LabelEvaluation test) {
    return diagnose(null, null, Objects.requireNonNull(test, "test"));
  }

  private Verdict diagnose(
      @Nullable Evaluation test,
      @Nullable RegressionEvaluation numbers,
      @Nullable LabelEvaluation labels) {
    return Diagnosis.of(
        new Run(
            samples(),
            List.copyOf(epochs),
            specs,
            options,
            task,
            names,
            examples,
            inputScale,
            output.missed(),
            output.frequencies(),
            output.measured(),
            failure,
            test,
            numbers,
            labels));
  }

  @Override
  public void beforeUpdate(TrainingListener.Step step) {
    // A run that goes on from a checkpoint begins in the middle.
    if (step.number() == 1 || step.number() != last + 1 || step.network() != watched) {
      start(step);
    }
    last = step.number();
    lossSum += step.loss();
    lossSteps++;
    if (!sampled(step.number(), step.steps())) {
      return;
    }
    List<Tensor> outputs = step.outputs();
    for (int i = 0; i < layers.size(); i++) {
      Tensor gradient = weights[i] < 0 ? null : step.gradients().get(weights[i]);
      layers.get(i).beforeUpdate(outputs.get(i), gradient, scratch);
    }
    output.measure(outputs.get(outputs.size() - 1), step.targets(), scratch);
  }

  @Override
  public void step(TrainingListener.Step step) {
    if (!sampled(step.number(), step.steps())) {
      return;
    }
    List<StepSample.LayerSample> seen = new ArrayList<>();
    for (LayerGauge layer : layers) {
      seen.add(layer.afterUpdate(scratch));
    }
    samples.add(
        new StepSample(
            step.number(),
            step.epoch(),
            lossSum / lossSteps,
            output.accuracy(),
            output.confidentlyWrong(),
            step.learningRate(),
            seen,
            output.explained()));
    lossSum = 0;
    lossSteps = 0;
  }

  @Override
  public void epoch(TrainingHistory.Epoch result) {
    epochs.add(result);
  }

  @Override
  public void diverged(TrainingDivergedException cause) {
    if (cause.step() == 1) {
      forget();
    }
    failure = cause;
  }

  /** Whether step {@code number} of {@code steps} is one to look at. */
  static boolean sampled(long number, long steps) {
    long shortRun = Math.min(ENOUGH_STEPS_BETWEEN, steps / FEWEST_SAMPLES);
    long interval = Math.max(1, Math.max(shortRun, steps / SAMPLES));
    return number % interval == 0
        || number == steps
        || number < interval && (number & (number - 1)) == 0;
  }

  private void forget() {
    samples.clear();
    epochs.clear();
    options = null;
    failure = null;
    lossSum = 0;
    lossSteps = 0;
  }

  private void start(TrainingListener.Step step) {
    forget();
    options = step.options();
    task = step.task();
    names = step.outputNames();
    examples = step.examples();
    batches = step.batches();
    Network network = step.network();
    watched = network;
    // The first batch may be the last of its epoch, and have fewer rows than others.
    int rows = Math.min(step.options().batch(), step.examples());
    List<Tensor> outputs = step.outputs();
    specs = network.specs().subList(0, outputs.size());
    layers = new ArrayList<>();
    weights = new int[outputs.size()];
    int longest = 0;
    for (int i = 0; i < outputs.size(); i++) {
      weights[i] = indexOf(network, LayerSpec.parameterName(i, LayerSpec.Dense.WEIGHT));
      Tensor weight = weights[i] < 0 ? null : network.parameters().get(weights[i]).value();
      int units = outputs.get(i).cols();
      layers.add(new LayerGauge(i + 1, specs.get(i).activation(), units, weight));
      longest = Math.max(longest, rows * units);
      longest = Math.max(longest, weight == null ? 0 : weight.rows() * weight.cols());
    }
    Tensor input = step.input();
    int inputs = input.rows() * input.cols();
    scratch = new float[Math.max(longest, inputs)];
    input.read(scratch, 0);
    inputScale = Math.sqrt(Squares.sum(scratch, inputs) / inputs);
    output =
        new OutputGauge(
            rows,
            network.outputs(),
            task,
            step.options().loss() == LossFunction.CROSS_ENTROPY,
            specs.get(specs.size() - 1).activation() == Activation.SOFTMAX);
  }

  /** The place of a parameter among all; -1 where there is none of that name. */
  private static int indexOf(Network network, String name) {
    List<Parameter> all = network.parameters();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** How much it has seen. */
  @Override
  public String toString() {
    return "TrainingMonitor[" + samples.size() + " samples, " + epochs.size() + " epochs]";
  }
}
