package dev.polymath.backend.nd4j;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Steps of gradient descent of 784-128-50-10 on one batch of 64 and, each time, its first 40 rows.
 */
final class TrainingStep {

  private static final int BATCH = 64;
  private static final int[] WIDTHS = {784, 128, 50, 10};
  private static final Activation[] ACTIVATIONS = {
    Activation.SIGMOID, Activation.RELU, Activation.IDENTITY
  };

  private final Backend backend;
  private final SplittableRandom random = new SplittableRandom(1);
  private final List<Layer> layers = new ArrayList<>();
  private final List<List<Tensor>> gradients = new ArrayList<>();
  private final List<Tensor> activations = new ArrayList<>();
  private final List<Tensor> derivatives = new ArrayList<>();
  private final Tensor target;
  private final Loss loss;
  private final float[] batch = new float[BATCH * WIDTHS[0]];

  TrainingStep(Backend backend) {
    this.backend = backend;
    for (int width : WIDTHS) {
      activations.add(backend.allocate(BATCH, width));
      derivatives.add(backend.allocate(BATCH, width));
    }
    for (int i = 0; i < ACTIVATIONS.length; i++) {
      Layer layer = backend.dense(WIDTHS[i], WIDTHS[i + 1], ACTIVATIONS[i]);
      layers.add(layer);
      fill(layer.parameters().get(0).value(), 0.1);
      gradients.add(layer.parameters().stream().map(p -> backend.allocateLike(p.value())).toList());
    }
    for (int i = 0; i < batch.length; i++) {
      batch[i] = (float) random.nextDouble();
    }
    target = backend.allocate(BATCH, 10);
    float[] oneHot = new float[BATCH * 10];
    for (int i = 0; i < BATCH; i++) {
      oneHot[i * 10 + random.nextInt(10)] = 1;
    }
    target.write(oneHot, 0);
    loss = backend.softmaxCrossEntropy();
  }

  private void fill(Tensor tensor, double scale) {
    float[] values = new float[tensor.rows() * tensor.cols()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * (random.nextDouble() * 2 - 1));
    }
    tensor.write(values, 0);
  }

  /** The loss before the step. */
  double run() {
    step(activations, derivatives, target);
    return step(
        activations.stream().map(t -> t.firstRows(40)).toList(),
        derivatives.stream().map(t -> t.firstRows(40)).toList(),
        target.firstRows(40));
  }

  private double step(List<Tensor> y, List<Tensor> dy, Tensor t) {
    y.get(0).write(batch, 0);
    int last = layers.size();
    for (int i = 0; i < last; i++) {
      layers.get(i).forward(y.get(i), y.get(i + 1));
    }
    double value = loss.valueAndGradient(y.get(last), t, dy.get(last));
    for (int i = last - 1; i >= 0; i--) {
      Tensor dx = i == 0 ? null : dy.get(i);
      layers.get(i).backward(y.get(i), y.get(i + 1), dy.get(i + 1), dx, gradients.get(i));
    }
    for (int i = 0; i < last; i++) {
      List<Parameter> parameters = layers.get(i).parameters();
      for (int p = 0; p < parameters.size(); p++) {
        backend.axpby(-0.01f, gradients.get(i).get(p), 1, parameters.get(p).value());
      }
    }
    return value;
  }

  float[] firstWeight() {
    Tensor weight = layers.get(0).parameters().get(0).value();
    float[] values = new float[weight.rows() * weight.cols()];
    weight.read(values, 0);
    return values;
  }
}
