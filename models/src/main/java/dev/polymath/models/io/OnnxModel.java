package dev.polymath.models.io;

import dev.polymath.Activation;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.Task;
import dev.polymath.models.internal.AtomicFile;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model as an ONNX graph: {@code features} [batch, inputs] in, {@code probabilities} [batch,
 * classes] or {@code output} [batch, targets] out, the input scaling included, and that of targets.
 * A model of a table's columns takes these, each an input of its own, and encodes them. Several
 * members are chains side by side, and a {@code Mean} of what they put out. The numbers of the
 * fields are those of ONNX's schema, {@code onnx.proto}.
 */
final class OnnxModel {

  /** Of ONNX 1.8, the first with the operator set: what reads it reads everything in the graph. */
  static final int IR_VERSION = 7;

  static final int OPSET = 13;

  static final String INPUT = "features";

  /** How TensorProto and TypeProto call float32. */
  private static final int FLOAT = 1;

  /** How AttributeProto calls a float and an integer. */
  private static final int FLOAT_ATTRIBUTE = 1;

  private static final int INTEGER_ATTRIBUTE = 2;

  private final ModelFile model;
  private final ModelDescription description;
  private final List<Operation> operations = new ArrayList<>();
  private final ProtobufMessage graph = new ProtobufMessage();

  /**
   * One node.
   *
   * @param values the names of what it computes from
   * @param operands names of initializers, after the values
   */
  private record Operation(
      String name,
      String type,
      List<String> values,
      List<String> operands,
      @Nullable ProtobufMessage attribute) {

    /** Values must differ in name from initializers, which the scaling's nodes do not. */
    String result() {
      return name + ".output";
    }
  }

  /** What the next node of the chain computes from. */
  private String value = INPUT;

  private OnnxModel(ModelFile model) {
    this.model = FoldedTargets.of("ONNX", model);
    this.description = this.model.description();
  }

  /** Writes the file whole or not at all; the same model gives the same bytes. */
  static void write(Path file, ModelFile model) throws IOException {
    ProtobufMessage message = new OnnxModel(model).message();
    AtomicFile.write(
        file,
        channel -> {
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel));
          message.writeTo(out);
          out.flush();
        });
  }

  /** What values and constants are called. */
  private Set<String> names() {
    Set<String> names = new HashSet<>(description.parameterShapes().keySet());
    names.addAll(List.of(INPUT, output(), ModelFile.SHIFT, ModelFile.SCALE));
    operations.forEach(operation -> names.add(operation.result()));
    return names;
  }

  private ProtobufMessage message() throws IOException {
    chain();
    List<String> columns = List.of();
    if (description.input() instanceof ModelInput.Columns table) {
      columns = OnnxTable.addTo(graph, table.encoder(), names());
    }
    nodes();
    graph.text(2, "polymath");
    initializers();
    if (columns.isEmpty()) {
      graph.message(11, tensor(INPUT, FLOAT, description.inputs()));
    }
    graph.message(12, tensor(output(), FLOAT, lastLayer().outputs()));

    String library = description.provenance().library();
    ProtobufMessage message =
        new ProtobufMessage()
            .integer(1, IR_VERSION)
            .text(2, "polymath")
            .text(3, library == null ? "" : library)
            .message(7, graph)
            .message(8, new ProtobufMessage().text(1, "").integer(2, OPSET));
    if (description.input() instanceof ModelInput.Columns table) {
      message
          .message(
              8,
              new ProtobufMessage().text(1, OnnxTable.ML_DOMAIN).integer(2, OnnxTable.ML_VERSION))
          .message(14, property("inputNames", DescriptionJson.names(columns)))
          .message(
              14, property("featureNames", DescriptionJson.names(table.encoder().featureNames())));
    }
    return message
        .message(14, property(outputNames(), DescriptionJson.names(description.output().names())))
        .message(14, property("model", DescriptionJson.model(description)))
        .message(14, property("training", DescriptionJson.training(description.provenance())));
  }

  private void chain() {
    if (scaled()) {
      add("input.shift", "Sub", List.of(ModelFile.SHIFT), null);
      add("input.scale", "Mul", List.of(ModelFile.SCALE), null);
    }
    String scaled = value;
    List<String> outputs = new ArrayList<>();
    for (int m = 0; m < description.members(); m++) {
      value = scaled;
      member(description.prefix(m));
      outputs.add(value);
    }
    if (outputs.size() > 1) {
      operations.add(new Operation("mean", "Mean", outputs, List.of(), null));
    } else if (operations.isEmpty()) {
      add("identity", "Identity", List.of(), null);
    }
  }

  private void member(String prefix) {
    List<LayerSpec> layers = description.layers();
    for (int i = 0; i < layers.size(); i++) {
      String name = prefix + "layers." + i;
      if (layers.get(i) instanceof LayerSpec.Dense dense) {
        List<String> parameters = new ArrayList<>();
        for (LayerSpec.ParameterSpec p : dense.parameters()) {
          parameters.add(prefix + LayerSpec.parameterName(i, p.name()));
        }
        add(name + ".dense", "Gemm", parameters, null);
      }
      activation(name + ".activation", layers.get(i).activation());
    }
  }

  private void activation(String name, Activation activation) {
    switch (activation) {
      case IDENTITY -> {}
      case SIGMOID -> add(name, "Sigmoid", List.of(), null);
      case TANH -> add(name, "Tanh", List.of(), null);
      case RELU -> add(name, "Relu", List.of(), null);
      case LEAKY_RELU ->
          add(
              name,
              "LeakyRelu",
              List.of(),
              new ProtobufMessage()
                  .text(1, "alpha")
                  .number(2, Activation.LEAKY_SLOPE)
                  .integer(20, FLOAT_ATTRIBUTE));
      case ELU -> add(name, "Elu", List.of(), null); // by default, α is 1
      case SELU -> add(name, "Selu", List.of(), null); // its default λ and α are these floats
      case SOFTMAX ->
          add(
              name,
              "Softmax",
              List.of(),
              new ProtobufMessage().text(1, "axis").integer(3, 1).integer(20, INTEGER_ATTRIBUTE));
    }
  }

  private void add(
      String name, String type, List<String> operands, @Nullable ProtobufMessage attribute) {
    Operation operation = new Operation(name, type, List.of(value), operands, attribute);
    operations.add(operation);
    value = operation.result();
  }

  private void nodes() {
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      String result = i == operations.size() - 1 ? output() : operation.result();
      ProtobufMessage node = new ProtobufMessage();
      operation.values().forEach(operand -> node.text(1, operand));
      operation.operands().forEach(operand -> node.text(1, operand));
      node.text(2, result).text(3, operation.name()).text(4, operation.type());
      if (operation.attribute() != null) {
        node.message(5, operation.attribute());
      }
      graph.message(1, node);
    }
  }

  private void initializers() {
    if (scaled()) {
      InputScaling scaling = description.scaling();
      graph.message(5, initializer(ModelFile.SHIFT, List.of(scaling.features()), scaling.shift()));
      graph.message(5, initializer(ModelFile.SCALE, List.of(scaling.features()), scaling.scale()));
    }
    for (Map.Entry<String, List<Integer>> shape : description.parameterShapes().entrySet()) {
      graph.message(
          5, initializer(shape.getKey(), shape.getValue(), model.parameter(shape.getKey())));
    }
  }

  private static ProtobufMessage initializer(String name, List<Integer> shape, float[] values) {
    ProtobufMessage tensor = new ProtobufMessage();
    shape.forEach(dimension -> tensor.integer(1, dimension));
    return tensor.integer(2, FLOAT).text(8, name).bytes(9, values);
  }

  /** A matrix [batch, columns] that goes in or comes out. */
  static ProtobufMessage tensor(String name, int elementType, int columns) {
    ProtobufMessage shape =
        new ProtobufMessage()
            .message(1, new ProtobufMessage().text(2, "batch"))
            .message(1, new ProtobufMessage().integer(1, columns));
    ProtobufMessage type = new ProtobufMessage().integer(1, elementType).message(2, shape);
    return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, type));
  }

  private static ProtobufMessage property(String key, String value) {
    return new ProtobufMessage().text(1, key).text(2, value);
  }

  private boolean scaled() {
    return !description.scaling().equals(InputScaling.none(description.inputs()));
  }

  private String outputNames() {
    return switch (description.task()) {
      case CLASSIFICATION -> "classNames";
      case REGRESSION -> "targetNames";
      case LABELS -> "labelNames";
    };
  }

  private LayerSpec lastLayer() {
    return description.layers().get(description.layers().size() - 1);
  }

  private String output() {
    boolean probabilities =
        lastLayer().activation() == Activation.SOFTMAX || description.task() == Task.LABELS;
    return probabilities ? "probabilities" : "output";
  }
}
