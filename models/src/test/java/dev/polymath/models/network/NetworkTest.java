package dev.polymath.models.network;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.Activation;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.conformance.ReferenceBackend;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkTest {

  private final ReferenceBackend backend = new ReferenceBackend();

  private Network threeLayers() {
    return Network.builder(backend, 784)
        .dense(128, Activation.SIGMOID)
        .dense(50, Activation.RELU)
        .dense(10, Activation.IDENTITY)
        .activation(Activation.SOFTMAX)
        .build();
  }

  @Test
  void namesParametersByTheirLayer() {
    Network network = threeLayers();
    assertEquals(
        List.of(
            "layers.0.weight",
            "layers.0.bias",
            "layers.1.weight",
            "layers.1.bias",
            "layers.2.weight",
            "layers.2.bias"),
        network.parameters().stream().map(Parameter::name).toList());
    assertEquals(784 * 128 + 128 + 128 * 50 + 50 + 50 * 10 + 10, network.parameterCount());
    assertEquals(
        "dense 784->128 SIGMOID, dense 128->50 RELU, dense 50->10 IDENTITY, activation SOFTMAX",
        network.toString());
  }

  @Test
  void runsLayerAfterLayerOnBuffersOfTheCaller() {
    Network network =
        Network.builder(backend, 2).dense(2, Activation.RELU).dense(1, Activation.IDENTITY).build();
    write(network, 0, 1, -1, 2, 3); // w, row by row
    write(network, 1, 0.5f, 0);
    write(network, 2, 10, 1);
    write(network, 3, -2);
    Tensor x = backend.allocate(2, 2);
    x.write(new float[] {1, 1, 0, -1}, 0);
    List<Tensor> outputs = network.allocateOutputs(2);
    network.forward(x, outputs);
    // First row: relu(1 + 2 + 0.5, -1 + 3) = (3.5, 2), then 35 + 2 - 2. Second: relu(-1.5, -3) = 0.
    float[] y = new float[2];
    outputs.get(1).read(y, 0);
    assertArrayEquals(new float[] {35, -2}, y);
  }

  private static void write(Network network, int parameter, float... values) {
    network.parameters().get(parameter).value().write(values, 0);
  }

  @Test
  void anOldNetworkIsRebuiltFromItsDescription() {
    Network network = threeLayers();
    assertEquals(network.specs(), Network.of(backend, network.specs()).specs());
  }

  @Test
  void refusesLayersThatDoNotFit() {
    LayerSpec first = new LayerSpec.Dense(4, 3, Activation.RELU);
    LayerSpec second = new LayerSpec.Dense(2, 5, Activation.TANH);
    assertMessage(
        "network: layer 1 (dense 2->5 TANH) takes 2 inputs, layer 0 (dense 4->3 RELU) has 3 outputs",
        () -> Network.of(backend, List.of(first, second)));
    assertMessage(
        "network: expected at least one layer, found none", () -> Network.of(backend, List.of()));
    assertMessage(
        "dense: softmax is a layer of its own: dense(IDENTITY), then activation(SOFTMAX)",
        () -> Network.builder(backend, 4).dense(3, Activation.SOFTMAX));
    assertMessage(
        "dense: inputs and outputs: expected at least 1, found 4 and 0",
        () -> Network.builder(backend, 4).dense(0, Activation.RELU));
    assertMessage(
        "activation: width: expected at least 1, found 0",
        () -> new LayerSpec.ActivationLayer(0, Activation.TANH));
    assertMessage("inputs: expected at least 1, found 0", () -> Network.builder(backend, 0));
    assertMessage(
        "forward: expected 4 outputs, found 0",
        () -> threeLayers().forward(backend.allocate(1, 784), List.of()));
  }

  @Test
  void crossEntropyLeavesAFinalSoftmaxOut() {
    assertEquals(3, threeLayers().layersBefore(backend.softmaxCrossEntropy()));
    assertEquals(4, threeLayers().layersBefore(backend.squaredError()));
    Network linear = Network.builder(backend, 2).dense(3, Activation.IDENTITY).build();
    assertEquals(1, linear.layersBefore(backend.softmaxCrossEntropy()));
    Network tanh = Network.builder(backend, 2).dense(3, Activation.TANH).build();
    assertEquals(1, tanh.layersBefore(backend.squaredError()));
    assertMessage(
        "loss: cross-entropy takes logits: expected a network that ends in a linear layer, with or"
            + " without a softmax or sigmoid after it, found dense 2->3 TANH",
        () -> tanh.layersBefore(backend.softmaxCrossEntropy()));
    Network softmaxAlone = Network.builder(backend, 2).activation(Activation.SOFTMAX).build();
    assertThrows(
        IllegalArgumentException.class,
        () -> softmaxAlone.layersBefore(backend.softmaxCrossEntropy()));
  }

  @Test
  void hasTheEndsOfItsChain() {
    Network network = threeLayers();
    assertEquals(784, network.inputs());
    assertEquals(10, network.outputs());
    assertEquals(4, network.layers().size());
    assertEquals(
        List.of(128, 50, 10, 10), network.layers().stream().map(l -> l.outputs()).toList());
  }

  @Test
  void parametersAreReadAndWrittenByName() {
    Network network = Network.builder(backend, 2).dense(3, Activation.IDENTITY).build();
    Map<String, float[]> values =
        Map.of(
            "layers.0.weight", new float[] {1, 2, 3, 4, 5, 6},
            "layers.0.bias", new float[] {7, 8, 9});
    network.write(values);
    Map<String, float[]> read = network.read();
    assertEquals(List.of("layers.0.weight", "layers.0.bias"), List.copyOf(read.keySet()));
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, read.get("layers.0.weight"));
    assertArrayEquals(new float[] {7, 8, 9}, read.get("layers.0.bias"));
  }

  @Test
  void aParameterThatDoesNotFitIsNamedAndNothingIsWritten() {
    Network network = Network.builder(backend, 2).dense(3, Activation.IDENTITY).build();
    float[] weight = {1, 2, 3, 4, 5, 6};
    assertMessage(
        "network: parameter layers.0.bias: expected 3 values, found none",
        () -> network.write(Map.of("layers.0.weight", weight)));
    assertMessage(
        "network: parameter layers.0.bias: expected 3 values, found 2",
        () ->
            network.write(Map.of("layers.0.weight", weight, "layers.0.bias", new float[] {1, 2})));
    assertMessage(
        "network: parameter layers.0.weight: expected 6 values, found 5",
        () -> network.write(Map.of("layers.0.weight", new float[5])));
    assertArrayEquals(new float[6], network.read().get("layers.0.weight"));
  }

  @Test
  void theLeastNetworkHasOneOfEach() {
    Network least = Network.builder(backend, 1).dense(1, Activation.IDENTITY).build();
    assertEquals(2, least.parameterCount());
    assertEquals(1, new LayerSpec.ActivationLayer(1, Activation.TANH).outputs());
    assertMessage(
        "dense: inputs and outputs: expected at least 1, found 0 and 1",
        () -> new LayerSpec.Dense(0, 1, Activation.TANH));
  }
}
