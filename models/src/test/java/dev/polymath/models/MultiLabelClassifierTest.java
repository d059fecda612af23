package dev.polymath.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ExportFormat;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.ModelFormatException;
import dev.polymath.models.io.StateDictImport;
import dev.polymath.models.metrics.Aim;
import dev.polymath.models.metrics.CrossValidation;
import dev.polymath.models.metrics.LabelEvaluation;
import dev.polymath.models.metrics.LabelPredictions;
import dev.polymath.models.monitor.TrainingMonitor;
import dev.polymath.models.monitor.Verdict;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A classifier of several labels")
class MultiLabelClassifierTest {

  private static final List<String> NAMES = List.of("right", "high", "rare");

  private final ReferenceBackend backend = new ReferenceBackend();

  private final TrainingOptions options =
      TrainingOptions.defaults().epochs(30).batch(16).learningRate(0.02).labelSmoothing(0);

  /** Of x in [-1, 1]²: right of the middle; above −0.2; in the upper right corner. */
  private static DataSet corners(int n, long seed) {
    Random random = new Random(seed);
    float[] x = new float[2 * n];
    boolean[] has = new boolean[3 * n];
    for (int i = 0; i < n; i++) {
      x[2 * i] = random.nextFloat() * 2 - 1;
      x[2 * i + 1] = random.nextFloat() * 2 - 1;
      has[3 * i] = x[2 * i] > 0;
      has[3 * i + 1] = x[2 * i + 1] > -0.2f;
      has[3 * i + 2] = x[2 * i] > 0.3f && x[2 * i + 1] > 0.3f;
    }
    return DataSet.ofLabels(2, x, has, NAMES);
  }

  private MultiLabelClassifier.Builder small() {
    return MultiLabelClassifier.builder(backend)
        .inputs(2)
        .labels(3)
        .hidden(16)
        .activation(Activation.TANH);
  }

  private MultiLabelClassifier trained() {
    MultiLabelClassifier model = small().build();
    model.fit(corners(300, 1), options);
    return model;
  }

  private static void says(String message, Exception thrown) {
    assertEquals(message, thrown.getMessage());
  }

  @Test
  void endsInASigmoidForEachLabel() {
    MultiLabelClassifier model = small().build();
    assertEquals(
        "dense 2->16 TANH, dense 16->3 IDENTITY, activation SIGMOID", model.network().toString());
    assertEquals(List.of("label 0", "label 1", "label 2"), model.labelNames());
    assertEquals(3, model.labels());
    assertEquals(Task.LABELS, model.task());
    assertEquals(
        "MultiLabelClassifier[2->16 tanh, 16->3 linear, sigmoid, not trained]", model.toString());
  }

  @Test
  void learnsAndTellsHowWell() {
    MultiLabelClassifier model = trained();
    LabelEvaluation test = model.evaluate(corners(200, 2));
    assertTrue(test.microF1() > 0.95, test::toString);
    assertTrue(test.macroF1() > 0.9, test::toString);
    assertTrue(test.rocAuc() > 0.98, test::toString);
    assertTrue(test.hammingLoss() < 0.05, test::toString);
    assertTrue(test.subsetAccuracy() > 0.88, test::toString);
    assertEquals(NAMES, model.labelNames());
    assertEquals(List.of("right", "high", "rare"), model.predict(new float[] {0.9f, 0.9f}));
    assertEquals(List.of(), model.predict(new float[] {-0.9f, -0.9f}));
    assertEquals(List.of("high"), model.predict(new float[] {-0.8f, 0.7f}));
  }

  @Test
  void anEpochTellsTheFractionOfLabelsThatAreRight() {
    MultiLabelClassifier model = small().build();
    TrainingHistory history = model.fit(corners(300, 1), corners(100, 3), options);
    assertTrue(history.last().trainAccuracy() > 0.95);
    LabelEvaluation held = model.evaluate(corners(100, 3));
    assertEquals(1 - held.hammingLoss(), history.last().validationAccuracy(), 1e-12);
    assertEquals(3 * held.logLoss(), history.last().validationLoss(), 1e-5);
    assertEquals(held.accuracy(), model.provenance().validationAccuracy(), 1e-12);
    assertEquals("SIGMOID_CROSS_ENTROPY", model.provenance().recipe().get("loss"));
  }

  @Test
  void thresholdsDecideAndAreKept() throws IOException {
    MultiLabelClassifier model = trained();
    float[] features = {0.35f, 0.35f};
    float[] probabilities = new float[3];
    model.predictProbabilities(features, probabilities);
    model.thresholds(1, 1, probabilities[2]);
    assertEquals(List.of("rare"), model.predict(features));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.save(out);
    MultiLabelClassifier loaded = MultiLabelClassifier.load(out.toByteArray(), backend);
    assertArrayEquals(new double[] {1, 1, probabilities[2]}, loaded.thresholds());
    assertEquals(List.of("rare"), loaded.predict(features));
    model.fit(corners(50, 4), options.epochs(1));
    assertArrayEquals(new double[] {0.5, 0.5, 0.5}, model.thresholds());
    says(
        "thresholds: expected one for each of 3 labels, found 2",
        assertThrows(IllegalArgumentException.class, () -> model.thresholds(0.1, 0.2)));
  }

  @Test
  void anAimChoosesAThresholdForEachLabel() {
    MultiLabelClassifier model = small().build();
    model.fit(corners(300, 1), options.validation(0.3).epochs(3));
    LabelPredictions held = model.heldOut().orElseThrow();
    assertEquals(90, held.size());
    double[] chosen = Aim.parse("f1").thresholds(held);
    LabelEvaluation before = LabelEvaluation.of(held);
    LabelEvaluation after = LabelEvaluation.of(held.withThresholds(chosen));
    for (int j = 0; j < 3; j++) {
      double f1 = before.labels().get(j).f1();
      assertTrue(after.labels().get(j).f1() >= (Double.isNaN(f1) ? 0 : f1), after::toString);
    }
    assertTrue(after.macroF1() > 0.7, after::toString);
  }

  @Test
  void membersAreAveragedAndFoldsHoldOut() throws IOException {
    MultiLabelClassifier model = small().members(3).build();
    DataSet data = corners(120, 1);
    TrainingOptions folded = options.folds(3).calibrate(true).patience(10);
    model.fit(data, folded);
    LabelPredictions held = model.heldOut().orElseThrow();
    assertEquals(120, held.size());
    assertTrue(LabelEvaluation.of(held).microF1() > 0.85);
    CrossValidation figures = CrossValidation.of(held, data.folds(3, folded.seed()));
    assertEquals(
        List.of("micro F1", "macro F1", "accuracy", "log loss", "ROC-AUC"),
        figures.figures().stream().map(CrossValidation.Figure::name).toList());
    assertTrue(model.temperature() != 1);

    float[] features = {0.2f, -0.4f};
    float[] all = new float[3];
    model.predictProbabilities(features, all);
    float[] mean = new float[3];
    for (int m = 0; m < 3; m++) {
      float[] one = new float[3];
      MultiLabelClassifier.of(model.snapshot().member(m), backend)
          .predictProbabilities(features, one);
      for (int j = 0; j < 3; j++) {
        mean[j] += one[j] / 3;
      }
    }
    assertArrayEquals(mean, all, 1e-6f);

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.save(out);
    float[] loaded = new float[3];
    Model.of(ModelFile.read(out.toByteArray()), backend);
    MultiLabelClassifier.load(out.toByteArray(), backend).predictProbabilities(features, loaded);
    assertArrayEquals(all, loaded);
  }

  @Test
  void dataThatArriveOneByOne() {
    MultiLabelClassifier model = small().build();
    try (Model.PartialFit training = model.partialFit(corners(50, 1), options)) {
      for (int i = 0; i < 20; i++) {
        training.fit(corners(100, 10 + i));
      }
    }
    assertTrue(model.evaluate(corners(200, 2)).microF1() > 0.9);
    assertEquals(NAMES, model.labelNames());
  }

  @Test
  void exports(@TempDir Path folder) throws IOException {
    MultiLabelClassifier model = trained();
    Path onnx = folder.resolve("m.onnx");
    ExportFormat.ONNX.write(model.snapshot(), onnx);
    String graph = Files.readString(onnx, StandardCharsets.ISO_8859_1);
    assertTrue(graph.contains("Sigmoid") && graph.contains("probabilities"), graph);
    assertTrue(graph.contains("labelNames") && !graph.contains("classNames"));
    ExportFormat.NPZ.write(model.snapshot(), folder.resolve("m.npz"));
    Path pytorch = folder.resolve("m.pytorch.safetensors");
    ExportFormat.SAFETENSORS.write(model.snapshot(), pytorch);
    Model back = Model.of(StateDictImport.defaults().read(pytorch), backend);
    float[] expected = new float[3];
    float[] found = new float[3];
    model.predictProbabilities(new float[] {0.3f, 0.1f}, expected);
    ((MultiLabelClassifier) back).predictProbabilities(new float[] {0.3f, 0.1f}, found);
    assertArrayEquals(expected, found, 1e-5f);
  }

  @Test
  void aFileSaysLabelsAndVersion3() throws IOException {
    MultiLabelClassifier model = trained();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.save(out);
    String text = out.toString(StandardCharsets.ISO_8859_1);
    assertTrue(text.contains("\"formatVersion\":\"3\""), text.substring(0, 400));
    assertTrue(text.contains("\\\"labels\\\":[{\\\"name\\\":\\\"right\\\",\\\"threshold\\\":0.5}"));
    says(
        "model: classifier: expected a model with classes, found one of several labels [right, high,"
            + " rare]: MultiLabelClassifier reads it",
        assertThrows(
            ModelFormatException.class, () -> Classifier.load(out.toByteArray(), backend)));
    says(
        "model: regressor: expected a model of numeric targets, found one of several labels [right,"
            + " high, rare]: MultiLabelClassifier reads it",
        assertThrows(ModelFormatException.class, () -> Regressor.load(out.toByteArray(), backend)));
  }

  @Test
  void columnsMatter() {
    MultiLabelClassifier model = trained();
    Importance importance = Importance.of(model, corners(200, 2), 3, 1);
    assertEquals(Task.LABELS, importance.task());
    LabelEvaluation whole = model.evaluate(corners(200, 2));
    assertEquals(whole.logLoss(), importance.error(), 1e-9);
    assertEquals(whole.accuracy(), importance.score(), 1e-9);
    assertTrue(importance.columns().get(1).errorRise() > 0.1, importance::toString);
  }

  @Test
  void theMonitorKnowsLabels() {
    MultiLabelClassifier model = small().build();
    TrainingMonitor monitor = new TrainingMonitor();
    model.fit(corners(300, 1), options.listener(monitor));
    Verdict verdict = monitor.verdict(model.evaluate(corners(200, 2)));
    assertEquals(List.of(), verdict.findings(), verdict::toString);
    assertTrue(
        verdict.summary().contains("% of the labels of the test examples"), verdict.summary());
  }

  @Test
  void theMonitorSeesThatNothingIsLearned() {
    DataSet data = corners(400, 1);
    Random random = new Random(5);
    boolean[] noise = new boolean[3 * data.size()];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = random.nextInt(4) == 0;
    }
    float[] x = new float[2 * data.size()];
    for (int i = 0; i < data.size(); i++) {
      data.copyFeatures(i, x, 2 * i);
    }
    TrainingMonitor monitor = new TrainingMonitor();
    MultiLabelClassifier model = small().build();
    model.fit(
        DataSet.ofLabels(2, x, noise, NAMES),
        options.epochs(4).learningRate(0.001).listener(monitor));
    Verdict verdict = monitor.verdict();
    assertTrue(
        verdict.findings().stream().anyMatch(f -> f.kind() == Verdict.Finding.Kind.STUCK_AT_CHANCE),
        verdict::toString);
  }

  /** A label that 3 in 10 examples on the right have. */
  private static DataSet seldom(int n, long seed) {
    Random random = new Random(seed);
    float[] x = new float[2 * n];
    boolean[] has = new boolean[n];
    for (int i = 0; i < n; i++) {
      x[2 * i] = random.nextFloat() * 2 - 1;
      x[2 * i + 1] = random.nextFloat() * 2 - 1;
      has[i] = x[2 * i] > 0 && random.nextInt(10) < 3;
    }
    return DataSet.ofLabels(2, x, has, List.of("rare"));
  }

  private double recall(DataSet data, TrainingOptions options) {
    MultiLabelClassifier model = small().labels(1).build();
    model.fit(data, options.epochs(8));
    return model.evaluate(seldom(300, 2)).labels().get(0).recall();
  }

  @Test
  void weightsOfLabelsCount() {
    DataSet data = seldom(400, 1);
    assertTrue(recall(data, options) < 0.2);
    assertTrue(recall(data, options.classWeights(Map.of("rare", 20.0))) > 0.9);
    assertTrue(recall(data, options.balancedClasses(true)) > 0.8);
    float[] weights = new float[400];
    for (int i = 0; i < 400; i++) {
      weights[i] = data.target(i, 0) == 1 ? 20 : 1;
    }
    assertTrue(recall(data.withWeights(weights), options) > 0.9);
    says(
        "classWeights: expected one of the labels [rare], found \"low\"",
        assertThrows(
            IllegalArgumentException.class,
            () -> recall(data, options.classWeights(Map.of("low", 2.0)))));
  }

  @Test
  void aWeightOfTwoIsTheExampleTwice() {
    DataSet data = corners(40, 1);
    int[] twice = new int[80];
    float[] weights = new float[40];
    for (int i = 0; i < 40; i++) {
      twice[2 * i] = i;
      twice[2 * i + 1] = i;
      weights[i] = 2;
    }
    // All weigh alike: scaled to a mean of 1 that is the same as no weights.
    TrainingOptions whole = options.epochs(5).batch(40);
    MultiLabelClassifier plain = small().build();
    plain.fit(data, whole);
    MultiLabelClassifier weighed = small().build();
    weighed.fit(data.withWeights(weights), whole);
    float[] expected = new float[3];
    float[] found = new float[3];
    plain.predictProbabilities(new float[] {0.1f, 0.1f}, expected);
    weighed.predictProbabilities(new float[] {0.1f, 0.1f}, found);
    assertArrayEquals(expected, found, 1e-4f);
    MultiLabelClassifier repeated = small().build();
    repeated.fit(data.subset(twice), whole.batch(80));
    repeated.predictProbabilities(new float[] {0.1f, 0.1f}, found);
    assertArrayEquals(expected, found, 1e-4f);
  }

  @Test
  void refusesWhatDoesNotFit() {
    DataSet data = corners(30, 1);
    says(
        "loss: several labels have a probability each: expected SIGMOID_CROSS_ENTROPY, found"
            + " CROSS_ENTROPY",
        assertThrows(
            IllegalArgumentException.class,
            () -> small().build().fit(data, options.loss(LossFunction.CROSS_ENTROPY))));
    says(
        "fit: the classifier names classes, the data set has labels [right, high, rare]",
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Classifier.builder(backend)
                    .inputs(2)
                    .classes(3)
                    .hidden(4)
                    .build()
                    .fit(data, options)));
    says(
        "fit: the multi-label classifier has 2 inputs and 4 labels, the data set 2 features and 3"
            + " labels",
        assertThrows(
            IllegalArgumentException.class, () -> small().labels(4).build().fit(data, options)));
    says(
        "evaluate: label \"rare\": expected among the data's labels [right, high]",
        assertThrows(
            IllegalArgumentException.class,
            () -> trained().evaluate(data.withTargetNames(List.of("right", "high")))));
    says(
        "data set: expected 3 labels for each example, found 4 values",
        assertThrows(
            IllegalArgumentException.class,
            () -> DataSet.ofLabels(1, new float[2], new boolean[4], NAMES)));
  }
}
