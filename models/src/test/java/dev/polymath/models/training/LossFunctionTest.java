package dev.polymath.models.training;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Tensor;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.data.Task;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A loss function")
class LossFunctionTest {

  private static final String CLASSES =
      "loss: the cross-entropy is of classes: expected SQUARED_ERROR or HUBER for numeric targets";

  @Test
  @DisplayName("is for classes, for numbers, for both, or for labels")
  void tasks() {
    for (LossFunction f : LossFunction.values()) {
      switch (f) {
        case CROSS_ENTROPY -> {
          f.requireFor(Task.CLASSIFICATION);
          assertMessage(CLASSES, () -> f.requireFor(Task.REGRESSION));
          assertMessage(
              "loss: several labels have a probability each: expected SIGMOID_CROSS_ENTROPY, found"
                  + " CROSS_ENTROPY",
              () -> f.requireFor(Task.LABELS));
        }
        case SIGMOID_CROSS_ENTROPY -> {
          f.requireFor(Task.LABELS);
          assertMessage(CLASSES, () -> f.requireFor(Task.REGRESSION));
          assertMessage(
              "loss: the cross-entropy of sigmoids is of labels: expected CROSS_ENTROPY or"
                  + " SQUARED_ERROR for classes",
              () -> f.requireFor(Task.CLASSIFICATION));
        }
        case HUBER -> {
          f.requireFor(Task.REGRESSION);
          assertMessage(
              "loss: Huber's loss is of numeric targets: expected CROSS_ENTROPY or SQUARED_ERROR"
                  + " for classes",
              () -> f.requireFor(Task.CLASSIFICATION));
        }
        case SQUARED_ERROR -> {
          f.requireFor(Task.REGRESSION);
          f.requireFor(Task.CLASSIFICATION);
        }
      }
    }
  }

  @Test
  @DisplayName("is computed by the backend")
  void computed() {
    try (ReferenceBackend backend = new ReferenceBackend()) {
      Tensor y = backend.allocate(1, 2);
      Tensor t = backend.allocate(1, 2);
      y.write(new float[] {3, 0}, 0);
      t.write(new float[] {0, 1}, 0);
      assertEquals(10, LossFunction.SQUARED_ERROR.on(backend).value(y, t));
      assertEquals(2.5 + 0.5, LossFunction.HUBER.on(backend).value(y, t));
      double log = Math.log1p(Math.exp(-3));
      assertEquals(3 + log, LossFunction.CROSS_ENTROPY.on(backend).value(y, t), 1e-6);
      assertEquals(
          3 + log + Math.log(2), LossFunction.SIGMOID_CROSS_ENTROPY.on(backend).value(y, t), 1e-6);
    }
  }
}
