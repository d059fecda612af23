package dev.polymath.models.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.PictureForm;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {

  @TempDir Path folder;

  @Test
  void aModelSurvivesBitForBit() throws IOException {
    Path path = folder.resolve("a.safetensors");
    Models.file().write(path);
    ModelFile read = ModelFile.read(path);
    assertEquals(Models.description(), read.description());
    assertEquals(
        List.copyOf(Models.provenance().recipe().entrySet()),
        List.copyOf(read.description().provenance().recipe().entrySet()));
    Map<String, float[]> expected = Models.parameters();
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(read.parameters().keySet()));
    expected.forEach(
        (name, values) -> {
          float[] found = read.parameter(name);
          assertEquals(values.length, found.length);
          for (int i = 0; i < values.length; i++) {
            assertEquals(Float.floatToRawIntBits(values[i]), Float.floatToRawIntBits(found[i]));
          }
        });
  }

  @Test
  void theMetadataReadAsDocumented() throws IOException {
    Path path = folder.resolve("a.safetensors");
    Models.file().write(path);
    try (Safetensors file = Safetensors.open(path)) {
      assertEquals(
          Map.of(
              "checksum",
              String.valueOf(file.metadata().get("checksum")),
              "format",
              "polymath",
              "formatVersion",
              "2",
              "model",
              """
              {"inputs":2,"layers":[\
              {"type":"dense","outputs":3,"activation":"sigmoid"},\
              {"type":"dense","outputs":2,"activation":"identity"},\
              {"type":"activation","activation":"softmax"}],\
              "classNames":["no","\u00fcber \u2603"],"input":{"kind":"picture",\
              "height":1,"width":2,"form":"as-is","white":255}}\
              """,
              "training",
              """
              {"library":"0.1.0","backend":"arrays-vector","backendVersion":"0.1.0",\
              "initialization":"HE","seed":-9223372036854775808,"dataSet":"mnist",\
              "dataSetFingerprint":"ab12","epochs":20,"validationAccuracy":0.985,\
              "testAccuracy":0.002,"recipe":\
              {"epochs":"20","optimizer":"AdamW[weightDecay=0.02]","batch":"64"}}\
              """),
          file.metadata());
      assertEquals(
          List.of(
              "input.shift=[2]",
              "input.scale=[2]",
              "layers.0.weight=[2, 3]",
              "layers.0.bias=[3]",
              "layers.1.weight=[3, 2]",
              "layers.1.bias=[2]"),
          file.shapes().entrySet().stream().map(Object::toString).toList());
    }
  }

  @Test
  void theSameModelGivesTheSameBytes() throws IOException {
    Path a = folder.resolve("a.safetensors");
    Path b = folder.resolve("b.safetensors");
    Models.file().write(a);
    ModelFile.read(a).write(b);
    assertArrayEquals(Files.readAllBytes(a), Files.readAllBytes(b));
  }

  @Test
  void whatIsNotKnownIsLeftOut() throws IOException {
    Path path = folder.resolve("a.safetensors");
    ModelDescription plain =
        new ModelDescription(
            Models.LAYERS, InputScaling.none(2), List.of("a", "b"), NUMBERS, Provenance.UNKNOWN);
    new ModelFile(plain, Models.parameters()).write(path);
    try (Safetensors file = Safetensors.open(path)) {
      assertEquals("{\"epochs\":0,\"recipe\":{}}", file.metadata().get("training"));
    }
    assertEquals(plain, ModelFile.read(path).description());
  }

  @Test
  void aFileOfAnotherToolNeedsNoTraining() throws IOException {
    Path path = folder.resolve("a.safetensors");
    Map<String, String> metadata = new HashMap<>();
    metadata.put("format", "polymath");
    metadata.put("formatVersion", "2");
    metadata.put("model", DescriptionJson.model(Models.description()));
    metadata.put("converted by", "a script");
    Safetensors.write(path, metadata, tensors());
    assertEquals(Provenance.UNKNOWN, ModelFile.read(path).description().provenance());
  }

  @Test
  void aFileOfVersion1IsRead() throws IOException {
    String layers =
        """
        {"inputs":2,"layers":[\
        {"type":"dense","outputs":3,"activation":"sigmoid"},\
        {"type":"dense","outputs":2,"activation":"identity"},\
        {"type":"activation","activation":"softmax"}],"classNames":["a","b"]\
        """;
    assertEquals(new ModelInput.Numbers(2), version1(layers + "}", "{}").input());
    ImageSize size = new ImageSize(1, 2);
    String image = layers + ",\"image\":{\"height\":1,\"width\":2}}";
    assertEquals(new ModelInput.Pictures(size, PictureForm.AS_IS), version1(image, "{}").input());
    assertEquals(
        new ModelInput.Pictures(size, PictureForm.AS_IS),
        version1(image, "{\"recipe\":{\"pictures\":\"as-is\"}}").input());
  }

  private ModelDescription version1(String model, String training) throws IOException {
    Path path = folder.resolve("one.safetensors");
    Map<String, String> metadata =
        Map.of("format", "polymath", "formatVersion", "1", "model", model, "training", training);
    Safetensors.write(path, metadata, tensors());
    return ModelFile.read(path).description();
  }

  @Test
  void everyInputComesBack() throws IOException {
    List<String> names = List.of("height", "weight");
    ModelInput.Table plain = new ModelInput.Table(2, List.of(), null, 0);
    ModelInput.Table named = new ModelInput.Table(2, names, "species", 2);
    for (ModelInput input :
        List.of(
            NUMBERS,
            plain,
            named,
            new ModelInput.Table(2, names, "species", ModelInput.Table.UNKNOWN),
            new ModelInput.Pictures(new ImageSize(2, 1), PictureForm.AS_IS, 1, named),
            new ModelInput.Pictures(new ImageSize(1, 2), PictureForm.AS_IS, 255, plain))) {
      ModelFile file =
          new ModelFile(
              new ModelDescription(
                  Models.LAYERS, Models.SCALING, List.of("a", "b"), input, Provenance.UNKNOWN),
              Models.parameters());
      Path path = folder.resolve("input.safetensors");
      file.write(path);
      assertEquals(input, ModelFile.read(path).description().input());
    }
  }

  @Test
  void streamsAndBytesHoldWhatAFileHolds() throws IOException {
    Path path = folder.resolve("a.safetensors");
    Models.file().write(path);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Models.file().write(out);
    assertArrayEquals(Files.readAllBytes(path), out.toByteArray());
    ModelFile bytes = ModelFile.read(out.toByteArray());
    ModelFile stream = ModelFile.read(new ByteArrayInputStream(out.toByteArray()));
    assertEquals(Models.description(), bytes.description());
    assertEquals(Models.description(), stream.description());
    assertArrayEquals(
        Models.file().parameter("layers.1.weight"), stream.parameter("layers.1.weight"));
    byte[] cut = Arrays.copyOf(out.toByteArray(), out.size() - 1);
    assertTrue(
        assertThrows(ModelFormatException.class, () -> ModelFile.read(cut))
            .getMessage()
            .startsWith("model: "));
  }

  @Test
  void manyClassesAreKept() throws IOException {
    int classes = 20_000;
    List<String> names = new ArrayList<>();
    for (int i = 0; i < classes; i++) {
      names.add("a class with a long name, number " + i);
    }
    ModelDescription wide =
        new ModelDescription(
            List.of(new LayerSpec.Dense(2, classes, Activation.IDENTITY)),
            InputScaling.none(2),
            names,
            NUMBERS,
            Provenance.UNKNOWN);
    ModelFile.requireStorable(wide);
    Path path = folder.resolve("wide.safetensors");
    new ModelFile(
            wide,
            Map.of("layers.0.weight", new float[2 * classes], "layers.0.bias", new float[classes]))
        .write(path);
    assertEquals(names, ModelFile.read(path).description().classNames());
  }

  private static List<Safetensors.Entry> tensors() {
    List<Safetensors.Entry> tensors = new ArrayList<>();
    Models.description()
        .parameterShapes()
        .forEach(
            (name, shape) ->
                tensors.add(new Safetensors.Entry(name, shape, Models.file().parameter(name))));
    tensors.add(new Safetensors.Entry("input.scale", List.of(2), new float[] {1, 1}));
    tensors.add(new Safetensors.Entry("input.shift", List.of(2), new float[] {0, 0}));
    return tensors;
  }

  @Test
  void aModelThatCouldNotBeReadIsNotMade() {
    Map<String, float[]> parameters = Models.parameters();
    parameters.put("layers.1.bias", new float[] {1, Float.NaN});
    refused(
        "model: parameter \"layers.1.bias\": element 1: expected a finite number, found NaN",
        () -> new ModelFile(Models.description(), parameters));
    parameters.put("layers.1.bias", new float[3]);
    refused(
        "model: parameter \"layers.1.bias\": expected shape [2], found 3 values",
        () -> new ModelFile(Models.description(), parameters));
    refused(
        "model: there is no parameter \"layers.9.bias\"",
        () -> Models.file().parameter("layers.9.bias"));
    parameters.remove("layers.1.bias");
    refused(
        "model: parameter \"layers.1.bias\": expected shape [2], found none",
        () -> new ModelFile(Models.description(), parameters));
    parameters.putAll(Models.parameters());
    parameters.put("layers.2.bias", new float[2]);
    refused(
        "model: no layer has a parameter \"layers.2.bias\"",
        () -> new ModelFile(Models.description(), parameters));
  }

  private static final ModelInput NUMBERS = new ModelInput.Numbers(2);

  @Test
  void aDescriptionIsConsistent() {
    List<String> names = List.of("a", "b");
    Provenance unknown = Provenance.UNKNOWN;
    refused(
        "model: expected at least one layer, found none",
        () -> new ModelDescription(List.of(), Models.SCALING, names, NUMBERS, unknown));
    List<LayerSpec> gap = new ArrayList<>(Models.LAYERS);
    gap.set(1, new LayerSpec.Dense(4, 2, Activation.IDENTITY));
    refused(
        "model: layer 1: inputs: expected 3, found 4",
        () -> new ModelDescription(gap, Models.SCALING, names, NUMBERS, unknown));
    refused(
        "model: input scaling: features: expected 2, found 3",
        () -> new ModelDescription(Models.LAYERS, InputScaling.none(3), names, NUMBERS, unknown));
    refused(
        "model: class names: expected 2, found 1",
        () -> new ModelDescription(Models.LAYERS, Models.SCALING, List.of("a"), NUMBERS, unknown));
    refused(
        "model: input: features: expected 2, found 6",
        () ->
            new ModelDescription(
                Models.LAYERS, Models.SCALING, names, new ModelInput.Numbers(6), unknown));
    refused(
        "model: class name: expected no control characters, found \"a\\u001b[2J\"",
        () ->
            new ModelDescription(
                Models.LAYERS, Models.SCALING, List.of("a\u001b[2J", "b"), NUMBERS, unknown));
    refused(
        "provenance: testAccuracy: expected 0 to 1, found 1.5",
        () -> unknown.withTestAccuracy(1.5));
    refused(
        "provenance: validationAccuracy: expected 0 to 1, found NaN",
        () -> unknown.withValidationAccuracy(Double.NaN));
    refused(
        "provenance: epochs: expected at least 0, found -1",
        () -> unknown.withTraining(-1, Map.of()));
    refused(
        "provenance: dataSet: expected no control characters, found \"a\\u202e\"",
        () -> unknown.withDataSet("a\u202e", null));
  }

  private static void refused(String message, Executable making) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, making).getMessage());
  }
}
