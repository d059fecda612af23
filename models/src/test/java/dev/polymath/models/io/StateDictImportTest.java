package dev.polymath.models.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.Activation;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.PictureForm;
import dev.polymath.models.network.InputScaling;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** State dicts as others write them, put together here byte by byte. */
class StateDictImportTest {

  @TempDir Path folder;

  /** A tensor whose values count up from a first one in steps of 1/8. */
  private record Tensor(String name, String dtype, List<Integer> shape, float first) {

    Tensor(String name, float first, Integer... shape) {
      this(name, "F32", List.of(shape), first);
    }

    float[] values() {
      float[] values = new float[shape.stream().reduce(1, (a, b) -> a * b)];
      for (int i = 0; i < values.length; i++) {
        values[i] = first + i / 8f;
      }
      return values;
    }

    byte[] bytes() {
      ByteBuffer bytes = ByteBuffer.allocate(8 * values().length).order(ByteOrder.LITTLE_ENDIAN);
      for (float value : values()) {
        switch (dtype) {
          case "F32" -> bytes.putFloat(value);
          case "F64" -> bytes.putDouble(value);
          case "BF16" -> bytes.putShort((short) (Float.floatToRawIntBits(value) >> 16));
          default -> bytes.putLong((long) value);
        }
      }
      return Arrays.copyOf(bytes.array(), bytes.position());
    }
  }

  private Path file(String metadata, Tensor... tensors) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    StringBuilder header = new StringBuilder("{" + metadata);
    for (Tensor tensor : tensors) {
      int begin = data.size();
      data.write(tensor.bytes());
      header.append(
          "%s\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(
                  header.length() == 1 ? "" : ",",
                  tensor.name(),
                  tensor.dtype(),
                  tensor.shape(),
                  begin,
                  data.size()));
    }
    return Hostile.file(folder, header + "}", data.toByteArray());
  }

  /** 4 → 3 → 2 → 5 under three names. */
  private static Tensor[] net(String first, String second, String third) {
    return new Tensor[] {
      new Tensor(third + ".weight", 1, 5, 2),
      new Tensor(third + ".bias", 2, 5),
      new Tensor(first + ".bias", 3, 3),
      new Tensor(first + ".weight", 4, 3, 4),
      new Tensor(second + ".weight", 5, 2, 3),
      new Tensor(second + ".bias", 6, 2)
    };
  }

  private static void assertNet(ModelFile model) {
    assertEquals(
        "[dense 4->3 SIGMOID, dense 3->2 RELU, dense 2->5 IDENTITY, activation SOFTMAX]",
        model.description().layers().toString());
    assertArrayEquals(
        new float[] {
          4, 4.5f, 5, 4.125f, 4.625f, 5.125f, 4.25f, 4.75f, 5.25f, 4.375f, 4.875f, 5.375f
        },
        model.parameter("layers.0.weight"));
    assertArrayEquals(new float[] {3, 3.125f, 3.25f}, model.parameter("layers.0.bias"));
    assertArrayEquals(
        new float[] {5, 5.375f, 5.125f, 5.5f, 5.25f, 5.625f}, model.parameter("layers.1.weight"));
    assertArrayEquals(
        new float[] {2, 2.125f, 2.25f, 2.375f, 2.5f}, model.parameter("layers.2.bias"));
  }

  @ParameterizedTest
  @MethodSource
  void anyNamesWillDo(String names) throws IOException {
    String[] n = names.split(",");
    assertNet(StateDictImport.defaults().read(file("", net(n[0], n[1], n[2]))));
  }

  static Stream<String> anyNamesWillDo() {
    return Stream.of(
        "0,2,4",
        "fc1,fc2,fc3",
        "net.0,net.2,net.4",
        "layers.2,layers.9,layers.10",
        "module.net.0.linear,module.net.1.linear,module.net.2.linear",
        "a.1.b.9,a.1.b.10,a.2.b.0",
        "input,hidden,output",
        "z,y,x",
        "encoder.0,middle,head");
  }

  @Test
  void defaultsAreStated() throws IOException {
    ModelDescription d =
        StateDictImport.defaults().read(file("", net("0", "2", "4"))).description();
    assertEquals(List.of("0", "1", "2", "3", "4"), d.classNames());
    assertEquals(InputScaling.none(4), d.scaling());
    assertEquals(new ModelInput.Numbers(4), d.input());
    assertEquals(Provenance.UNKNOWN, d.provenance());
  }

  @Test
  void whatIsSetIsTaken() throws IOException {
    ModelDescription d =
        StateDictImport.defaults()
            .activations(Activation.TANH, Activation.LEAKY_RELU)
            .normalization(0.5f, 0.25f)
            .classNames(List.of("a", "b", "c", "d", "e"))
            .image(new ImageSize(2, 2))
            .read(file("", net("0", "2", "4")))
            .description();
    assertEquals(
        "[dense 4->3 TANH, dense 3->2 LEAKY_RELU, dense 2->5 IDENTITY, activation SOFTMAX]",
        d.layers().toString());
    assertArrayEquals(new float[] {0.5f, 0.5f, 0.5f, 0.5f}, d.scaling().shift());
    assertArrayEquals(new float[] {4, 4, 4, 4}, d.scaling().scale());
    assertEquals(List.of("a", "b", "c", "d", "e"), d.classNames());
    assertEquals(new ModelInput.Pictures(new ImageSize(2, 2), PictureForm.AS_IS), d.input());
  }

  @Test
  void otherDtypesBecomeFloat32() throws IOException {
    for (String dtype : List.of("F64", "BF16")) {
      Tensor[] net =
          Arrays.stream(net("0", "2", "4"))
              .map(t -> new Tensor(t.name(), dtype, t.shape(), t.first()))
              .toArray(Tensor[]::new);
      assertNet(StateDictImport.defaults().read(file("", net)));
    }
  }

  @Test
  void squareLayersWithoutNumbersNeedTheirOrder() throws IOException {
    Tensor[] net =
        Stream.of("out", "in", "hidden")
            .flatMap(
                n ->
                    Stream.of(
                        new Tensor(n + ".weight", 1, 3, 3), new Tensor(n + ".bias", n.length(), 3)))
            .toArray(Tensor[]::new);
    Path file = file("", net);
    refused(
        "neither names nor shapes tell the order of the layers \"hidden\", \"in\", \"out\": it must"
            + " be given",
        file);
    ModelFile model = StateDictImport.defaults().layers(List.of("in", "hidden", "out")).read(file);
    assertEquals(2, model.parameter("layers.0.bias")[0]);
    assertEquals(6, model.parameter("layers.1.bias")[0]);
    assertEquals(3, model.parameter("layers.2.bias")[0]);
    for (List<String> names :
        List.of(
            List.of("in", "out"),
            List.of("in", "in", "out"),
            List.of("in", "hidden", "out", "more"),
            List.of("In", "hidden", "out"))) {
      refused(
          "the order of the layers: expected each of \"hidden\", \"in\", \"out\" once, found "
              + names.stream().map(n -> '"' + n + '"').collect(Collectors.joining(", ")),
          file,
          StateDictImport.defaults().layers(names));
    }
  }

  private static void refused(String fault, Path file) {
    refused(fault, file, StateDictImport.defaults());
  }

  private static void refused(String fault, Path file, StateDictImport how) {
    assertEquals(
        file + ": " + fault,
        assertThrows(ModelFormatException.class, () -> how.read(file)).getMessage());
  }

  static Stream<Arguments> faults() {
    Tensor w0 = new Tensor("0.weight", 1, 3, 4);
    Tensor b0 = new Tensor("0.bias", 1, 3);
    Tensor w2 = new Tensor("2.weight", 1, 2, 3);
    Tensor b2 = new Tensor("2.bias", 1, 2);
    Tensor w4 = new Tensor("4.weight", 1, 5, 2);
    Tensor b4 = new Tensor("4.bias", 1, 5);
    return Stream.of(
        faulty("expected Linear layers, found none"),
        faulty(
            "the names do not tell the order of the 11 layers \"a\", \"b\", \"c\", \"d\", \"e\", \"f\","
                + " \"g\", \"h\", ...: it must be given",
            IntStream.range(0, 22)
                .mapToObj(
                    i -> {
                      String name = "abcdefghijk".charAt(i / 2) + "";
                      return i % 2 == 0
                          ? new Tensor(name + ".weight", 1, 2, 2)
                          : new Tensor(name + ".bias", 1, 2);
                    })
                .toArray(Tensor[]::new)),
        faulty("tensor \"2.weight\" is missing", w0, b0, b2, w4, b4),
        faulty(
            "tensor \"1.running_var\" is missing",
            w0,
            b0,
            new Tensor("1.running_mean", 1, 3),
            w2,
            b2,
            w4,
            b4),
        faulty(
            "tensor \"x\\u001b.scale\": expected the weight or the bias of a Linear layer",
            w0,
            b0,
            new Tensor("x\\u001b.scale", 1, 3),
            w2,
            b2,
            w4,
            b4),
        faulty(
            "tensor \"0.weight\": expected shape [outputs, inputs], found [3]",
            new Tensor("0.weight", 1, 3),
            b0,
            w2,
            b2,
            w4,
            b4),
        faulty(
            "tensor \"0.weight\": expected shape [outputs, inputs], found [3, 1, 4, 4]",
            new Tensor("0.weight", 1, 3, 1, 4, 4),
            b0,
            w2,
            b2,
            w4,
            b4),
        faulty(
            "tensor \"0.weight\": expected shape [outputs, inputs], found [3, 0]",
            new Tensor("0.weight", 1, 3, 0),
            b0,
            w2,
            b2,
            w4,
            b4),
        faulty(
            "tensor \"0.bias\": expected shape [4] beside a weight of [4, 3], found [3]; a Linear"
                + " layer's weight is [outputs, inputs], this one looks transposed",
            new Tensor("0.weight", 1, 4, 3),
            b0,
            new Tensor("2.weight", 1, 3, 2),
            b2,
            w4,
            b4),
        faulty(
            "tensor \"2.bias\": expected shape [2] beside a weight of [2, 3], found [7]",
            w0,
            b0,
            w2,
            new Tensor("2.bias", 1, 7),
            w4,
            b4),
        faulty(
            "layer \"2\": expected 3 inputs, as many as \"0\" before it has outputs, found 7",
            w0,
            b0,
            new Tensor("2.weight", 1, 2, 7),
            b2,
            w4,
            b4),
        faulty(
            "no order of the layers makes a chain: \"a\" 4 -> 3, \"b\" 7 -> 2, \"c\" 2 -> 5",
            new Tensor("a.weight", 1, 3, 4),
            new Tensor("a.bias", 1, 3),
            new Tensor("b.weight", 1, 2, 7),
            new Tensor("b.bias", 1, 2),
            new Tensor("c.weight", 1, 5, 2),
            new Tensor("c.bias", 1, 5)),
        faulty(
            "header: tensor \"2.bias\": dtype: expected F32, F64, F16 or BF16, found \"I64\"",
            w0,
            b0,
            w2,
            new Tensor("2.bias", "I64", List.of(2), 1),
            w4,
            b4),
        faulty(
            "tensor \"2.weight\": element 0: expected a finite number, found Infinity",
            w0,
            b0,
            new Tensor("2.weight", Float.POSITIVE_INFINITY, 2, 3),
            b2,
            w4,
            b4),
        faulty(
            "tensor \"4.bias\": element 0: expected a finite number, found NaN",
            w0,
            b0,
            w2,
            b2,
            w4,
            new Tensor("4.bias", Float.NaN, 5)));
  }

  private static Arguments faulty(String fault, Tensor... tensors) {
    return Arguments.of(fault, tensors);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aFileThatIsNoSuchNetworkIsRefused(String fault, Tensor[] tensors) throws IOException {
    refused(fault, file("", tensors));
  }

  @Test
  void aModelFileIsNoStateDict() throws IOException {
    Path file = folder.resolve("m");
    Models.file().write(file);
    refused("expected a state dict of PyTorch, found a model file: it can be used as it is", file);
  }

  @Test
  void settingsThatDoNotFitTheShapesAreRefused() throws IOException {
    Path file = file("", net("0", "2", "4"));
    StateDictImport how = StateDictImport.defaults();
    refused("model: class names: expected 5, found 2", file, how.classNames(List.of("a", "b")));
    refused(
        "model: input: features: expected 4, found 784", file, how.image(new ImageSize(28, 28)));
  }

  @Test
  void badSettingsAreRefusedAtOnce() {
    StateDictImport how = StateDictImport.defaults();
    for (float mean : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      assertEquals(
          "mean: expected a finite number, found " + mean,
          assertThrows(IllegalArgumentException.class, () -> how.normalization(mean, 1))
              .getMessage());
    }
    for (float deviation : new float[] {0, -1, Float.NaN, Float.MIN_VALUE, 1f / 0}) {
      assertEquals(
          "deviation: expected a finite number above 0, found " + deviation,
          assertThrows(IllegalArgumentException.class, () -> how.normalization(0, deviation))
              .getMessage());
    }
    assertThrows(
        IllegalArgumentException.class, () -> how.activations(Activation.SOFTMAX, Activation.RELU));
  }

  @Test
  void aDescriptionOfOtherLayersIsRefused() throws IOException {
    String model = DescriptionJson.model(Models.description()).replace("\"", "\\\"");
    refused(
        "metadata \"polymath.model\": expected the layers that the tensors make, [dense 4->3"
            + " SIGMOID, dense 3->2 IDENTITY, dense 2->5 IDENTITY, activation SOFTMAX], found [dense"
            + " 2->3 SIGMOID, dense 3->2 IDENTITY, activation SOFTMAX]",
        file("\"__metadata__\":{\"polymath.model\":\"" + model + "\"}", net("0", "2", "4")));
    refused(
        "metadata \"model\": expected JSON, found nothing",
        file("\"__metadata__\":{\"polymath.model\":\"\"}", net("0", "2", "4")));
  }
}
