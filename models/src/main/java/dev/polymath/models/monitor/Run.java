package dev.polymath.models.monitor;

import dev.polymath.models.data.Task;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.metrics.LabelEvaluation;
import dev.polymath.models.metrics.RegressionEvaluation;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * All that a monitor has of a run, and the figures that the diagnosis asks for.
 *
 * @param samples in order
 * @param epochs in order; fewer than the run's where it was broken off or taken step by step
 * @param specs of the layers of the training pass
 * @param options of the run; null where it failed before a step
 * @param task what is learned
 * @param names of the classes or targets, in order
 * @param examples in training
 * @param inputScale the root mean square of the first batch as the first layer got it
 * @param missed per class, the examples of it since anything was last predicted as it
 * @param frequencies per class, its examples in the samples
 * @param measured the examples in the samples
 * @param failure null unless the run diverged
 * @param test how the model does on the test examples; null where that is not known
 * @param numbers the same of numeric targets
 * @param labelTest the same of several labels
 */
record Run(
    List<StepSample> samples,
    List<TrainingHistory.Epoch> epochs,
    List<LayerSpec> specs,
    @Nullable TrainingOptions options,
    Task task,
    List<String> names,
    int examples,
    double inputScale,
    int[] missed,
    long[] frequencies,
    long measured,
    @Nullable TrainingDivergedException failure,
    @Nullable Evaluation test,
    @Nullable RegressionEvaluation numbers,
    @Nullable LabelEvaluation labelTest) {

  private static final int FIRST = 5;

  /** The training accuracy of a network that has learned, and what it explains of targets. */
  private static final double LEARNED = 0.9;

  private static final double EXPLAINED = 0.5;

  /** Above chance by this much, six standard errors of 64 examples where it is 1 in 10. */
  private static final double TRAINED = 0.25;

  int layers() {
    return specs.size();
  }

  /** Such as {@code layer 1 (784->128 sigmoid)}. */
  String name(int layer) {
    return "layer " + (layer + 1) + " (" + specs.get(layer).summary() + ")";
  }

  /** A figure of one layer in the first samples, at steps 1 to 16 of a long run. */
  double atFirst(int layer, ToDoubleFunction<StepSample.LayerSample> figure) {
    return values(layer, figure).limit(FIRST).average().orElse(Double.NaN);
  }

  /** A figure of one layer in the last quarter of the samples. */
  double atLast(int layer, ToDoubleFunction<StepSample.LayerSample> figure) {
    return values(layer, figure).skip(samples.size() * 3L / 4).average().orElse(Double.NaN);
  }

  /** The value that one sample in four exceeds. */
  double upperQuartile(int layer, ToDoubleFunction<StepSample.LayerSample> figure) {
    double[] sorted = sorted(values(layer, figure));
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length * 3 / 4];
  }

  /** The largest value; 0 where there is none. */
  double peak(int layer, ToDoubleFunction<StepSample.LayerSample> figure) {
    return values(layer, figure).filter(v -> !Double.isNaN(v)).max().orElse(0);
  }

  /** In how many samples a figure is above a bound. */
  long above(int layer, ToDoubleFunction<StepSample.LayerSample> figure, double bound) {
    return values(layer, figure).filter(v -> v > bound).count();
  }

  DoubleStream values(int layer, ToDoubleFunction<StepSample.LayerSample> figure) {
    return samples.stream().mapToDouble(sample -> figure.applyAsDouble(sample.layers().get(layer)));
  }

  static double median(DoubleStream values) {
    double[] sorted = sorted(values);
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }

  private static double[] sorted(DoubleStream values) {
    return values.filter(v -> !Double.isNaN(v)).sorted().toArray();
  }

  /** The loss before the first update. */
  double firstLoss() {
    return samples.isEmpty() ? Double.NaN : samples.get(0).loss();
  }

  /** The largest update that one sample in four exceeds in some layer, over the weight's norm. */
  double usualUpdate() {
    double most = 0;
    for (int i = 0; i < layers(); i++) {
      double quartile = upperQuartile(i, StepSample.LayerSample::updateRatio);
      most = Double.isNaN(quartile) ? most : Math.max(most, quartile);
    }
    return most;
  }

  /** The loss of the last epoch, or since the last but one sample. */
  double lastLoss() {
    if (!epochs.isEmpty()) {
      return epochs.get(epochs.size() - 1).loss();
    }
    return samples.isEmpty() ? Double.NaN : samples.get(samples.size() - 1).loss();
  }

  /** The epoch whose parameters the network has at the end; null where none has ended. */
  TrainingHistory.@Nullable Epoch keptEpoch() {
    if (options != null && options.keepBest()) {
      return epochs.stream()
          .min(Comparator.comparingDouble(TrainingHistory.Epoch::validationLoss))
          .orElse(null);
    }
    return epochs.isEmpty() ? null : epochs.get(epochs.size() - 1);
  }

  /** The training accuracy of the last epoch, or over the last third of the samples. */
  double finalAccuracy() {
    if (!epochs.isEmpty()) {
      return epochs.get(epochs.size() - 1).trainAccuracy();
    }
    return samples.stream()
        .skip(samples.size() * 2L / 3)
        .mapToDouble(StepSample::accuracy)
        .average()
        .orElse(Double.NaN);
  }

  /** Whether several labels are learned. */
  boolean labels() {
    return task == Task.LABELS;
  }

  /** Whether the targets are numbers. */
  boolean regression() {
    return task == Task.REGRESSION;
  }

  /**
   * The part of the numeric targets' variance that was explained in the last third of the samples:
   * their median, since single batches stray.
   */
  double finalExplained() {
    return median(
        samples.stream().skip(samples.size() * 2L / 3).mapToDouble(StepSample::explained));
  }

  /** Whether the run got somewhere, whatever else is seen in it. */
  boolean learned() {
    return regression() ? finalExplained() >= EXPLAINED : finalAccuracy() >= LEARNED;
  }

  /** Whether the first batch, before any update, was better than chance: training goes on then. */
  boolean startsTrained() {
    return regression()
        ? samples.get(0).explained() > TRAINED
        : samples.get(0).accuracy() > chance() + TRAINED;
  }

  /** How many examples were in the samples. */
  long sampled() {
    return Arrays.stream(frequencies).sum();
  }

  /** The class with the most examples in the samples, the first of equals. */
  int mostFrequent() {
    int most = 0;
    for (int c = 1; c < frequencies.length; c++) {
      most = frequencies[c] > frequencies[most] ? c : most;
    }
    return most;
  }

  /** The part of the sampled examples that are of the most frequent class. */
  double chance() {
    return (double) frequencies[mostFrequent()] / sampled();
  }
}
