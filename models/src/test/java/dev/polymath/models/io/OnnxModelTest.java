package dev.polymath.models.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.Activation;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes, field by field. That ONNX Runtime computes the same is tested where it is at hand. */
class OnnxModelTest {

  @TempDir Path folder;

  /** A message read back: a number, or bytes, for each occurrence of a field. */
  private record Message(List<Integer> fields, List<Object> values) {

    static Message of(byte[] bytes) {
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      Message message = new Message(new ArrayList<>(), new ArrayList<>());
      while (in.hasRemaining()) {
        long key = varint(in);
        message.fields.add((int) (key >>> 3));
        switch ((int) (key & 7)) {
          case 0 -> message.values.add(varint(in));
          case 2 -> {
            byte[] content = new byte[(int) varint(in)];
            in.get(content);
            message.values.add(content);
          }
          case 5 -> message.values.add(in.getFloat());
          default -> throw new AssertionError("wire type " + (key & 7));
        }
      }
      return message;
    }

    private static long varint(ByteBuffer in) {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = in.get();
        value |= (long) (next & 0x7F) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    List<Object> all(int field) {
      List<Object> found = new ArrayList<>();
      for (int i = 0; i < fields.size(); i++) {
        if (fields.get(i) == field) {
          found.add(values.get(i));
        }
      }
      return found;
    }

    List<String> texts(int field) {
      return all(field).stream().map(v -> new String((byte[]) v, StandardCharsets.UTF_8)).toList();
    }

    String text(int field) {
      return texts(field).get(0);
    }

    List<Message> messages(int field) {
      return all(field).stream().map(v -> of((byte[]) v)).toList();
    }
  }

  private Message export(ModelFile model) throws IOException {
    Path file = folder.resolve("model.onnx");
    ExportFormat.ONNX.write(model, file);
    return Message.of(Files.readAllBytes(file));
  }

  private static List<String> nodes(Message graph) {
    return graph.messages(1).stream()
        .map(n -> n.text(4) + n.texts(1) + " -> " + n.text(2))
        .toList();
  }

  @Test
  void theGraphIsTheChainOfLayers() throws IOException {
    Message model = export(Models.file());
    assertEquals(List.of(7L), model.all(1));
    assertEquals("polymath", model.text(2));
    assertEquals("0.1.0", model.text(3));
    assertEquals("", model.messages(8).get(0).text(1));
    assertEquals(List.of(13L), model.messages(8).get(0).all(2));
    Message graph = model.messages(7).get(0);
    assertEquals(
        List.of(
            "Sub[features, input.shift] -> input.shift.output",
            "Mul[input.shift.output, input.scale] -> input.scale.output",
            "Gemm[input.scale.output, layers.0.weight, layers.0.bias] -> layers.0.dense.output",
            "Sigmoid[layers.0.dense.output] -> layers.0.activation.output",
            "Gemm[layers.0.activation.output, layers.1.weight, layers.1.bias]"
                + " -> layers.1.dense.output",
            "Softmax[layers.1.dense.output] -> probabilities"),
        nodes(graph));
    Message axis = graph.messages(1).get(5).messages(5).get(0);
    assertEquals("axis", axis.text(1));
    assertEquals(List.of(1L), axis.all(3));
    assertEquals("features", graph.messages(11).get(0).text(1));
    assertEquals("probabilities", graph.messages(12).get(0).text(1));
  }

  @Test
  void theWeightsAreBitForBit() throws IOException {
    Message graph = export(Models.file()).messages(7).get(0);
    List<Message> tensors = graph.messages(5);
    assertEquals(
        List.of(
            "input.shift[2]",
            "input.scale[2]",
            "layers.0.weight[2, 3]",
            "layers.0.bias[3]",
            "layers.1.weight[3, 2]",
            "layers.1.bias[2]"),
        tensors.stream().map(t -> t.text(8) + t.all(1)).toList());
    assertArrayEquals(
        Hostile.floats(Models.parameters().get("layers.0.weight")),
        (byte[]) tensors.get(2).all(9).get(0));
    assertArrayEquals(
        Hostile.floats(Models.SCALING.scale()), (byte[]) tensors.get(1).all(9).get(0));
  }

  @Test
  void theDescriptionIsThatOfTheModelFile() throws IOException {
    List<Message> properties = export(Models.file()).messages(14);
    assertEquals(
        List.of("classNames", "model", "training"),
        properties.stream().map(p -> p.text(1)).toList());
    assertEquals("[\"no\",\"\u00fcber \u2603\"]", properties.get(0).text(2));
    assertEquals(DescriptionJson.model(Models.description()), properties.get(1).text(2));
    assertEquals(DescriptionJson.training(Models.provenance()), properties.get(2).text(2));
  }

  @Test
  void withoutScalingThereIsNoneInTheGraph() throws IOException {
    ModelDescription description =
        new ModelDescription(
            List.of(
                new LayerSpec.Dense(1, 2, Activation.LEAKY_RELU),
                new LayerSpec.ActivationLayer(2, Activation.TANH)),
            InputScaling.none(1),
            List.of("a", "b"),
            new ModelInput.Numbers(1),
            Provenance.UNKNOWN);
    Message graph =
        export(
                new ModelFile(
                    description,
                    Map.of(
                        "layers.0.weight", new float[] {1, 2},
                        "layers.0.bias", new float[] {3, 4})))
            .messages(7)
            .get(0);
    assertEquals(
        List.of(
            "Gemm[features, layers.0.weight, layers.0.bias] -> layers.0.dense.output",
            "LeakyRelu[layers.0.dense.output] -> layers.0.activation.output",
            "Tanh[layers.0.activation.output] -> output"),
        nodes(graph));
    Message alpha = graph.messages(1).get(1).messages(5).get(0);
    assertEquals("alpha", alpha.text(1));
    assertEquals(List.of(0.01f), alpha.all(2));
    assertEquals(2, graph.messages(5).size());
  }

  @Test
  void theSameModelGivesTheSameBytes() throws IOException {
    Path a = folder.resolve("a.onnx");
    Path b = folder.resolve("b.onnx");
    ExportFormat.ONNX.write(Models.file(), a);
    ExportFormat.ONNX.write(Models.file(), b);
    assertEquals(-1, Files.mismatch(a, b));
  }

  @Test
  void integersOfAnySizeAreVarints() throws IOException {
    for (long value : new long[] {0, 1, 127, 128, 300, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
      ProtobufMessage message = new ProtobufMessage().integer(1, value).number(2000, 1.5f);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      message.writeTo(bytes);
      assertEquals(bytes.size(), message.size());
      Message read = Message.of(bytes.toByteArray());
      assertEquals(List.of(value), read.all(1));
      assertEquals(List.of(1.5f), read.all(2000));
    }
  }

  @Test
  void aMessageIsAtMostTwoGibibytes() {
    float[] fourMebibytes = new float[1 << 20];
    ProtobufMessage message = new ProtobufMessage();
    for (int i = 0; i < 511; i++) {
      message.bytes(9, fourMebibytes);
    }
    long size = message.size();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> message.bytes(9, fourMebibytes));
    assertEquals(
        "protobuf: a message of %d bytes: expected at most 2147483647"
            .formatted(size + 5 + (4 << 20)),
        e.getMessage());
  }
}
