package dev.polymath.models.optim;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.conformance.ReferenceBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("What an optimizer remembers")
class OptimizerStateTest {

  private final ReferenceBackend backend = new ReferenceBackend();
  private final Tensor weight = backend.allocate(1, 2);
  private final Tensor bias = backend.allocate(1, 1);
  private final List<Parameter> parameters =
      List.of(
          new Parameter("w", Parameter.Role.WEIGHT, weight),
          new Parameter("b", Parameter.Role.BIAS, bias));
  private final List<Tensor> gradients = List.of(backend.allocate(1, 2), backend.allocate(1, 1));

  static Stream<Optimizer> optimizers() {
    return Stream.of(
        new Sgd(),
        new Sgd(0.9, false, 0.1),
        new Sgd(0.9, true, 0.1),
        new AdamW(0.1),
        new RmsProp(0.9, 1e-3, 0.1),
        new Adagrad(1e-3, 0.1));
  }

  private void steps(Optimizer.Updater updater, int from, int to) {
    for (int t = from; t < to; t++) {
      gradients.get(0).write(new float[] {0.5f - t, 1 + t}, 0);
      gradients.get(1).write(new float[] {t * t - 3}, 0);
      updater.update(gradients, 0.1 / (t + 1));
    }
  }

  private float[] values() {
    float[] values = new float[3];
    weight.read(values, 0);
    bias.read(values, 2);
    return values;
  }

  private void reset() {
    weight.write(new float[] {2, -1}, 0);
    bias.write(new float[] {3}, 0);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  @DisplayName("is all that another run needs to go on with the same bits")
  void goesOn(Optimizer optimizer) {
    reset();
    Optimizer.Updater whole = optimizer.start(backend, parameters);
    steps(whole, 0, 5);
    float[] expected = values();

    reset();
    Optimizer.Updater first = optimizer.start(backend, parameters);
    steps(first, 0, 3);
    Optimizer.State remembered = first.state();
    Optimizer.Updater second = optimizer.start(backend, parameters);
    second
        .state()
        .tensors()
        .forEach((name, tensor) -> backend.axpby(1, remembered.tensors().get(name), 0, tensor));
    second.restore(remembered.numbers());
    steps(second, 3, 5);
    assertArrayEquals(expected, values());
  }

  @Test
  @DisplayName("has a name by what it is and the parameter it is of")
  void names() {
    assertEquals(Set.of(), names(new Sgd()));
    assertEquals(Set.of("velocity.w", "velocity.b"), names(new Sgd(0.9, false, 0)));
    assertEquals(Set.of("first.w", "first.b", "second.w", "second.b"), names(new AdamW(0)));
    assertEquals(Set.of("gradient.w", "gradient.b", "mean.w", "mean.b"), names(new Adagrad()));
    assertEquals(2 * 2, names(new RmsProp()).size());
    assertEquals(
        Map.of("beta1Power", 1.0, "beta2Power", 1.0),
        new AdamW(0).start(backend, parameters).state().numbers());
  }

  private Set<String> names(Optimizer optimizer) {
    return optimizer.start(backend, parameters).state().tensors().keySet();
  }

  @Test
  @DisplayName("is complete, or the number that is missing is named")
  void missing() {
    assertMessage(
        "optimizer: beta2Power: expected a number, found none",
        () -> new AdamW(0).start(backend, parameters).restore(Map.of("beta1Power", 1.0)));
    assertMessage(
        "optimizer: steps: expected a number, found none",
        () -> new Adagrad().start(backend, parameters).restore(Map.of()));
  }

  @Test
  @DisplayName("is a copy of the names, and one without a word about it says so")
  void unsaid() {
    Map<String, Double> numbers = new java.util.HashMap<>(Map.of("n", 1.0));
    Optimizer.State state = new Optimizer.State(Map.of(), numbers);
    numbers.clear();
    assertEquals(Map.of("n", 1.0), state.numbers());
    assertThrows(UnsupportedOperationException.class, () -> state.numbers().clear());
    List<Double> rates = new ArrayList<>();
    Optimizer.Updater silent = (slopes, rate) -> rates.add(rate);
    silent.restore(Map.of());
    silent.close();
    assertMessage(
        silent.getClass().getName() + " does not say what it remembers: Updater.state()",
        silent::state);
  }
}
