package dev.polymath.models.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Activation;
import dev.polymath.models.network.LayerSpec.ActivationLayer;
import dev.polymath.models.network.LayerSpec.Dense;
import dev.polymath.models.network.LayerSpec.ParameterSpec;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The description of a layer")
class LayerSpecTest {

  @Test
  @DisplayName("of a regressor: hidden layers, then a linear one; the last activation goes on")
  void regressor() {
    List<Activation> two = List.of(Activation.TANH, Activation.RELU);
    assertEquals(
        List.of(
            new Dense(4, 8, Activation.TANH),
            new Dense(8, 7, Activation.RELU),
            new Dense(7, 6, Activation.RELU),
            new Dense(6, 2, Activation.IDENTITY)),
        LayerSpec.regressor(4, new int[] {8, 7, 6}, two, 2));
    assertEquals(
        List.of(new Dense(4, 1, Activation.IDENTITY)), LayerSpec.regressor(4, new int[0], two, 1));
  }

  @Test
  @DisplayName("of a classifier: the same, then a softmax")
  void classifier() {
    assertEquals(
        List.of(
            new Dense(4, 8, Activation.TANH),
            new Dense(8, 3, Activation.IDENTITY),
            new ActivationLayer(3, Activation.SOFTMAX)),
        LayerSpec.classifier(4, new int[] {8}, List.of(Activation.TANH), 3));
  }

  @Test
  @DisplayName("has a type, a width on each side, and the shapes of its parameters")
  void describes() {
    Dense dense = new Dense(4, 8, Activation.TANH);
    assertEquals("dense", dense.type());
    assertEquals(
        List.of(new ParameterSpec("weight", List.of(4, 8)), new ParameterSpec("bias", List.of(8))),
        dense.parameters());
    ActivationLayer activation = new ActivationLayer(3, Activation.SOFTMAX);
    assertEquals("activation", activation.type());
    assertEquals(3, activation.inputs());
    assertEquals(3, activation.outputs());
    assertEquals(List.of(), activation.parameters());
    assertEquals("layers.2.bias", LayerSpec.parameterName(2, "bias"));
  }

  @Test
  @DisplayName("is summed up in the words people use")
  void summary() {
    assertEquals("4->8 leaky ReLU", new Dense(4, 8, Activation.LEAKY_RELU).summary());
    assertEquals("softmax", new ActivationLayer(3, Activation.SOFTMAX).summary());
    assertEquals(
        "linear, sigmoid, tanh, ReLU, leaky ReLU, softmax, ELU, SELU",
        List.of(Activation.values()).stream()
            .map(f -> new ActivationLayer(1, f).summary())
            .collect(Collectors.joining(", ")));
  }
}
