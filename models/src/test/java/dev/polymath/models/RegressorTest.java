package dev.polymath.models;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.ModelFormatException;
import dev.polymath.models.metrics.RegressionEvaluation;
import dev.polymath.models.metrics.RegressionPredictions;
import dev.polymath.models.monitor.TrainingMonitor;
import dev.polymath.models.monitor.Verdict;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegressorTest {

  private final ReferenceBackend backend = new ReferenceBackend();

  private final TrainingOptions options =
      TrainingOptions.defaults().epochs(40).batch(16).learningRate(0.02);

  /** y = shift + scale · (x0 · x1 + x0), of x in [-1, 1]². */
  private static DataSet saddle(int n, long seed, double shift, double scale) {
    Random random = new Random(seed);
    float[] x = new float[2 * n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      x[2 * i] = random.nextFloat() * 2 - 1;
      x[2 * i + 1] = random.nextFloat() * 2 - 1;
      y[i] = shift + scale * ((double) x[2 * i] * x[2 * i + 1] + x[2 * i]);
    }
    return DataSet.ofTargets(2, x, y, List.of("y"));
  }

  private Regressor.Builder small() {
    return Regressor.builder(backend).inputs(2).hidden(16, 8).activation(Activation.TANH);
  }

  private Regressor trained(DataSet data) {
    Regressor model = small().build();
    model.fit(data, options);
    return model;
  }

  @Test
  void endsInALinearLayer() {
    Regressor model = Regressor.builder(backend).inputs(3).hidden(5).outputs(2).build();
    assertEquals("dense 3->5 RELU, dense 5->2 IDENTITY", model.network().toString());
    assertEquals(3, model.inputs());
    assertEquals(2, model.outputs());
    assertEquals(List.of("target 0", "target 1"), model.targetNames());
    assertEquals("Regressor[3->5 ReLU, 5->2 linear, not trained]", model.toString());
  }

  @Test
  void learnsAndTellsHowWell() {
    Regressor model = trained(saddle(400, 1, 50, 3));
    RegressionEvaluation test = model.evaluate(saddle(200, 2, 50, 3));
    assertTrue(test.r2() > 0.98, test::toString);
    assertEquals(200, test.examples());
    assertEquals("y", test.targets().get(0).name());
    assertTrue(test.targets().get(0).rmse() < 0.3, test::toString);
    assertEquals(List.of("y"), model.targetNames());
    assertEquals(50, model.targets().targets().get(0).shift(), 0.5);
  }

  @Test
  void aTargetFarFromZeroIsLearnedAsWell() {
    Regressor near = trained(saddle(400, 1, 0, 1));
    Regressor far = trained(saddle(400, 1, 1e6, 1));
    assertTrue(far.evaluate(saddle(200, 2, 1e6, 1)).r2() > 0.98);
    float[] x = {0.3f, -0.4f};
    assertEquals(near.predict(x)[0] + 1e6, far.predict(x)[0], 1e-3);
    Regressor huge = trained(saddle(400, 1, 0, 1e200));
    assertEquals(near.predict(x)[0] * 1e200, huge.predict(x)[0], 1e197);
    assertTrue(huge.evaluate(saddle(200, 2, 0, 1e200)).r2() > 0.98);
  }

  @Test
  void historyHasTheErrorInTheTargetsUnit() {
    TrainingHistory history = small().build().fit(saddle(400, 1, 50, 3), options.validation(0.25));
    TrainingHistory.Epoch first = history.epochs().get(0);
    TrainingHistory.Epoch last = history.last();
    assertTrue(Double.isNaN(last.trainAccuracy()) && Double.isNaN(last.validationAccuracy()));
    assertTrue(first.trainRmse() > 1 && last.trainRmse() < 0.4, history::toString);
    assertTrue(last.validationRmse() < 0.4, history::toString);
    assertTrue(last.validationLoss() < first.validationLoss());
    assertEquals(LossFunction.SQUARED_ERROR, history.options().loss());
    assertEquals(0, history.options().labelSmoothing());
  }

  @Test
  void severalTargetsEachKeepTheirUnit() {
    DataSet one = saddle(400, 1, 50, 3);
    double[] y = new double[800];
    for (int i = 0; i < 400; i++) {
      y[2 * i] = one.target(i, 0);
      y[2 * i + 1] = -1e-6 * one.target(i, 0);
    }
    DataSet both = one.withTargets(y, List.of("big", "small"));
    Regressor model = small().outputs(2).build();
    TrainingHistory history = model.fit(both, options);
    RegressionEvaluation all = model.evaluate(both);
    assertTrue(all.targets().stream().allMatch(f -> f.r2() > 0.98), all::toString);
    assertEquals(model.predict(new float[2])[0], -1e6 * model.predict(new float[2])[1], 0.5);
    assertTrue(history.last().trainRmse() < 0.2, history::toString);
    // Matched by name, in whatever order.
    DataSet turned = both.withTargetNames(List.of("small", "big"));
    assertEquals(all, model.evaluate(turned));
    assertMessage(
        "evaluate: target \"big\": expected among the data's targets [small]",
        () -> model.evaluate(both.withTargetNames(List.of("small"))));
    assertTrue(all.toString().contains("mean R² of 2 targets"), all::toString);
    assertTrue(all.toString().contains("\n  small: RMSE"), all::toString);
  }

  @Test
  void aConstantTargetIsPredictedAsItIs() {
    DataSet data = saddle(100, 1, 7.25, 0);
    Regressor model = trained(data);
    assertEquals(7.25, model.predict(new float[] {9, 9})[0]);
    RegressionEvaluation evaluation = model.evaluate(data);
    assertEquals(0, evaluation.targets().get(0).rmse());
    assertTrue(Double.isNaN(evaluation.r2()));
    assertTrue(evaluation.toString().contains("R² undefined"), evaluation::toString);
  }

  @Test
  void oneRowIsEnough() {
    DataSet data = DataSet.ofTargets(2, new float[] {1, 2}, new double[] {5}, List.of("y"));
    Regressor model = trained(data);
    assertEquals(5, model.predict(new float[] {1, 2})[0]);
  }

  @Test
  void allFormsOfPredictionAgree() {
    Regressor model = trained(saddle(300, 1, 50, 3));
    DataSet data = saddle(150, 2, 50, 3);
    float[] features = new float[300];
    for (int i = 0; i < 150; i++) {
      data.copyFeatures(i, features, 2 * i);
    }
    double[] rows = new double[150];
    model.predict(features, 150, rows);
    RegressionPredictions all = model.predictAll(data);
    for (int i = 0; i < 150; i++) {
      double one = model.predict(new float[] {features[2 * i], features[2 * i + 1]})[0];
      assertEquals(one, rows[i], 1e-4);
      assertEquals(one, all.predicted(i, 0), 1e-4);
      assertEquals(data.target(i, 0), all.actual(i, 0));
    }
  }

  @Test
  void aSavedRegressorPredictsTheSameBits(@TempDir Path folder) throws IOException {
    Regressor model = trained(saddle(300, 1, 1e6, 0.1));
    Path file = folder.resolve("m.safetensors");
    model.save(file);
    ModelFile saved = ModelFile.read(file);
    assertEquals(Task.REGRESSION, saved.description().task());
    Regressor loaded = Regressor.load(file, backend);
    assertEquals(model.targets(), loaded.targets());
    assertEquals(model.provenance(), loaded.provenance());
    for (int i = 0; i < 20; i++) {
      float[] x = {i / 10f - 1, 0.5f};
      assertArrayEquals(model.predict(x), loaded.predict(x));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    loaded.save(bytes);
    assertArrayEquals(java.nio.file.Files.readAllBytes(file), bytes.toByteArray());
    assertEquals(loaded.toString(), Regressor.of(saved, backend).toString());
  }

  @Test
  void aLoadedRegressorKeepsItsScalingWhenTrainedOn() {
    Regressor model = trained(saddle(300, 1, 50, 3));
    ModelOutput.Targets targets = model.targets();
    model.fit(saddle(300, 2, 51, 3), options.epochs(1));
    assertEquals(targets, model.targets());
    assertEquals(41, model.provenance().epochs());
  }

  /** Half of the examples are 0, half are 10, and nothing tells which. */
  private double mean(LossFunction loss, float weight) {
    float[] x = new float[40];
    double[] y = new double[40];
    float[] weights = new float[40];
    for (int i = 0; i < 40; i++) {
      y[i] = i % 2 == 0 ? 0 : 10;
      weights[i] = i % 2 == 0 ? 1 : weight;
    }
    DataSet data = DataSet.ofTargets(1, x, y, List.of("y")).withWeights(weights);
    Regressor model = Regressor.builder(backend).inputs(1).hidden().build();
    model.fit(data, options.loss(loss).epochs(150).batch(40).learningRate(0.05));
    return model.predict(new float[1])[0];
  }

  @Test
  void weightsOfExamplesCount() {
    assertEquals(5, mean(LossFunction.SQUARED_ERROR, 1), 0.05);
    assertEquals(7.5, mean(LossFunction.SQUARED_ERROR, 3), 0.1);
    assertEquals(2.5, mean(LossFunction.SQUARED_ERROR, 1 / 3f), 0.1);
    // Within a deviation of both, Huber's loss is half of the squared error.
    assertEquals(5, mean(LossFunction.HUBER, 1), 0.05);
    assertTrue(mean(LossFunction.HUBER, 3) > 7);
  }

  @Test
  void theValidationLossIsWeightedAsTheTrainingLossIs() {
    // More than are evaluated at once.
    DataSet data = saddle(150, 1, 0, 1);
    float[] weights = new float[150];
    for (int i = 0; i < 150; i++) {
      weights[i] = 1 + i % 3;
    }
    DataSet weighed = data.withWeights(weights);
    TrainingOptions still = options.epochs(1).learningRate(1e-30).batch(150);
    TrainingHistory history = small().build().fit(weighed, weighed, still);
    assertEquals(history.last().loss(), history.last().validationLoss(), 1e-6);
    TrainingHistory plain = small().build().fit(data, data, still);
    assertNotEquals(plain.last().loss(), history.last().loss(), 1e-6);
  }

  @Test
  void eachKindSaysWhichReadsTheOther(@TempDir Path folder) throws IOException {
    Path numbers = folder.resolve("r.safetensors");
    Regressor.builder(backend).inputs(2).hidden(3).build().save(numbers);
    assertEquals(
        numbers
            + ": classifier: expected a model with classes, found one of numeric targets [target 0]:"
            + " Regressor reads it",
        assertThrows(ModelFormatException.class, () -> Classifier.load(numbers, backend))
            .getMessage());
    Path classes = folder.resolve("c.safetensors");
    Classifier.builder(backend).inputs(2).hidden(3).classes(2).build().save(classes);
    assertEquals(
        classes
            + ": regressor: expected a model of numeric targets, found one with classes [0, 1]:"
            + " Classifier reads it",
        assertThrows(ModelFormatException.class, () -> Regressor.load(classes, backend))
            .getMessage());
  }

  @Test
  void eachKindRefusesTheDataOfTheOther() {
    DataSet numbers = saddle(10, 1, 0, 1);
    DataSet classes = Examples.clouds(30, 1);
    Regressor model = small().build();
    assertMessage(
        "fit: the regressor computes numbers, the data set has classes " + classes.classNames(),
        () -> model.fit(classes, options));
    Classifier classifier = Examples.small(backend).build();
    assertMessage(
        "fit: the classifier names classes, the data set has numeric targets [y]",
        () -> classifier.fit(numbers, options));
    assertMessage(
        "loss: the cross-entropy is of classes: expected SQUARED_ERROR or HUBER for numeric targets",
        () -> model.fit(numbers, options.loss(LossFunction.CROSS_ENTROPY)));
    assertMessage(
        "fit: the regressor has 2 inputs and 1 targets, the data set 2 features and 2 targets",
        () -> model.fit(numbers.withTargets(new double[20], List.of("a", "b")), options));
    assertMessage("outputs: expected at least 1, found 0", () -> small().outputs(0));
    assertMessage(
        "model: target names: expected different ones, found \"a\" twice",
        () -> small().targetNames(List.of("a", "a")));
  }

  @Test
  void hubersLossCaresLessOfOutliers() {
    DataSet clean = saddle(400, 1, 0, 1);
    double[] y = new double[400];
    for (int i = 0; i < 400; i++) {
      y[i] = clean.target(i, 0) + (i % 20 == 0 ? 30 : 0);
    }
    DataSet spoilt = clean.withTargets(y, List.of("y"));
    Regressor squared = small().build();
    squared.fit(spoilt, options);
    Regressor huber = small().build();
    TrainingHistory history = huber.fit(spoilt, options.loss(LossFunction.HUBER));
    assertEquals(LossFunction.HUBER, history.options().loss());
    double error = huber.evaluate(clean).targets().get(0).medianError();
    assertTrue(error < squared.evaluate(clean).targets().get(0).medianError(), () -> "" + error);
    assertMessage(
        "loss: Huber's loss is of numeric targets: expected CROSS_ENTROPY or SQUARED_ERROR for"
            + " classes",
        () ->
            Examples.small(backend)
                .build()
                .fit(Examples.clouds(30, 1), options.loss(LossFunction.HUBER)));
  }

  @Test
  void aRunThatFailsLeavesItAsItWas() {
    Regressor model = trained(saddle(100, 1, 50, 3));
    double before = model.predict(new float[] {0.5f, 0.5f})[0];
    assertThrows(
        TrainingDivergedException.class,
        () -> model.fit(saddle(100, 1, 50, 3), options.learningRate(1e30)));
    assertEquals(before, model.predict(new float[] {0.5f, 0.5f})[0]);
  }

  @Test
  void onlyOneFitRunsAtATime() {
    Regressor model = small().build();
    List<String> refused = new ArrayList<>();
    DataSet data = saddle(50, 1, 0, 1);
    model.fit(
        data,
        options
            .epochs(1)
            .listener(
                (TrainingHistory.Epoch e) ->
                    refused.add(
                        assertThrows(IllegalStateException.class, () -> model.fit(data, options))
                            .getMessage())));
    assertEquals(List.of("fit: another training of this regressor is running"), refused);
  }

  @Test
  void knowsWhereItCameFrom() {
    Regressor model = small().seed(4).build();
    assertEquals(new ModelInput.Numbers(2), model.input());
    assertNull(model.provenance().dataSetFingerprint());
    DataSet data = saddle(20, 1, 0, 1);
    model.fit(data, options.epochs(1));
    assertEquals(data.fingerprint(), model.provenance().dataSetFingerprint());
    assertEquals(4, model.provenance().seed());
    assertNull(model.provenance().validationRmse());
    model.fit(data, options.epochs(1).validation(0.5));
    assertNotEquals(null, model.provenance().validationRmse());
  }

  @Test
  void theMonitorSpeaksOfVarianceExplained() {
    TrainingMonitor monitor = new TrainingMonitor();
    Regressor model = small().build();
    model.fit(saddle(400, 1, 50, 3), options.listener(monitor));
    Verdict verdict = monitor.verdict(model.evaluate(saddle(200, 2, 50, 3)));
    assertTrue(
        verdict
            .summary()
            .matches(
                "all is well: it learned without trouble and explains 9\\d\\.\\d % of the variance"
                    + " of the training targets and 9\\d\\.\\d % of the test targets'"),
        verdict::toString);
    assertTrue(monitor.samples().stream().allMatch(s -> Double.isNaN(s.accuracy())));
    assertTrue(monitor.samples().stream().allMatch(s -> Double.isFinite(s.explained())));
  }

  @Test
  void theMonitorSaysWhereNothingWasLearned() {
    TrainingMonitor monitor = new TrainingMonitor();
    DataSet data = saddle(400, 1, 50, 3);
    Random random = new Random(9);
    double[] noise = random.doubles(400).toArray();
    small()
        .build()
        .fit(
            data.withTargets(noise, List.of("noise")),
            TrainingOptions.defaults().epochs(3).learningRate(1e-9).listener(monitor));
    Verdict verdict = monitor.verdict();
    assertTrue(
        verdict.findings().stream().anyMatch(f -> f.kind() == Verdict.Finding.Kind.STUCK_AT_CHANCE),
        verdict::toString);
    assertTrue(verdict.toString().contains("always saying their mean"), verdict::toString);
  }
}
