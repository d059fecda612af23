package dev.polymath.models.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.PictureForm;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State dicts out, as PyTorch takes them; what PyTorch itself does with them where it is there. */
class StateDictTest {

  @TempDir Path folder;

  /** inputs → 6 first → 5 second → 3 softmax, its weights drawn. */
  static ModelFile classifier(int inputs, Activation first, Activation second, boolean scaled) {
    SplittableRandom random = new SplittableRandom(inputs);
    List<LayerSpec> layers =
        List.of(
            new LayerSpec.Dense(inputs, 6, first),
            new LayerSpec.Dense(6, 5, second),
            new LayerSpec.Dense(5, 3, Activation.IDENTITY),
            new LayerSpec.ActivationLayer(3, Activation.SOFTMAX));
    InputScaling scaling =
        scaled
            ? InputScaling.of(uniform(random, inputs), uniform(random, inputs))
            : InputScaling.none(inputs);
    ModelDescription description =
        new ModelDescription(
            layers,
            scaling,
            List.of("a", "b", "\u00fc"),
            new ModelInput.Pictures(new ImageSize(1, inputs), PictureForm.AS_IS),
            Models.provenance());
    Map<String, float[]> parameters = new LinkedHashMap<>();
    description
        .parameterShapes()
        .forEach(
            (name, shape) ->
                parameters.put(name, uniform(random, shape.stream().reduce(1, (a, b) -> a * b))));
    return new ModelFile(description, parameters);
  }

  static float[] uniform(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  static float[] probabilities(ModelFile model, float[] features) {
    int rows = features.length / model.description().inputs();
    float[] result = new float[rows * model.description().outputs()];
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults())) {
      Classifier.of(model, backend).predictProbabilities(features, rows, result);
    }
    return result;
  }

  private Path export(ModelFile model) throws IOException {
    Path file = folder.resolve("net.safetensors");
    ExportFormat.SAFETENSORS.write(model, file);
    return file;
  }

  @Test
  void namesAndShapesAreThoseOfASequential() throws IOException {
    Path file = export(classifier(4, Activation.SIGMOID, Activation.RELU, true));
    try (Safetensors tensors = Safetensors.open(file)) {
      assertEquals(
          "{0.weight=[6, 4], 0.bias=[6], 2.weight=[5, 6], 2.bias=[5], 4.weight=[3, 5], 4.bias=[3]}",
          tensors.shapes().toString());
      assertEquals("pt", tensors.metadata().get("format"));
    }
    file = export(classifier(4, Activation.IDENTITY, Activation.TANH, true));
    try (Safetensors tensors = Safetensors.open(file)) {
      assertEquals(
          List.of("0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias"),
          List.copyOf(tensors.shapes().keySet()));
    }
  }

  @Test
  void unscaledWeightsAreTransposedBitForBit() throws IOException {
    ModelFile model = classifier(4, Activation.SIGMOID, Activation.RELU, false);
    try (Safetensors tensors = Safetensors.open(export(model))) {
      float[] weight = model.parameter("layers.0.weight");
      float[] turned = tensors.read("0.weight");
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 6; j++) {
          assertEquals(weight[i * 6 + j], turned[j * 4 + i]);
        }
      }
      assertArrayEquals(model.parameter("layers.0.bias"), tensors.read("0.bias"));
      assertArrayEquals(model.parameter("layers.2.bias"), tensors.read("4.bias"));
    }
  }

  @Test
  void theFirstLayerTakesTheScalingIn() throws IOException {
    InputScaling scaling = InputScaling.of(new float[] {2, 4}, new float[] {0.5f, 8});
    ModelDescription description =
        new ModelDescription(
            List.of(new LayerSpec.Dense(2, 1, Activation.TANH)),
            scaling,
            List.of("x"),
            new ModelInput.Numbers(2),
            Provenance.UNKNOWN);
    ModelFile model =
        new ModelFile(
            description,
            Map.of("layers.0.weight", new float[] {3, 5}, "layers.0.bias", new float[] {7}));
    try (Safetensors tensors = Safetensors.open(export(model))) {
      assertArrayEquals(new float[] {1.5f, 40}, tensors.read("0.weight"));
      assertArrayEquals(new float[] {7 - 2 * 1.5f - 4 * 40}, tensors.read("0.bias"));
    }
  }

  @Test
  void aScalingThatDoesNotFitIsRefusedAndNothingWritten() throws IOException {
    InputScaling scaling = InputScaling.of(new float[] {0, 0}, new float[] {1e30f, 1});
    ModelDescription large =
        new ModelDescription(
            List.of(new LayerSpec.Dense(2, 1, Activation.TANH)),
            scaling,
            List.of("x"),
            new ModelInput.Numbers(2),
            Provenance.UNKNOWN);
    ModelFile model =
        new ModelFile(
            large,
            Map.of("layers.0.weight", new float[] {1e30f, 0}, "layers.0.bias", new float[1]));
    assertEquals(
        "state dict: the first layer can't take in the input scaling: expected weights in the"
            + " range of float32, found 1.0E60",
        assertThrows(IllegalArgumentException.class, () -> export(model))
            .getMessage()
            .replaceAll("found .*", "found 1.0E60"));
    ModelDescription first =
        new ModelDescription(
            List.of(new LayerSpec.ActivationLayer(2, Activation.TANH)),
            scaling,
            List.of("x", "y"),
            new ModelInput.Numbers(2),
            Provenance.UNKNOWN);
    assertEquals(
        "state dict: expected a dense layer first, to take in the input scaling, found activation"
            + " TANH",
        assertThrows(IllegalArgumentException.class, () -> export(new ModelFile(first, Map.of())))
            .getMessage());
    try (var files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void whatComesBackPredictsTheSame() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    Activation[] hidden = {
      Activation.IDENTITY,
      Activation.SIGMOID,
      Activation.TANH,
      Activation.RELU,
      Activation.LEAKY_RELU
    };
    for (Activation first : hidden) {
      for (Activation second : hidden) {
        for (boolean scaled : new boolean[] {false, true}) {
          ModelFile model = classifier(20, first, second, scaled);
          ModelFile back = StateDictImport.defaults().read(export(model));
          assertEquals(model.description().layers(), back.description().layers());
          assertEquals(model.description().classNames(), back.description().classNames());
          assertEquals(model.description().input(), back.description().input());
          assertEquals(model.description().provenance(), back.description().provenance());
          float[] features = uniform(random, 40 * 20);
          assertArrayEquals(
              probabilities(model, features),
              probabilities(back, features),
              scaled ? 1e-5f : 0,
              first + ", " + second);
        }
      }
    }
  }

  @Test
  void theSameModelGivesTheSameBytes() throws IOException {
    ModelFile model = classifier(4, Activation.SIGMOID, Activation.RELU, true);
    byte[] first = Files.readAllBytes(export(model));
    assertArrayEquals(first, Files.readAllBytes(export(model)));
  }

  /** The documentation's own lines, on a model with the documentation's widths. */
  @Test
  void pyTorchTakesItAndComesBack() throws IOException, InterruptedException {
    Python python = Python.with("torch");
    Classifier classifier;
    SplittableRandom random = new SplittableRandom(5);
    float[] features = new float[50 * 784];
    for (int i = 0; i < features.length; i++) {
      features[i] = random.nextFloat();
    }
    ModelFile drawn;
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults())) {
      classifier = ThreeLayerClassifier.builder(backend).inputs(784).classes(10).seed(3).build();
      drawn = classifier.snapshot();
    }
    float[] shift = new float[784];
    float[] scale = new float[784];
    Arrays.fill(shift, 0.1307f);
    Arrays.fill(scale, 1 / 0.3081f);
    ModelDescription d = drawn.description();
    ModelFile model =
        new ModelFile(
            new ModelDescription(
                d.layers(), InputScaling.of(shift, scale), d.classNames(), null, d.provenance()),
            drawn.parameters());
    ExportFormat.SAFETENSORS.write(model, folder.resolve("digits.pytorch.safetensors"));
    Files.write(folder.resolve("features"), Hostile.floats(features));
    String save = Python.block("model-format.md", "save_file(");
    List<String> dtypes = List.of("float32", "float64", "bfloat16", "float16");
    python.run(
        folder,
        Python.block("model-format.md", "load_state_dict(")
            + """
            assert probabilities.shape == (5, 10)
            data = bytearray(open("features", "rb").read())
            images = torch.frombuffer(data, dtype=torch.float32).reshape(50, 784)
            with torch.no_grad():
                probabilities = net(images).softmax(dim=1)
            open("probabilities", "wb").write(probabilities.numpy().tobytes())
            """
            + save
            + """
            for dtype in [torch.float32, torch.float64, torch.bfloat16, torch.float16]:
                state = {k: v.to(dtype) for k, v in net.state_dict().items()}
                save_file(state, str(dtype).split(".")[1])
            """);
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("probabilities")))
            .order(ByteOrder.LITTLE_ENDIAN);
    float[] found = new float[500];
    bytes.asFloatBuffer().get(found);
    float[] expected = probabilities(model, features);
    assertArrayEquals(expected, found, 1e-5f);
    List<String> files = new ArrayList<>(dtypes);
    files.add("net.safetensors");
    for (String name : files) {
      ModelFile back = StateDictImport.defaults().read(folder.resolve(name));
      float tolerance = name.equals("bfloat16") ? 0.02f : name.equals("float16") ? 0.002f : 1e-5f;
      assertArrayEquals(expected, probabilities(back, features), tolerance, name);
    }
  }

  /** The documentation's own lines. */
  @Test
  void numPyComputesTheSameFromAnNpz() throws IOException, InterruptedException {
    Python python = Python.with("numpy");
    SplittableRandom random = new SplittableRandom(7);
    float[] features = uniform(random, 5 * 784);
    ModelFile model = classifier(784, Activation.SIGMOID, Activation.LEAKY_RELU, true);
    ExportFormat.NPZ.write(model, folder.resolve("digits.npz"));
    Files.write(folder.resolve("features"), Hostile.floats(features));
    String block = Python.block("model-format.md", "np.load(");
    String drawn = "np.random.rand(5, 784).astype(np.float32)";
    assertEquals(2, block.split(Pattern.quote(drawn), -1).length);
    python.run(
        folder,
        block.replace(drawn, "np.fromfile('features', '<f4').reshape(5, 784)")
            + "probabilities.astype('<f4').tofile('probabilities')\n");
    float[] found = new float[15];
    ByteBuffer.wrap(Files.readAllBytes(folder.resolve("probabilities")))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(found);
    assertArrayEquals(probabilities(model, features), found, 1e-5f);
  }
}
