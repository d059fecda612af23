package dev.polymath.backend.arrays;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The three-layer classifier by hand, with buffers made once: whole training steps to test. */
final class TinyTraining {

  private final Backend backend;
  private final Layer[] layers;
  private final Loss loss;
  private final Tensor x;
  private final Tensor target;
  private final Tensor[] y = new Tensor[3];
  private final Tensor[] dy = new Tensor[3];
  private final List<List<Tensor>> gradients = new ArrayList<>();
  private final Tensor[] values = new Tensor[6];
  private final Tensor[] flatGradients = new Tensor[6];
  private final Tensor[] m = new Tensor[6];
  private final Tensor[] v = new Tensor[6];
  private final float[] inputs;
  private final float[] targets;

  TinyTraining(Backend backend, int inputs, int batch) {
    this.backend = backend;
    layers =
        new Layer[] {
          backend.dense(inputs, 128, Activation.SIGMOID),
          backend.dense(128, 50, Activation.RELU),
          backend.dense(50, 10, Activation.IDENTITY)
        };
    loss = backend.softmaxCrossEntropy();
    int number = 0;
    for (int i = 0; i < 3; i++) {
      Layer layer = layers[i];
      List<Tensor> own = new ArrayList<>();
      for (Parameter parameter : layer.parameters()) {
        Tensor value = parameter.value();
        float[] start = Matrix.random(value.rows(), value.cols(), number).values();
        for (int j = 0; j < start.length; j++) {
          start[j] /= (float) Math.sqrt(layer.inputs());
        }
        value.write(start, 0);
        values[number] = value;
        flatGradients[number] = backend.allocateLike(value);
        m[number] = backend.allocateLike(value);
        v[number] = backend.allocateLike(value);
        own.add(flatGradients[number++]);
      }
      gradients.add(own);
      y[i] = backend.allocate(batch, layer.outputs());
      dy[i] = backend.allocate(batch, layer.outputs());
    }
    x = backend.allocate(batch, inputs);
    target = backend.allocate(batch, 10);
    this.inputs = Matrix.random(batch, inputs, 77).values();
    targets = new float[batch * 10];
    for (int i = 0; i < batch; i++) {
      targets[i * 10 + i * 7 % 10] = 1;
    }
  }

  /** A step by SGD or Adam; the loss before it. */
  double step(boolean adam) {
    x.write(inputs, 0);
    target.write(targets, 0);
    Tensor in = x;
    for (int i = 0; i < 3; i++) {
      layers[i].forward(in, y[i]);
      in = y[i];
    }
    double value = loss.valueAndGradient(y[2], target, dy[2]);
    layers[2].backward(y[1], y[2], dy[2], dy[1], gradients.get(2));
    layers[1].backward(y[0], y[1], dy[1], dy[0], gradients.get(1));
    layers[0].backward(x, y[0], dy[0], null, gradients.get(0));
    for (int i = 0; i < 6; i++) {
      if (adam) {
        backend.adam(flatGradients[i], m[i], v[i], values[i], 0.9f, 0.999f, 1e-3f, 1e-7f, 1e-4f);
      } else {
        backend.axpby(-0.1f, flatGradients[i], 1f, values[i]);
      }
    }
    return value;
  }

  /** All parameters, one after the other. */
  float[] parameters() {
    int size = 0;
    for (Tensor value : values) {
      size += value.rows() * value.cols();
    }
    float[] all = new float[size];
    int at = 0;
    for (Tensor value : values) {
      value.read(all, at);
      at += value.rows() * value.cols();
    }
    return all;
  }
}
