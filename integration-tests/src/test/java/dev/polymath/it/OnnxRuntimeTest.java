package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxModelMetadata;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.models.Classifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.data.Mnist;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.io.ExportFormat;
import dev.polymath.models.io.ModelDescription;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.Network;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported models as ONNX Runtime, which shares no code with this library, computes them. */
@DisplayName("ONNX Runtime")
class OnnxRuntimeTest {

  private static final float TOLERANCE = 1e-5f;

  @TempDir Path folder;

  /** A session on an exported model. */
  private static final class Graph implements AutoCloseable {

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    Graph(Path file) throws OrtException {
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(1);
      session = environment.createSession(file.toString(), options);
    }

    /** The one output for {@code [rows, inputs]}. */
    float[] run(float[] features, int rows) throws OrtException {
      long[] shape = {rows, features.length / rows};
      try (OnnxTensor input =
              OnnxTensor.createTensor(environment, FloatBuffer.wrap(features), shape);
          OrtSession.Result result = session.run(Map.of("features", input))) {
        OnnxTensor output = (OnnxTensor) result.get(0);
        assertEquals(rows, output.getInfo().getShape()[0]);
        FloatBuffer values = output.getFloatBuffer();
        float[] copy = new float[values.remaining()];
        values.get(copy);
        return copy;
      }
    }

    @Override
    public void close() throws OrtException {
      session.close();
    }
  }

  private Path export(ModelFile model) throws IOException {
    Path file = folder.resolve("model.onnx");
    ExportFormat.ONNX.write(model, file);
    return file;
  }

  private static Classifier trained(Backend backend, DataSet data, int epochs) {
    Classifier model =
        ThreeLayerClassifier.builder(backend)
            .inputs(data.features())
            .classNames(data.classNames())
            .build();
    model.fit(data, TrainingOptions.defaults().epochs(epochs));
    return model;
  }

  /** All examples, in batches of several sizes, the last of which is what remains. */
  private void assertSameProbabilities(TrainTest data) throws IOException, OrtException {
    try (Backend backend = TestBackends.open("arrays", 2)) {
      Classifier model = trained(backend, data.train(), 1);
      DataSet test = data.test();
      int inputs = model.inputs();
      int classes = model.classes();
      float[] features = new float[test.size() * inputs];
      for (int i = 0; i < test.size(); i++) {
        test.copyFeatures(i, features, i * inputs);
      }
      float[] expected = new float[test.size() * classes];
      model.predictProbabilities(features, test.size(), expected);
      try (Graph graph = new Graph(export(model.snapshot()))) {
        for (int batch : new int[] {1, 64, 1000, test.size()}) {
          int examples = batch == 1 ? 100 : test.size();
          for (int from = 0; from < examples; from += batch) {
            int rows = Math.min(batch, examples - from);
            float[] part = new float[rows * inputs];
            System.arraycopy(features, from * inputs, part, 0, part.length);
            float[] found = graph.run(part, rows);
            float[] wanted = new float[rows * classes];
            System.arraycopy(expected, from * classes, wanted, 0, wanted.length);
            assertArrayEquals(wanted, found, TOLERANCE, "batch " + batch + " from " + from);
          }
        }
      }
    }
  }

  @Test
  @DisplayName("gives the same probabilities over all of MNIST's test set")
  void mnist() throws IOException, OrtException {
    String mnist = System.getenv("POLYMATH_MNIST");
    Assumptions.assumeTrue(
        mnist != null, "skipped: POLYMATH_MNIST does not name the folder of the MNIST files");
    assertSameProbabilities(Mnist.load(Path.of(mnist)));
  }

  @Test
  @DisplayName("gives the same probabilities on drawn digits")
  void digits() throws IOException, OrtException {
    assertSameProbabilities(Digits.generate(1));
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  @DisplayName("computes each activation after a dense layer and alone, scaled and unscaled")
  void activations(Activation activation) throws IOException, OrtException {
    int rows = 37;
    int inputs = 5;
    SplittableRandom random = new SplittableRandom(activation.ordinal());
    List<LayerSpec> specs = new ArrayList<>();
    boolean softmax = activation == Activation.SOFTMAX;
    specs.add(new LayerSpec.Dense(inputs, 7, softmax ? Activation.IDENTITY : activation));
    specs.add(new LayerSpec.Dense(7, 3, Activation.IDENTITY));
    specs.add(new LayerSpec.ActivationLayer(3, activation));
    float[] shift = uniform(random, inputs);
    float[] scale = uniform(random, inputs);
    float[] features = uniform(random, rows * inputs);
    try (Backend backend = TestBackends.open("arrays", 1)) {
      for (InputScaling scaling :
          List.of(InputScaling.none(inputs), InputScaling.of(shift, scale))) {
        ModelFile model = random(specs, scaling, random);
        Network network = Network.of(backend, specs);
        network.parameters().forEach(p -> p.value().write(model.parameter(p.name()), 0));
        float[] scaled = features.clone();
        for (int i = 0; i < scaled.length; i++) {
          scaled[i] = (scaled[i] - scaling.shift()[i % inputs]) * scaling.scale()[i % inputs];
        }
        var x = backend.allocate(rows, inputs);
        x.write(scaled, 0);
        var outputs = network.allocateOutputs(rows);
        network.forward(x, outputs);
        float[] expected = new float[rows * 3];
        outputs.get(specs.size() - 1).read(expected, 0);
        try (Graph graph = new Graph(export(model))) {
          assertArrayEquals(expected, graph.run(features, rows), TOLERANCE);
          float[] first = new float[inputs];
          System.arraycopy(features, 0, first, 0, inputs);
          float[] wanted = new float[3];
          System.arraycopy(expected, 0, wanted, 0, 3);
          assertArrayEquals(wanted, graph.run(first, 1), TOLERANCE);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  @DisplayName("averages the members of a classifier")
  void membersOfAClassifier(int members) throws IOException, OrtException {
    DataSet digits = Digits.generate(1).test().subset(IntStream.range(0, 300).toArray());
    try (Backend backend = TestBackends.open("arrays", 2)) {
      Classifier model =
          Classifier.builder(backend)
              .inputs(digits.features())
              .classNames(digits.classNames())
              .hidden(16)
              .members(members)
              .build();
      model.fit(digits, TrainingOptions.defaults().epochs(2));
      float[] features = features(digits);
      float[] expected = new float[digits.size() * model.classes()];
      model.predictProbabilities(features, digits.size(), expected);
      try (Graph graph = new Graph(export(model.snapshot()))) {
        assertArrayEquals(expected, graph.run(features, digits.size()), TOLERANCE);
      }
    }
  }

  @Test
  @DisplayName("averages the members of a regressor, in the units of its targets")
  void membersOfARegressor() throws IOException, OrtException {
    int rows = 64;
    float[] features = uniform(new SplittableRandom(2), rows * 3);
    double[] targets = new double[rows];
    for (int i = 0; i < rows; i++) {
      targets[i] = 2 + 0.1 * features[3 * i] - 0.2 * features[3 * i + 2];
    }
    DataSet data = DataSet.ofTargets(3, features, targets, List.of("y"));
    try (Backend backend = TestBackends.open("arrays", 2)) {
      Regressor model = Regressor.builder(backend).inputs(3).hidden(8).members(3).build();
      model.fit(data, TrainingOptions.defaults().epochs(5));
      double[] expected = new double[rows];
      model.predict(features, rows, expected);
      try (Graph graph = new Graph(export(model.snapshot()))) {
        float[] found = graph.run(features, rows);
        for (int i = 0; i < rows; i++) {
          assertEquals(expected[i], found[i], TOLERANCE);
        }
      }
    }
  }

  private static float[] features(DataSet data) {
    float[] features = new float[data.size() * data.features()];
    for (int i = 0; i < data.size(); i++) {
      data.copyFeatures(i, features, i * data.features());
    }
    return features;
  }

  @Test
  @DisplayName("passes features on where a model does nothing")
  void nothing() throws IOException, OrtException {
    List<LayerSpec> specs = List.of(new LayerSpec.ActivationLayer(2, Activation.IDENTITY));
    ModelFile model = random(specs, InputScaling.none(2), new SplittableRandom(1));
    try (Graph graph = new Graph(export(model))) {
      assertArrayEquals(new float[] {1, -2, 3, -4}, graph.run(new float[] {1, -2, 3, -4}, 2));
    }
  }

  @Test
  @DisplayName("shows names, shapes, class names and provenance")
  void description() throws IOException, OrtException {
    List<LayerSpec> specs =
        List.of(
            new LayerSpec.Dense(4, 2, Activation.IDENTITY),
            new LayerSpec.ActivationLayer(2, Activation.SOFTMAX));
    ModelFile model = random(specs, InputScaling.none(4), new SplittableRandom(1));
    try (Graph graph = new Graph(export(model))) {
      assertTensor("features", 4, graph.session.getInputInfo());
      assertTensor("probabilities", 2, graph.session.getOutputInfo());
      OnnxModelMetadata metadata = graph.session.getMetadata();
      assertEquals("polymath", metadata.getProducerName());
      Map<String, String> properties = metadata.getCustomMetadata();
      assertEquals("[\"0\",\"\u00fcber \u2603\"]", properties.get("classNames"));
      assertTrue(properties.get("model").startsWith("{\"inputs\":4,"), properties.get("model"));
      assertTrue(properties.get("training").contains("\"dataSet\":\"drawn\""));
    }
  }

  /** A row of a table with all kinds of columns; what is null or NaN is missing. */
  private record Row(double plain, double rare, @Nullable String city, double moment) {

    static Row random(SplittableRandom random) {
      double day = 86_400;
      return new Row(
          random.nextInt(20) == 0 ? 1e30 : Math.exp(10 * random.nextDouble()) + 1e8,
          random.nextInt(4) == 0 ? Double.NaN : random.nextDouble(-1, 1),
          random.nextInt(5) == 0 ? null : "city " + random.nextInt(random.nextInt(1, 40)),
          random.nextInt(6) == 0
              ? Double.NaN
              : random.nextInt(-4000, 20_000) * day + random.nextInt(24 * 60) * 60);
    }

    String csv(boolean date) {
      String when = LocalDateTime.ofEpochSecond((long) moment, 0, ZoneOffset.UTC).toString();
      return plain
          + ","
          + (Double.isNaN(rare) ? "" : rare)
          + ","
          + (city == null ? "" : city)
          + (date ? "," + (Double.isNaN(moment) ? "" : when) : "")
          + ","
          + (plain > 1e8 + 100 ^ "city 1".equals(city) ? "yes" : "no")
          + "\n";
    }
  }

  @ParameterizedTest(name = "robust and in bins: {0}")
  @ValueSource(booleans = {true, false})
  @DisplayName(
      "encodes the columns of a table with the same bits, and gives the same probabilities")
  void tables(boolean robust) throws IOException, OrtException {
    SplittableRandom random = new SplittableRandom(robust ? 1 : 2);
    List<Row> rows = Stream.generate(() -> Row.random(random)).limit(700).toList();
    String header =
        "features,a column,members.1.layers.0.weight" + (robust ? ",when" : "") + ",target\n";
    String csv = header + rows.stream().map(r -> r.csv(robust)).collect(Collectors.joining());
    Path file = Files.writeString(folder.resolve("table.csv"), csv);
    Table table = Table.read(file);
    Table.Target target = Table.Target.classes(table, table.target());
    int[] first = IntStream.range(0, 500).toArray();
    TableEncoder.Options options = TableEncoder.Options.DEFAULT;
    if (!robust) {
      options = options.withScaling(TableEncoder.Scaling.STANDARD).withBins(0);
    }
    TableEncoder encoder = TableEncoder.fit(table.subset(first), target, options);
    DataSet data = encoder.encode(table, target, note -> {});
    int width = data.features();
    float[] features = new float[data.size() * width];
    for (int i = 0; i < data.size(); i++) {
      data.copyFeatures(i, features, i * width);
    }
    try (Backend backend = TestBackends.open("arrays", 2)) {
      Classifier model = Classifier.builder(backend).table(data).members(3).build();
      model.fit(data, TrainingOptions.tables(data.size()).epochs(3));
      float[] expected = new float[data.size() * 2];
      model.predictProbabilities(features, data.size(), expected);
      try (Graph graph = new Graph(export(model.snapshot()))) {
        List<String> names =
            new ArrayList<>(List.of("_features", "a column", "_members.1.layers.0.weight"));
        if (robust) {
          names.add("when");
        }
        assertEquals(Set.copyOf(names), graph.session.getInputInfo().keySet());
        Map<String, String> properties = graph.session.getMetadata().getCustomMetadata();
        assertEquals("[\"" + String.join("\",\"", names) + "\"]", properties.get("inputNames"));
        for (int from = 0; from < rows.size(); from += 350) {
          List<Row> batch = rows.subList(from, from + 350);
          Map<String, OnnxTensor> inputs = new HashMap<>();
          inputs.put(names.get(0), doubles(batch, Row::plain));
          inputs.put(names.get(1), doubles(batch, Row::rare));
          inputs.put(names.get(2), texts(batch));
          if (robust) {
            inputs.put(names.get(3), doubles(batch, Row::moment));
          }
          try (OrtSession.Result result = graph.session.run(inputs)) {
            FloatBuffer found = ((OnnxTensor) result.get(0)).getFloatBuffer();
            for (int i = 0; i < 2 * batch.size(); i++) {
              assertEquals(expected[2 * from + i], found.get(i), TOLERANCE, "row " + i / 2);
            }
          }
          inputs.values().forEach(OnnxTensor::close);
        }
      }
      // With a network that does nothing the features themselves come out.
      ModelFile bare =
          new ModelFile(
              new ModelDescription(
                  List.of(new LayerSpec.ActivationLayer(width, Activation.IDENTITY)),
                  InputScaling.none(width),
                  IntStream.range(0, width).mapToObj(Integer::toString).toList(),
                  new ModelInput.Columns(encoder),
                  Provenance.UNKNOWN),
              Map.of());
      try (Graph graph = new Graph(export(bare))) {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        for (String name : graph.session.getInputInfo().keySet()) {
          inputs.put(
              name,
              switch (name) {
                case "_features" -> doubles(rows, Row::plain);
                case "a column" -> doubles(rows, Row::rare);
                case "when" -> doubles(rows, Row::moment);
                default -> texts(rows);
              });
        }
        try (OrtSession.Result result = graph.session.run(inputs)) {
          float[] found = new float[features.length];
          ((OnnxTensor) result.get(0)).getFloatBuffer().get(found);
          for (int i = 0; i < found.length; i++) {
            // Adding 0 makes 0 of −0.
            assertEquals(
                features[i] + 0f,
                found[i] + 0f,
                "row " + i / width + ", " + encoder.featureNames().get(i % width));
          }
        }
        inputs.values().forEach(OnnxTensor::close);
      }
    }
  }

  private static OnnxTensor doubles(List<Row> rows, ToDoubleFunction<Row> value)
      throws OrtException {
    double[] values = rows.stream().mapToDouble(value).toArray();
    return OnnxTensor.createTensor(
        OrtEnvironment.getEnvironment(), DoubleBuffer.wrap(values), new long[] {rows.size(), 1});
  }

  private static OnnxTensor texts(List<Row> rows) throws OrtException {
    String[] values =
        rows.stream().map(r -> r.city() == null ? "" : r.city()).toArray(String[]::new);
    return OnnxTensor.createTensor(
        OrtEnvironment.getEnvironment(), values, new long[] {rows.size(), 1});
  }

  private static void assertTensor(String name, int columns, Map<String, NodeInfo> found) {
    assertEquals(List.of(name), List.copyOf(found.keySet()));
    TensorInfo info = (TensorInfo) found.get(name).getInfo();
    assertEquals(OnnxJavaType.FLOAT, info.type);
    assertArrayEquals(new long[] {-1, columns}, info.getShape());
    assertArrayEquals(new String[] {"batch", ""}, info.getDimensionNames());
  }

  private static ModelFile random(
      List<LayerSpec> specs, InputScaling scaling, SplittableRandom random) {
    List<String> names = new ArrayList<>(List.of("0", "\u00fcber \u2603"));
    while (names.size() < specs.get(specs.size() - 1).outputs()) {
      names.add("class " + names.size());
    }
    ModelDescription description =
        new ModelDescription(
            specs,
            scaling,
            names,
            new ModelInput.Numbers(specs.get(0).inputs()),
            Provenance.UNKNOWN.withDataSet("drawn", null));
    Map<String, float[]> parameters = new HashMap<>();
    description
        .parameterShapes()
        .forEach(
            (name, shape) ->
                parameters.put(
                    name, uniform(random, shape.stream().reduce(1, Math::multiplyExact))));
    return new ModelFile(description, parameters);
  }

  private static float[] uniform(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-2, 2);
    }
    return values;
  }
}
