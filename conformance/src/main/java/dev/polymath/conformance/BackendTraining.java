package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.conformance.TrainingSet.Recipe;
import java.util.ArrayList;
import java.util.List;

/** The training of {@link TrainingSet} on a session. A step allocates nothing itself. */
final class BackendTraining {

  private final Backend backend;
  private final Recipe recipe;
  private final Layer[] layers;
  private final Loss loss;
  private final List<List<Tensor>> gradients = new ArrayList<>();
  private final List<List<Tensor>> m = new ArrayList<>();
  private final List<List<Tensor>> v = new ArrayList<>();

  /** For a whole batch and for the tail: outputs (the input first), their gradients, the target. */
  private final Tensor[][] y = new Tensor[2][];

  private final Tensor[][] dy = new Tensor[2][];
  private final Tensor[] target = new Tensor[2];
  private final float[] inputs = TrainingSet.INPUTS.floats();
  private final float[] targets = TrainingSet.TARGETS.floats();

  BackendTraining(Backend backend, Recipe recipe) {
    this.backend = backend;
    this.recipe = recipe;
    int dense = TrainingSet.ACTIVATIONS.length;
    boolean softmax = recipe.input == Loss.Input.OUTPUT;
    layers = new Layer[softmax ? dense + 1 : dense];
    for (int i = 0; i < dense; i++) {
      layers[i] =
          backend.dense(
              TrainingSet.WIDTHS[i], TrainingSet.WIDTHS[i + 1], TrainingSet.ACTIVATIONS[i]);
      layers[i].parameters().get(0).value().write(TrainingSet.weight(i).floats(), 0);
    }
    if (softmax) {
      layers[dense] = backend.activation(TrainingSet.CLASSES, Activation.SOFTMAX);
    }
    loss = softmax ? backend.squaredError() : backend.softmaxCrossEntropy();
    for (Layer layer : layers) {
      gradients.add(likeParameters(layer));
      m.add(likeParameters(layer));
      v.add(likeParameters(layer));
    }
    allocate();
  }

  private List<Tensor> likeParameters(Layer layer) {
    List<Tensor> like = new ArrayList<>();
    for (Parameter parameter : layer.parameters()) {
      like.add(backend.allocateLike(parameter.value()));
    }
    return like;
  }

  private void allocate() {
    int tail = TrainingSet.rows(TrainingSet.BATCHES - 1);
    for (int i = 0; i < 2; i++) {
      y[i] = new Tensor[layers.length + 1];
      dy[i] = new Tensor[layers.length + 1];
    }
    for (int layer = 0; layer <= layers.length; layer++) {
      int width = layer == 0 ? layers[0].inputs() : layers[layer - 1].outputs();
      y[0][layer] = backend.allocate(TrainingSet.BATCH, width);
      y[1][layer] = y[0][layer].firstRows(tail);
      dy[0][layer] = backend.allocate(TrainingSet.BATCH, width);
      dy[1][layer] = dy[0][layer].firstRows(tail);
    }
    target[0] = backend.allocate(TrainingSet.BATCH, TrainingSet.CLASSES);
    target[1] = target[0].firstRows(tail);
  }

  /** Trains on one batch; the loss before the update. */
  double step(int step) {
    int batch = step % TrainingSet.BATCHES;
    int size = TrainingSet.rows(batch) == TrainingSet.BATCH ? 0 : 1;
    Tensor[] outputs = y[size];
    Tensor[] slopes = dy[size];
    int last = layers.length;
    outputs[0].write(inputs, TrainingSet.firstRow(batch) * TrainingSet.WIDTHS[0]);
    target[size].write(targets, TrainingSet.firstRow(batch) * TrainingSet.CLASSES);
    for (int i = 0; i < last; i++) {
      layers[i].forward(outputs[i], outputs[i + 1]);
    }
    double value = loss.valueAndGradient(outputs[last], target[size], slopes[last]);
    for (int i = last - 1; i >= 0; i--) {
      layers[i].backward(
          outputs[i], outputs[i + 1], slopes[i + 1], i == 0 ? null : slopes[i], gradients.get(i));
    }
    for (int i = 0; i < last; i++) {
      for (int j = 0; j < gradients.get(i).size(); j++) {
        update(i, j, step + 1);
      }
    }
    return value;
  }

  private void update(int layer, int index, int step) {
    Tensor value = layers[layer].parameters().get(index).value();
    Tensor gradient = gradients.get(layer).get(index);
    if (recipe.adam) {
      backend.adam(
          gradient,
          m.get(layer).get(index),
          v.get(layer).get(index),
          value,
          TrainingSet.BETA1,
          TrainingSet.BETA2,
          TrainingSet.adamRate(recipe, step),
          TrainingSet.adamEpsilon(step),
          TrainingSet.DECAY);
    } else {
      backend.axpby(-recipe.rate, gradient, 1, value);
    }
  }

  /** All weights and biases, one after the other. */
  float[] weights() {
    List<float[]> parts = new ArrayList<>();
    int size = 0;
    for (Layer layer : layers) {
      for (Parameter parameter : layer.parameters()) {
        float[] part = Group.read(parameter.value());
        parts.add(part);
        size += part.length;
      }
    }
    float[] all = new float[size];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  double accuracy() {
    Tensor x = backend.allocate(TrainingSet.SAMPLES, TrainingSet.WIDTHS[0]);
    x.write(inputs, 0);
    for (Layer layer : layers) {
      Tensor output = backend.allocate(TrainingSet.SAMPLES, layer.outputs());
      layer.forward(x, output);
      x = output;
    }
    return TrainingSet.accuracy(Group.read(x));
  }
}
