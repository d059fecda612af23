package dev.polymath.backend.ejml;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Backends;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import java.util.List;

/** A program: one step of gradient descent on the backend that is found. */
final class OneStep {

  private OneStep() {}

  public static void main(String[] args) {
    try (Backend backend = Backends.open()) {
      Layer layer = backend.dense(2, 3, Activation.IDENTITY);
      Loss loss = backend.softmaxCrossEntropy();
      Tensor x = backend.allocate(2, 2);
      x.write(new float[] {1, 2, -2, 1}, 0);
      Tensor target = backend.allocate(2, 3);
      target.write(new float[] {1, 0, 0, 0, 0, 1}, 0);
      Tensor y = backend.allocate(2, 3);
      Tensor dy = backend.allocate(2, 3);
      Tensor weight = layer.parameters().get(0).value();
      Tensor dw = backend.allocateLike(weight);
      Tensor db = backend.allocateLike(layer.parameters().get(1).value());

      layer.forward(x, y);
      double before = loss.valueAndGradient(y, target, dy);
      layer.backward(x, y, dy, null, List.of(dw, db));
      backend.axpby(-0.1f, dw, 1, weight);
      layer.forward(x, y);
      double after = loss.value(y, target);

      System.out.println(backend.info().runsOn() + (after < before ? ": learnt" : ": not learnt"));
    }
  }
}
