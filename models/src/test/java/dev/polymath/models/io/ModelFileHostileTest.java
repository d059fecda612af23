package dev.polymath.models.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.models.io.Safetensors.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sound safetensors files that are no sound models, each by its message. */
class ModelFileHostileTest {

  @TempDir Path folder;
  private Path path;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Entry> tensors = new LinkedHashMap<>();

  @BeforeEach
  void takeASoundModelApart() throws IOException {
    path = folder.resolve("x.safetensors");
    Models.file().write(path);
    try (Safetensors file = Safetensors.open(path)) {
      metadata.putAll(file.metadata());
      // What is wrong with the content would not be looked at.
      metadata.remove("checksum");
      for (Map.Entry<String, List<Integer>> tensor : file.shapes().entrySet()) {
        String name = tensor.getKey();
        put(name, tensor.getValue(), file.read(name));
      }
    }
  }

  private void put(String name, List<Integer> shape, float... values) {
    tensors.put(name, new Entry(name, shape, values));
  }

  private void refused(String fault) throws IOException {
    Safetensors.write(path, metadata, new ArrayList<>(tensors.values()));
    assertEquals(
        path + ": " + fault,
        assertThrows(ModelFormatException.class, () -> ModelFile.read(path)).getMessage());
  }

  @Test
  void aFileOfAnotherFormatIsRefused() throws IOException {
    metadata.put("format", "pt");
    refused("metadata \"format\": expected \"polymath\", found \"pt\"");
    metadata.remove("format");
    refused("metadata \"format\": expected \"polymath\", found none");
    metadata.clear();
    refused("metadata \"format\": expected \"polymath\", found none");
  }

  @Test
  void anotherVersionIsRefused() throws IOException {
    metadata.put("formatVersion", "4");
    refused("metadata \"formatVersion\": expected one of 1, 2, 3, found \"4\"");
    metadata.remove("formatVersion");
    refused("metadata \"formatVersion\": expected one of 1, 2, 3, found none");
  }

  @Test
  void aModelWithoutADescriptionIsRefused() throws IOException {
    metadata.remove("model");
    refused("metadata \"model\" is missing");
  }

  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of("", "metadata \"model\": expected JSON, found nothing"),
        Arguments.of("[]", "metadata \"model\": JSON: expected an object, found an array"),
        Arguments.of(
            "{'inputs':2", "metadata \"model\": invalid JSON at character 11: it ends too soon"),
        Arguments.of("{} {}", "metadata \"model\": expected the end of the JSON, found an object"),
        Arguments.of("{}", "metadata \"model\": inputs is missing"),
        Arguments.of("{'inputs':2}", "metadata \"model\": layers is missing"),
        Arguments.of("{'inputs':2,'layers':[]}", "metadata \"model\": classNames is missing"),
        Arguments.of(
            "{'inputs':2,'layers':[],'classNames':['a']}",
            "model: expected at least one layer, found none"),
        Arguments.of(
            "{'inputs':2,'inputs':2}",
            "metadata \"model\": invalid JSON at character 20: Duplicate field 'inputs'"),
        Arguments.of(
            "{'inputs':0}",
            "metadata \"model\": inputs: expected an integer from 1 to 2147483647, found 0"),
        Arguments.of(
            "{'inputs':'2'}",
            "metadata \"model\": inputs: expected an integer from 1 to 2147483647, found \"2\""),
        Arguments.of(
            "{'inputs':2147483648}",
            "metadata \"model\": inputs: expected an integer from 1 to 2147483647, found"
                + " 2147483648"),
        Arguments.of(
            "{'eval':'System.exit(1)'}",
            "metadata \"model\": expected inputs, layers, members, classNames, targets or labels, and input, found \"eval\""),
        Arguments.of(
            "{'layers':{}}", "metadata \"model\": layers: expected an array, found an object"),
        Arguments.of(
            "{'layers':[7]}", "metadata \"model\": layers: 0: layer: expected an object, found 7"),
        Arguments.of(
            "{'layers':[{'activation':'relu'}]}", "metadata \"model\": layers: 0: type is missing"),
        Arguments.of(
            "{'layers':[{'type':'dense','outputs':3}]}",
            "metadata \"model\": layers: 0: activation is missing"),
        Arguments.of(
            "{'layers':[{'type':'conv'}]}",
            "metadata \"model\": layers: 0: type: expected one of dense, activation, found"
                + " \"conv\""),
        Arguments.of(
            "{'layers':[{'activation':'gelu'}]}",
            "metadata \"model\": layers: 0: activation: expected one of identity, sigmoid,"
                + " tanh, relu, leaky_relu, softmax, elu, selu, found \"gelu\""),
        Arguments.of(
            "{'layers':[{'activation':'RELU'}]}",
            "metadata \"model\": layers: 0: activation: expected one of identity, sigmoid,"
                + " tanh, relu, leaky_relu, softmax, elu, selu, found \"RELU\""),
        Arguments.of(
            "{'layers':[{'outputs':-3}]}",
            "metadata \"model\": layers: 0: outputs: expected an integer from 1 to"
                + " 2147483647, found -3"),
        Arguments.of(
            "{'layers':[{'bias':false}]}",
            "metadata \"model\": layers: 0: expected type, outputs and activation, found"
                + " \"bias\""),
        Arguments.of(
            "{'classNames':'ab'}",
            "metadata \"model\": classNames: expected an array, found \"ab\""),
        Arguments.of(
            "{'classNames':['a',null]}",
            "metadata \"model\": classNames: 1: expected a string, found null"),
        Arguments.of("{'image':28}", "metadata \"model\": image: expected an object, found 28"),
        Arguments.of("{'image':{'height':28}}", "metadata \"model\": image: width is missing"),
        Arguments.of("{'image':{'width':28}}", "metadata \"model\": image: height is missing"),
        Arguments.of(
            "{'image':{'height':28,'width':28,'depth':3}}",
            "metadata \"model\": image: expected height and width, found \"depth\""),
        Arguments.of(
            "{'image':{'height':65536,'width':65536}}",
            "metadata \"model\": image size 65536 x 65536: expected sides from 1 and at"
                + " most 2^31-1 pixels"),
        Arguments.of(
            model("{'type':'dense','activation':'relu'}"),
            "metadata \"model\": layers: 0: outputs is missing"),
        Arguments.of(
            model("{'type':'activation','outputs':2,'activation':'relu'}"),
            "metadata \"model\": layers: 0: expected no outputs, an activation keeps its width"),
        Arguments.of(
            model("{'type':'dense','outputs':2,'activation':'softmax'}"),
            "metadata \"model\": layers: 0: dense: softmax is a layer of its own:"
                + " dense(IDENTITY), then activation(SOFTMAX)"),
        Arguments.of(
            model("{'type':'activation','activation':'relu'}"),
            "tensor \"layers.0.weight\": the model has no layer for it"),
        Arguments.of(
            model("{'type':'dense','outputs':2147483647,'activation':'relu'}"),
            "model: class names: expected 2147483647, found 2"),
        Arguments.of(
            model(SOUND).replace("'b'", "'b','c'"), "model: class names: expected 2, found 3"),
        Arguments.of(
            model(SOUND).replace("'b'", "'\\u001b[2J'"),
            "model: class name: expected no control characters, found \"\\u001b[2J\""),
        Arguments.of(
            model(SOUND).replace("'inputs':2", "'inputs':3"),
            "tensor \"input.shift\": expected shape [3], found [2]"),
        Arguments.of(
            model(SOUND).replace("'outputs':3", "'outputs':4"),
            "tensor \"layers.0.weight\": expected shape [2, 4], found [2, 3]"),
        Arguments.of(
            model(SOUND).replace("'inputs'", "'image':{'height':2,'width':2},'inputs'"),
            "model: input: features: expected 2, found 4"));
  }

  private static final String SOUND =
      "{'type':'dense','outputs':3,'activation':'sigmoid'},"
          + "{'type':'dense','outputs':2,'activation':'identity'}";

  private static String model(String layers) {
    return "{'inputs':2,'layers':[" + layers + "],'classNames':['a','b']}";
  }

  @ParameterizedTest
  @MethodSource("models")
  void aBadDescriptionIsRefused(String model, String fault) throws IOException {
    metadata.put("model", model.replace('\'', '"'));
    refused(fault);
  }

  static Stream<Arguments> trainings() {
    return Stream.of(
        Arguments.of("", "metadata \"training\": expected JSON, found nothing"),
        Arguments.of("7", "metadata \"training\": JSON: expected an object, found 7"),
        Arguments.of(
            "{'seed':9223372036854775808}",
            "metadata \"training\": seed: expected an integer from -9223372036854775808 to"
                + " 9223372036854775807, found 9223372036854775808"),
        Arguments.of(
            "{'seed':1.5}",
            "metadata \"training\": seed: expected an integer from -9223372036854775808 to"
                + " 9223372036854775807, found 1.5"),
        Arguments.of(
            "{'epochs':-1}",
            "metadata \"training\": epochs: expected an integer from 0 to 2147483647, found -1"),
        Arguments.of(
            "{'backend':null}", "metadata \"training\": backend: expected a string, found null"),
        Arguments.of(
            "{'testAccuracy':1.0001}",
            "metadata \"training\": testAccuracy: expected a number from 0.0 to 1.0, found"
                + " 1.0001"),
        Arguments.of(
            "{'testAccuracy':NaN}",
            "metadata \"training\": invalid JSON at character 19: Non-standard token 'NaN'"),
        Arguments.of(
            "{'validationAccuracy':1e999}",
            "metadata \"training\": validationAccuracy: expected a number from 0.0 to 1.0,"
                + " found 1e999"),
        Arguments.of(
            "{'validationAccuracy':'high'}",
            "metadata \"training\": validationAccuracy: expected a number from 0.0 to 1.0,"
                + " found \"high\""),
        Arguments.of(
            "{'recipe':['sgd']}",
            "metadata \"training\": recipe: expected an object, found an array"),
        Arguments.of(
            "{'recipe':{'epochs':20}}",
            "metadata \"training\": recipe: \"epochs\": expected a string, found 20"),
        Arguments.of(
            "{'recipe':{'a':'\\u0007'}}",
            "metadata \"training\": provenance: recipe: a: expected no control characters,"
                + " found \"\\u0007\""),
        Arguments.of(
            "{'recipe':{'\\u0007':'a'}}",
            "metadata \"training\": provenance: recipe: expected no control characters,"
                + " found \"\\u0007\""),
        Arguments.of(
            "{'library':'\\u202e'}",
            "metadata \"training\": provenance: library: expected no control characters,"
                + " found \"\\u202e\""),
        Arguments.of(
            "{'later':" + "[".repeat(50_000) + "}",
            "metadata \"training\": invalid JSON at character 17: Document nesting depth"
                + " (9) exceeds the maximum allowed (8)"),
        Arguments.of(
            "{'later':[1,2",
            "metadata \"training\": invalid JSON at character 13: it ends too soon"));
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void aBadProvenanceIsRefused(String training, String fault) throws IOException {
    metadata.put("training", training.replace('\'', '"'));
    refused(fault);
  }

  @Test
  void aLaterVersionMayTellMoreOfTheTraining() throws IOException {
    metadata.put(
        "training",
        "{\"a\":{\"b\":[1,{\"c\":null}]},\"epochs\":3,\"d\":true,\"e\":[],\"testAccuracy\":1}");
    Safetensors.write(path, metadata, new ArrayList<>(tensors.values()));
    Provenance read = ModelFile.read(path).description().provenance();
    assertEquals(Provenance.UNKNOWN.withTraining(3, Map.of()).withTestAccuracy(1), read);
  }

  @Test
  void tensorsThatDoNotFitTheDescriptionAreRefused() throws IOException {
    Entry weight = Objects.requireNonNull(tensors.get("layers.0.weight"));
    put("layers.0.weight", List.of(3, 2), weight.values());
    refused("tensor \"layers.0.weight\": expected shape [2, 3], found [3, 2]");
    tensors.put("layers.0.weight", weight);
    Entry bias = Objects.requireNonNull(tensors.get("layers.0.bias"));
    put("layers.0.bias", List.of(1, 3), bias.values());
    refused("tensor \"layers.0.bias\": expected shape [3], found [1, 3]");
    tensors.remove("layers.0.bias");
    refused("tensor \"layers.0.bias\": expected shape [3], found none");
    tensors.put("layers.0.bias", bias);
    put("layers.2.weight", List.of(1), 1);
    refused("tensor \"layers.2.weight\": the model has no layer for it");
  }

  @Test
  void tensorsOfAnotherDtypeAreRefused() throws IOException {
    byte[] sound = Hostile.unchecked(Files.readAllBytes(path));
    int length = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getInt();
    String header = new String(sound, 8, length, StandardCharsets.UTF_8).strip();
    int data = sound.length - 8 - length;
    // The last tensor, its two numbers twice as long.
    String last = "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}}";
    String longer =
        header.replace(
            last.formatted(data - 8, data),
            last.replace("F32", "F64").formatted(data - 8, data + 8));
    byte[] bytes = Arrays.copyOf(Arrays.copyOfRange(sound, 8 + length, sound.length), data + 8);
    Path file = Hostile.file(folder, longer, bytes);
    assertEquals(
        file + ": tensor \"layers.1.bias\": dtype: expected F32, found F64",
        assertThrows(ModelFormatException.class, () -> ModelFile.read(file)).getMessage());
  }

  @Test
  void aBadScalingIsRefused() throws IOException {
    put("input.scale", List.of(2), 1, Float.NaN);
    refused("input scaling: feature 1: expected finite numbers, found shift -0.2 and scale NaN");
    put("input.scale", List.of(2), Float.POSITIVE_INFINITY, 1);
    refused(
        "input scaling: feature 0: expected finite numbers, found shift 0.1 and scale Infinity");
    put("input.scale", List.of(3), 1, 1, 1);
    refused("tensor \"input.scale\": expected shape [2], found [3]");
    tensors.remove("input.shift");
    refused("tensor \"input.shift\": expected shape [2], found none");
  }

  @Test
  void weightsThatAreNotFiniteAreRefused() throws IOException {
    put("layers.1.bias", List.of(2), 0, Float.NEGATIVE_INFINITY);
    refused(
        "model: parameter \"layers.1.bias\": element 1: expected a finite number, found -Infinity");
  }
}
