package dev.polymath.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Parameter;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.check.GradientCheck;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.optim.Adagrad;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.optim.RmsProp;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.passes.Inference;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.Trainer;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Tensors are given back")
class GivenBackTest {

  private final ReferenceBackend real = new ReferenceBackend();
  private final LiveTensors tensors = new LiveTensors(real);
  private final DataSet data = Examples.clouds(90, 7);

  private Classifier classifier() {
    return Classifier.builder(tensors.backend()).inputs(2).hidden(5).classes(3).build();
  }

  private static TrainingOptions options() {
    return TrainingOptions.defaults()
        .epochs(2)
        .batch(32)
        .validation(0.2)
        .keepBest(true)
        .dropout(0.1);
  }

  @Test
  @DisplayName("after each fit, with any optimizer")
  void fits() {
    List<Optimizer> optimizers =
        List.of(
            new Sgd(),
            new Sgd(0.9, false, 0),
            new Sgd(0.9, true, 1e-4),
            new AdamW(0.01),
            new RmsProp(),
            new Adagrad());
    Classifier classifier = classifier();
    for (Optimizer optimizer : optimizers) {
      classifier.fit(data, options().optimizer(optimizer));
      assertEquals(0, tensors.count(), "live tensors after a fit with " + optimizer);
    }
    classifier.evaluate(data);
    int warm = tensors.count();
    for (int i = 0; i < 3; i++) {
      classifier.fit(data, options());
      classifier.evaluate(data);
      assertEquals(warm, tensors.count(), "live tensors after fit " + i + " beside predictions");
    }
  }

  @Test
  @DisplayName("after a fit that fails: at its first step, in a listener, by its options")
  void failures() {
    Classifier classifier = classifier();
    assertThrows(
        TrainingDivergedException.class,
        () -> classifier.fit(data, options().optimizer(new Sgd()).learningRate(1e30)));
    assertEquals(0, tensors.count(), "live tensors after a divergence");
    TrainingListener failing =
        new TrainingListener() {
          @Override
          public void epoch(TrainingHistory.Epoch result) {
            throw new IllegalStateException("the listener's");
          }
        };
    assertThrows(
        IllegalStateException.class, () -> classifier.fit(data, options().listener(failing)));
    assertEquals(0, tensors.count(), "live tensors after a listener's failure");
    Optimizer broken =
        (backend, parameters) -> {
          throw new IllegalArgumentException("the optimizer's");
        };
    assertThrows(
        IllegalArgumentException.class, () -> classifier.fit(data, options().optimizer(broken)));
    assertEquals(0, tensors.count(), "live tensors after an optimizer's failure");
  }

  @Test
  @DisplayName("after a fit for which there is no room, wherever it ends")
  void noRoom() {
    Classifier classifier = classifier();
    int room = 0;
    for (boolean fits = false; !fits; room++) {
      tensors.room = room;
      try {
        classifier.fit(data, options().optimizer(new AdamW(0)));
        fits = true;
      } catch (OutOfMemoryError e) {
        assertEquals("no room, says the test", e.getMessage());
      }
      assertEquals(0, tensors.count(), "live tensors after a fit with room for " + room);
    }
    assertTrue(room > 10, "a fit allocates more than " + room);
  }

  @Test
  @DisplayName("by a trainer that is closed, which is over then")
  void trainer() {
    Classifier classifier = classifier();
    Trainer trainer = new Trainer(classifier.network(), data, options());
    trainer.step();
    assertTrue(tensors.count() > 0);
    trainer.close();
    trainer.close();
    assertEquals(0, tensors.count());
    assertEquals(
        "step: the trainer is closed",
        assertThrows(IllegalStateException.class, trainer::step).getMessage());
    for (Parameter p : classifier.network().parameters()) {
      p.value().read(new float[p.value().rows() * p.value().cols()], 0);
    }
  }

  @Test
  @DisplayName("or went with their session: closing a trainer after it does nothing")
  void afterTheSession() {
    Trainer trainer = new Trainer(classifier().network(), data, options());
    real.close();
    trainer.close();
  }

  @Test
  @DisplayName("after a check of the gradients, passed or refused")
  void gradientCheck() {
    Classifier classifier = classifier();
    GradientCheck.run(classifier.network(), LossFunction.CROSS_ENTROPY, 8, 1);
    assertEquals(0, tensors.count());
    tensors.room = 3;
    assertThrows(
        OutOfMemoryError.class,
        () -> GradientCheck.run(classifier.network(), LossFunction.CROSS_ENTROPY, 8, 1));
    assertEquals(0, tensors.count());
  }

  @Test
  @DisplayName("by passes that are closed, those of later calls too")
  void inference() {
    Classifier classifier = classifier();
    Inference inference = new Inference(classifier.network());
    inference.label(new float[] {1, 2}, classifier.scaling(), null);
    inference.evaluate(data, classifier.scaling(), tensors.backend().softmaxCrossEntropy());
    assertTrue(tensors.count() > 0);
    inference.close();
    assertEquals(0, tensors.count());
    inference.label(new float[] {1, 2}, classifier.scaling(), null);
    assertEquals(0, tensors.count());
  }
}
