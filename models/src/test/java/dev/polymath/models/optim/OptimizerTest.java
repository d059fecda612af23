package dev.polymath.models.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.LiveTensors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each optimizer against its formula, written out in double for one weight and one bias. */
class OptimizerTest {

  private static final double[] GRADIENTS = {0.5, -2, 0.25, 1, 1, -0.125, 3};

  private final ReferenceBackend backend = new ReferenceBackend();
  private final Tensor weight = backend.allocate(1, 1);
  private final Tensor bias = backend.allocate(1, 1);
  private final Tensor gradient = backend.allocate(1, 1);
  private final List<Parameter> parameters =
      List.of(
          // Named against their roles: the role decides.
          new Parameter("layers.0.bias", Parameter.Role.WEIGHT, weight),
          new Parameter("layers.0.weight", Parameter.Role.BIAS, bias));

  private void set(Tensor tensor, double value) {
    tensor.write(new float[] {(float) value}, 0);
  }

  private double get(Tensor tensor) {
    float[] value = new float[1];
    tensor.read(value, 0);
    return value[0];
  }

  @ParameterizedTest
  @CsvSource({"0, false, 0", "0, false, 0.1", "0.9, false, 0.1", "0.9, true, 0.1", "0.5, true, 0"})
  void sgdFollowsItsFormula(double momentum, boolean nesterov, double decay) {
    Optimizer.Updater updater = new Sgd(momentum, nesterov, decay).start(backend, parameters);
    set(weight, 2);
    set(bias, -1);
    double w = 2;
    double b = -1;
    double v = 0;
    for (int t = 0; t < GRADIENTS.length; t++) {
      double g = GRADIENTS[t];
      double rate = 0.1 / (t + 1);
      set(gradient, g);
      updater.update(List.of(gradient, gradient), rate);
      v = momentum * v + g;
      double move = rate * (nesterov ? g + momentum * v : v);
      w = (1 - rate * decay) * w - move;
      b = b - move;
      assertEquals(w, get(weight), 1e-6, "weight, step " + t);
      assertEquals(b, get(bias), 1e-6, "bias, step " + t);
      assertEquals((float) g, get(gradient), "the gradient is left as it was");
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "0.1"})
  void adamFollowsItsFormula(double decay) {
    Optimizer.Updater updater = new AdamW(0.9, 0.99, 1e-3, decay).start(backend, parameters);
    set(weight, 2);
    set(bias, -1);
    double w = 2;
    double b = -1;
    double m = 0;
    double v = 0;
    for (int t = 1; t <= GRADIENTS.length; t++) {
      double g = GRADIENTS[t - 1];
      double rate = 0.1 / t;
      set(gradient, g);
      updater.update(List.of(gradient, gradient), rate);
      m = 0.9 * m + 0.1 * g;
      v = 0.99 * v + 0.01 * g * g;
      double move =
          rate * (m / (1 - Math.pow(0.9, t))) / (Math.sqrt(v / (1 - Math.pow(0.99, t))) + 1e-3);
      w = (1 - rate * decay) * w - move;
      b = b - move;
      assertEquals(w, get(weight), 1e-5, "weight, step " + t);
      assertEquals(b, get(bias), 1e-5, "bias, step " + t);
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "0.1"})
  void rmsPropFollowsItsFormula(double decay) {
    Optimizer.Updater updater = new RmsProp(0.9, 1e-3, decay).start(backend, parameters);
    set(weight, 2);
    set(bias, -1);
    double w = 2;
    double b = -1;
    double v = 0;
    for (int t = 1; t <= GRADIENTS.length; t++) {
      double g = GRADIENTS[t - 1];
      double rate = 0.1 / t;
      set(gradient, g);
      updater.update(List.of(gradient, gradient), rate);
      v = 0.9 * v + 0.1 * g * g;
      double move = rate * g / (Math.sqrt(v) + 1e-3);
      w = (1 - rate * decay) * w - move;
      b = b - move;
      assertEquals(w, get(weight), 1e-5, "weight, step " + t);
      assertEquals(b, get(bias), 1e-5, "bias, step " + t);
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "0.1"})
  void adagradFollowsItsFormula(double decay) {
    Optimizer.Updater updater = new Adagrad(1e-3, decay).start(backend, parameters);
    set(weight, 2);
    set(bias, -1);
    double w = 2;
    double b = -1;
    double s = 0;
    for (int t = 1; t <= 3000; t++) {
      double g = GRADIENTS[t % GRADIENTS.length];
      double rate = 0.1;
      set(gradient, g);
      updater.update(List.of(gradient, gradient), rate);
      s += g * g;
      double move = rate * g / (Math.sqrt(s) + 1e-3);
      w = (1 - rate * decay) * w - move;
      b = b - move;
      double tolerance = 1e-5 + 2e-6 * Math.sqrt(t);
      assertEquals(w, get(weight), tolerance, "weight, step " + t);
      assertEquals(b, get(bias), tolerance, "bias, step " + t);
    }
  }

  @ParameterizedTest
  @CsvSource({"sgd", "sgd-momentum", "adamw", "rmsprop", "adagrad"})
  void twoRunsShareNoMemory(String name) {
    Optimizer optimizer =
        switch (name) {
          case "sgd" -> new Sgd();
          case "sgd-momentum" -> new Sgd(0.9, false, 0);
          case "rmsprop" -> new RmsProp();
          case "adagrad" -> new Adagrad();
          default -> new AdamW(0.01);
        };
    set(gradient, 1);
    set(weight, 0);
    optimizer.start(backend, parameters).update(List.of(gradient, gradient), 0.1);
    double first = get(weight);
    set(weight, 0);
    optimizer.start(backend, parameters).update(List.of(gradient, gradient), 0.1);
    assertEquals(first, get(weight));
  }

  @Test
  void refusesSettingsOutOfRange() {
    assertMessage("momentum: expected 0 to below 1, found 1.0", () -> new Sgd(1, false, 0));
    assertMessage("weightDecay: expected at least 0, found -0.1", () -> new Sgd(0, false, -0.1));
    assertMessage("nesterov: expected a momentum above 0, found 0", () -> new Sgd(0, true, 0));
    assertMessage("beta1: expected 0 to below 1, found NaN", () -> new AdamW(Double.NaN, 0, 1, 0));
    assertMessage("rho: expected 0 to below 1, found 1.0", () -> new RmsProp(1, 1, 0));
    assertMessage("epsilon: expected above 0, found 0.0", () -> new Adagrad(0, 0));
    assertMessage("beta2: expected 0 to below 1, found 1.0", () -> new AdamW(0.9, 1, 1, 0));
    assertMessage("epsilon: expected above 0, found 0.0", () -> new AdamW(0.9, 0.99, 0, 0));
    assertMessage(
        "weightDecay: expected at least 0, found Infinity",
        () -> new AdamW(Double.POSITIVE_INFINITY));
    assertMessage("epsilon: expected above 0, found -1.0", () -> new RmsProp(0.9, -1, 0));
    assertMessage(
        "epsilon: expected above 0, found Infinity",
        () -> new RmsProp(0.9, Double.POSITIVE_INFINITY, 0));
    assertMessage("weightDecay: expected at least 0, found -1.0", () -> new RmsProp(0.9, 1, -1));
    assertMessage("weightDecay: expected at least 0, found -1.0", () -> new Adagrad(1, -1));
  }

  static void assertMessage(String message, org.junit.jupiter.api.function.Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void whatAnOptimizerKeepsIsGivenBackWhenItIsClosed() {
    for (Optimizer optimizer :
        List.of(new Sgd(0.9, true, 0), new AdamW(0), new RmsProp(), new Adagrad())) {
      LiveTensors tensors = new LiveTensors(backend);
      Optimizer.Updater updater = optimizer.start(tensors.backend(), parameters);
      assertEquals(optimizer instanceof Sgd ? 2 : 4, tensors.count(), optimizer.toString());
      updater.close();
      assertEquals(0, tensors.count(), optimizer.toString());
    }
    LiveTensors none = new LiveTensors(backend);
    new Sgd().start(none.backend(), parameters).close();
    assertEquals(0, none.count());
  }
}
