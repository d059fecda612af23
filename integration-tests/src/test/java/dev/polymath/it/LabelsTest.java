package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.polymath.Backend;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ExportFormat;
import dev.polymath.models.training.TrainingOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Several labels")
class LabelsTest {

  private static final int ROWS = 300;

  @TempDir Path folder;

  static Stream<String> backends() {
    return TestBackends.available().stream();
  }

  /** Whether x is above 0.5, and whether the colour is red. */
  private DataSet rows() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    List<String> lines = new ArrayList<>(List.of("x,large,colour,red"));
    for (int i = 0; i < ROWS; i++) {
      double x = random.nextDouble();
      boolean red = random.nextBoolean();
      lines.add(x + "," + (x > 0.5 ? 1 : 0) + "," + (red ? "red" : "blue") + "," + red);
    }
    Path file = Files.write(folder.resolve("rows.csv"), lines);
    Table table =
        Table.read(Csv.Source.of(file), Csv.Layout.DETECTED.withLabel("large,red"), note -> {});
    Table.Target target = Table.Target.of(table, table.targets(), Task.LABELS, note -> {});
    return TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT)
        .encode(table, target, note -> {});
  }

  private static MultiLabelClassifier trained(Backend backend, DataSet data) {
    MultiLabelClassifier model =
        MultiLabelClassifier.builder(backend).table(data).members(2).build();
    TrainingOptions options =
        TrainingOptions.tables(data.size()).epochs(8).folds(2).balancedClasses(true).clipNorm(1);
    model.fit(data, options);
    return model;
  }

  @ParameterizedTest
  @MethodSource("backends")
  @DisplayName("are learned on every backend")
  void everyBackend(String name) throws IOException {
    DataSet data = rows();
    try (Backend backend = TestBackends.open(name, 2)) {
      assertTrue(trained(backend, data).evaluate(data).microF1() > 0.95);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrays", "arrays-vector"})
  @DisplayName("have the same bits for any number of threads")
  void sameBits(String name) throws IOException {
    DataSet data = rows();
    List<byte[]> files = new ArrayList<>();
    for (int threads : new int[] {1, 2}) {
      try (Backend backend = TestBackends.open(name, threads)) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        trained(backend, data).save(out);
        files.add(out.toByteArray());
      }
    }
    assertArrayEquals(files.get(0), files.get(1));
  }

  @Test
  @DisplayName("have the same probabilities in ONNX Runtime, from the columns of the table")
  void onnx() throws IOException, OrtException {
    DataSet data = rows();
    try (Backend backend = TestBackends.open("arrays", 2)) {
      MultiLabelClassifier model = trained(backend, data);
      Path file = folder.resolve("labels.onnx");
      ExportFormat.ONNX.write(model.snapshot(), file);
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      float[] features = new float[data.features()];
      float[] expected = new float[2];
      try (OrtSession session = environment.createSession(file.toString())) {
        assertEquals(
            "[\"large\",\"red\"]", session.getMetadata().getCustomMetadata().get("labelNames"));
        List<String> lines = Files.readAllLines(folder.resolve("rows.csv"));
        for (int i = 0; i < 50; i++) {
          String[] cells = lines.get(i + 1).split(",");
          data.copyFeatures(i, features, 0);
          model.predictProbabilities(features, expected);
          double[] x = {Double.parseDouble(cells[0])};
          try (OnnxTensor number =
                  OnnxTensor.createTensor(environment, DoubleBuffer.wrap(x), new long[] {1, 1});
              OnnxTensor text =
                  OnnxTensor.createTensor(environment, new String[] {cells[2]}, new long[] {1, 1});
              OrtSession.Result result = session.run(Map.of("x", number, "colour", text))) {
            assertEquals("probabilities", session.getOutputNames().iterator().next());
            FloatBuffer found = ((OnnxTensor) result.get(0)).getFloatBuffer();
            assertEquals(expected[0], found.get(0), 1e-5f);
            assertEquals(expected[1], found.get(1), 1e-5f);
          }
        }
      }
    }
  }
}
