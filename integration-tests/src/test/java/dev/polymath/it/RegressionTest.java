package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.polymath.Backend;
import dev.polymath.models.Regressor;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ExportFormat;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.StateDictImport;
import dev.polymath.models.metrics.RegressionEvaluation;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Regressors on real backends, from tables to other programs. */
class RegressionTest {

  @TempDir Path folder;

  static List<String> available() {
    return TestBackends.available();
  }

  /** Two targets, one small and one far from 0. */
  private static DataSet waves(int n) {
    Random random = new Random(5);
    float[] x = new float[3 * n];
    double[] y = new double[2 * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < 3; j++) {
        x[3 * i + j] = (float) random.nextGaussian();
      }
      double wave = Math.sin(x[3 * i]) + 0.5 * x[3 * i + 1];
      y[2 * i] = 1e-3 * wave;
      y[2 * i + 1] = 1e6 + wave * x[3 * i + 2];
    }
    return DataSet.ofTargets(3, x, y, List.of("small", "far"));
  }

  private static Regressor regressor(Backend backend, int inputs, int outputs) {
    return Regressor.builder(backend).inputs(inputs).outputs(outputs).hidden(32, 16).build();
  }

  private static float[] features(DataSet data) {
    float[] features = new float[data.size() * data.features()];
    for (int i = 0; i < data.size(); i++) {
      data.copyFeatures(i, features, i * data.features());
    }
    return features;
  }

  private static double[] predictions(Regressor model, DataSet data) {
    double[] predictions = new double[data.size() * model.outputs()];
    model.predict(features(data), data.size(), predictions);
    return predictions;
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrays", "arrays-vector"})
  void anyNumberOfThreadsGivesTheSameBits(String name) {
    DataSet data = waves(1010);
    double[] expected = null;
    for (int threads : new int[] {1, 2, 4}) {
      try (Backend backend = TestBackends.open(name, threads)) {
        Regressor model = regressor(backend, 3, 2);
        model.fit(data, TrainingOptions.defaults().epochs(2));
        double[] found = predictions(model, data);
        expected = expected == null ? found : expected;
        assertArrayEquals(expected, found, threads + " threads");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("available")
  void everyBackendLearns(String name) {
    try (Backend backend = TestBackends.open(name, 2)) {
      Regressor model = regressor(backend, 3, 2);
      model.fit(waves(2000), TrainingOptions.defaults().epochs(15));
      RegressionEvaluation evaluation = model.evaluate(waves(500));
      assertTrue(evaluation.targets().stream().allMatch(f -> f.r2() > 0.9), evaluation::toString);
    }
  }

  @Test
  void onnxRuntimeComputesTheTargetsInTheirUnits() throws IOException, OrtException {
    DataSet data = waves(500);
    try (Backend backend = TestBackends.open("arrays", 1)) {
      Regressor model = regressor(backend, 3, 2);
      model.fit(data, TrainingOptions.defaults().epochs(5));
      Path file = folder.resolve("model.onnx");
      ExportFormat.ONNX.write(model.snapshot(), file);
      float[] found = onnx(file, features(data), data.size());
      double[] expected = predictions(model, data);
      double deviation = model.targets().targets().get(0).scale();
      for (int i = 0; i < expected.length; i++) {
        double size = Math.max(Math.abs(expected[i]), i % 2 == 0 ? deviation : 1);
        assertEquals(expected[i], found[i], 1e-5 * size, "value " + i);
      }
    }
  }

  private static float[] onnx(Path file, float[] features, int rows) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = {rows, features.length / rows};
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(features), shape);
        OrtSession.Result result = session.run(Map.of("features", input))) {
      assertEquals("output", session.getOutputNames().iterator().next());
      FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] copy = new float[values.remaining()];
      values.get(copy);
      return copy;
    }
  }

  @Test
  void aStateDictComesBackAsARegressor() throws IOException {
    DataSet data = waves(300);
    try (Backend backend = TestBackends.open("arrays", 1)) {
      Regressor model = regressor(backend, 3, 2);
      model.fit(data, TrainingOptions.defaults().epochs(3));
      Path file = folder.resolve("net.safetensors");
      ExportFormat.SAFETENSORS.write(model.snapshot(), file);
      ModelFile back = StateDictImport.defaults().read(file);
      assertEquals(Task.REGRESSION, back.description().task());
      double[] expected = predictions(model, data);
      double[] found = predictions(Regressor.of(back, backend), data);
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], found[i], i % 2 == 0 ? 1e-7 : 0.2, "value " + i);
      }
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "POLYMATH_TABLES", matches = ".+")
  void housesInCaliforniaArePredictedSensibly() throws IOException {
    Path tables = Path.of(System.getenv("POLYMATH_TABLES"));
    List<String> notes = new ArrayList<>();
    DataSet train =
        Csv.read(
            Csv.Source.of(tables.resolve("california.train.csv")),
            Csv.Layout.DETECTED,
            null,
            notes::add);
    assertEquals(List.of("medianHouseValue"), train.targetNames());
    assertTrue(notes.get(0).contains("--task classification"), notes::toString);
    try (Backend backend = TestBackends.open("arrays", 2)) {
      Regressor model = Regressor.builder(backend).inputs(train.features()).hidden(128, 50).build();
      model.fit(train, TrainingOptions.defaults());
      DataSet test =
          Csv.readTarget(
              Csv.Source.of(tables.resolve("california.test.csv")),
              Csv.Layout.DETECTED,
              model.input(),
              "medianHouseValue",
              notes::add);
      RegressionEvaluation evaluation = model.evaluate(test);
      assertTrue(evaluation.r2() > 0.7, evaluation::toString);
      Path file = folder.resolve("houses.safetensors");
      model.save(file);
      double[] expected = predictions(model, test);
      assertArrayEquals(expected, predictions(Regressor.load(file, backend), test));
    }
  }
}
