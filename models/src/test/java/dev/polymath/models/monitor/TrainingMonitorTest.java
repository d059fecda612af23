package dev.polymath.models.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.Trainer;
import dev.polymath.models.training.TrainingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TrainingMonitorTest {

  private static final int N = 40;
  private static final int FEATURES = 6;

  private final ReferenceBackend backend = new ReferenceBackend();
  private final DataSet data = points(N);
  private final TrainingMonitor monitor = new TrainingMonitor();

  /** One batch of all examples, and a rate at which 1 step in float32 changes something. */
  private final TrainingOptions whole =
      TrainingOptions.defaults()
          .epochs(1)
          .batch(N)
          .optimizer(new Sgd())
          .schedule(Schedule.constant())
          .learningRate(0.5)
          .labelSmoothing(0)
          .standardize(false)
          .listener(monitor);

  private static DataSet points(int size) {
    Random random = new Random(7);
    float[] values = new float[size * FEATURES];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    int[] labels = new int[size];
    Arrays.setAll(labels, i -> i % 3);
    return DataSet.ofFeatures(FEATURES, values, labels, List.of("a", "b", "c"));
  }

  private Network network(Initialization initialization, Activation... hidden) {
    Network.Builder builder = Network.builder(backend, FEATURES);
    for (Activation f : hidden) {
      builder.dense(8, f);
    }
    Network network = builder.dense(3, Activation.IDENTITY).activation(Activation.SOFTMAX).build();
    network.initialize(initialization, 3);
    return network;
  }

  private static float[] read(Tensor tensor) {
    float[] values = new float[tensor.rows() * tensor.cols()];
    tensor.read(values, 0);
    return values;
  }

  private List<float[]> outputs(Network network) {
    Tensor x = backend.allocate(N, FEATURES);
    float[] features = new float[N * FEATURES];
    for (int i = 0; i < N; i++) {
      data.copyFeatures(i, features, i * FEATURES);
    }
    x.write(features, 0);
    List<Tensor> outputs = network.allocateOutputs(N);
    network.forward(x, outputs);
    return outputs.stream().map(TrainingMonitorTest::read).toList();
  }

  private static double norm(float[] v) {
    double sum = 0;
    for (float value : v) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  @Test
  void aSampleHasTheNormsOfTheWeightItsGradientAndItsUpdate() {
    Network network =
        network(Initialization.DEFAULT, Activation.SIGMOID, Activation.TANH, Activation.RELU);
    List<float[]> before =
        network.parameters().stream().map(Parameter::value).map(TrainingMonitorTest::read).toList();
    new Trainer(network, data, whole).run();
    StepSample sample = monitor.samples().get(0);
    assertEquals(1, sample.step());
    assertEquals(4, sample.layers().size());
    assertEquals(network.specs().subList(0, 4), monitor.layers());
    for (int i = 0; i < 4; i++) {
      StepSample.LayerSample layer = sample.layers().get(i);
      float[] weight = before.get(2 * i);
      float[] after = read(network.parameters().get(2 * i).value());
      float[] update = new float[weight.length];
      for (int j = 0; j < weight.length; j++) {
        update[j] = after[j] - weight[j];
      }
      assertEquals(i + 1, layer.layer());
      assertEquals(norm(weight), layer.weightNorm(), 1e-12 * norm(weight));
      assertEquals(norm(update) / norm(weight), layer.updateRatio(), 1e-6 * layer.updateRatio());
      // Plain gradient descent: the update is the gradient times the rate.
      assertEquals(norm(update), 0.5 * layer.gradientNorm(), 1e-5 * norm(update));
    }
  }

  @Test
  void aSampleHasTheActivationsOfEachLayer() {
    Network network =
        network(Initialization.NORMAL, Activation.SIGMOID, Activation.TANH, Activation.LEAKY_RELU);
    List<float[]> outputs = outputs(network);
    new Trainer(network, data, whole.loss(LossFunction.SQUARED_ERROR)).run();
    List<StepSample.LayerSample> layers = monitor.samples().get(0).layers();
    assertEquals(5, layers.size());
    assertEquals(part(outputs.get(0), v -> v < 0.01 || v > 0.99), layers.get(0).saturated());
    assertEquals(part(outputs.get(1), v -> v < -0.98 || v > 0.98), layers.get(1).saturated());
    assertEquals(3 * part(outputs.get(4), v -> v > 0.99), layers.get(4).saturated(), 1e-12);
    assertTrue(layers.get(1).saturated() > 0 && layers.get(1).saturated() < 1);
    assertEquals(Double.NaN, layers.get(2).saturated());
    assertEquals(Double.NaN, layers.get(2).dead());
    assertEquals(Double.NaN, layers.get(3).saturated());
    assertEquals(Double.NaN, layers.get(4).gradientNorm());
    assertEquals(Double.NaN, layers.get(4).updateRatio());
    for (int i = 0; i < 5; i++) {
      double mean = 0;
      for (float v : outputs.get(i)) {
        mean += v / (double) outputs.get(i).length;
      }
      double variance = 0;
      for (float v : outputs.get(i)) {
        variance += (v - mean) * (v - mean) / outputs.get(i).length;
      }
      assertEquals(mean, layers.get(i).mean(), 1e-6);
      assertEquals(Math.sqrt(variance), layers.get(i).deviation(), 1e-6);
    }
  }

  private interface Condition {
    boolean holds(float v);
  }

  private static double part(float[] values, Condition condition) {
    int count = 0;
    for (float v : values) {
      count += condition.holds(v) ? 1 : 0;
    }
    return (double) count / values.length;
  }

  @Test
  void aUnitIsDeadAfter256SilentExamples() {
    Network network = network(Initialization.DEFAULT, Activation.RELU);
    Tensor bias = network.parameters().get(1).value();
    float[] values = new float[8];
    Arrays.fill(values, 5);
    Arrays.fill(values, 0, 3, -1000);
    bias.write(values, 0);
    new Trainer(network, data, whole.epochs(8).learningRate(1e-6)).run();
    List<Double> dead =
        monitor.samples().stream().map(sample -> sample.layers().get(0).dead()).toList();
    assertEquals(8, dead.size());
    // 40 examples a sample: the seventh has seen 280.
    assertTrue(dead.subList(0, 6).stream().allMatch(d -> Double.isNaN(d)), dead::toString);
    assertEquals(List.of(3.0 / 8, 3.0 / 8), dead.subList(6, 8));
  }

  @Test
  void theLossIsTheMeanSinceTheSampleBefore() {
    List<Double> losses = new ArrayList<>();
    Trainer trainer = new Trainer(network(Initialization.DEFAULT), data, whole.epochs(60));
    while (losses.size() < 60) {
      losses.add(trainer.step());
    }
    List<StepSample> samples = monitor.samples();
    assertEquals(
        List.of(1L, 2L, 3L, 6L, 9L), samples.stream().limit(5).map(StepSample::step).toList());
    assertEquals(60, samples.get(samples.size() - 1).step());
    assertEquals(losses.get(0), samples.get(0).loss());
    assertEquals((losses.get(3) + losses.get(4) + losses.get(5)) / 3, samples.get(3).loss(), 1e-12);
  }

  @Test
  void countsWhatTheOutputGetsRightAndWhatItIsSureOfAndWrong() {
    for (LossFunction loss : List.of(LossFunction.CROSS_ENTROPY, LossFunction.SQUARED_ERROR)) {
      Network network = network(Initialization.DEFAULT);
      // Whatever comes in, class 1 has a probability of e⁸ / (e⁸ + 2) = 0.9993.
      network.parameters().get(0).value().write(new float[3 * FEATURES], 0);
      network.parameters().get(1).value().write(new float[] {0, 8, 0}, 0);
      new Trainer(network, data, whole.loss(loss).learningRate(1e-6)).run();
      StepSample sample = monitor.samples().get(0);
      assertEquals(13.0 / N, sample.accuracy());
      assertEquals(27.0 / N, sample.confidentlyWrong());
    }
  }

  @Test
  void samplesAreManyInAShortRunAndBoundedInALongOne() {
    for (long steps : new long[] {1, 2, 19, 47, 470, 3900, 23_450, 1_000_000, 10_000_000_000L}) {
      long last = Math.min(steps, 3_000_000);
      long count =
          LongStream.rangeClosed(1, last)
              .filter(number -> TrainingMonitor.sampled(number, steps))
              .count();
      assertTrue(TrainingMonitor.sampled(1, steps));
      assertTrue(TrainingMonitor.sampled(steps, steps));
      assertTrue(count >= Math.min(last, 20) && count <= 150, steps + ": " + count);
    }
    assertFalse(TrainingMonitor.sampled(10_000, 23_450));
  }

  @Test
  void makesItsBuffersInTheFirstStepAndNoTensorAtAll() {
    Trainer trainer =
        new Trainer(network(Initialization.DEFAULT, Activation.RELU), data, whole.epochs(20));
    int before = backend.tensors();
    trainer.run();
    assertEquals(before, backend.tensors());
    assertEquals(20, monitor.samples().size());
  }

  @Test
  void theFirstStepOfAnotherRunForgetsTheOneBefore() {
    new Trainer(network(Initialization.DEFAULT, Activation.RELU), data, whole.epochs(5)).run();
    new Trainer(network(Initialization.DEFAULT), data, whole.epochs(2)).run();
    assertEquals(List.of(1L, 2L), monitor.samples().stream().map(StepSample::step).toList());
    assertEquals(1, monitor.samples().get(0).layers().size());
  }
}
