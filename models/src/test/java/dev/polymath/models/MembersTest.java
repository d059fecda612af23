package dev.polymath.models;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.metrics.Calibration;
import dev.polymath.models.metrics.CrossValidation;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.metrics.RegressionPredictions;
import dev.polymath.models.monitor.LossCurve;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Several networks in one model, trained at once and averaged. */
class MembersTest {

  private final ReferenceBackend backend = new ReferenceBackend();

  private final TrainingOptions options =
      TrainingOptions.defaults().epochs(4).batch(16).learningRate(0.02);

  private static final DataSet CLOUDS = Examples.clouds(150, 1);

  private static Classifier untrained(Backend backend, int members) {
    return Examples.small(backend)
        .classNames(List.of("red", "green", "blue"))
        .members(members)
        .build();
  }

  private Classifier trained(int members, TrainingOptions options) {
    Classifier model = untrained(backend, members);
    model.fit(CLOUDS, options);
    return model;
  }

  private static DataSet sums(int n) {
    Random random = new Random(3);
    float[] x = new float[2 * n];
    double[] y = new double[2 * n];
    for (int i = 0; i < n; i++) {
      x[2 * i] = random.nextFloat();
      x[2 * i + 1] = random.nextFloat();
      y[2 * i] = 100 + x[2 * i] + x[2 * i + 1];
      y[2 * i + 1] = 5 * x[2 * i];
    }
    return DataSet.ofTargets(2, x, y, List.of("sum", "first"));
  }

  private static float[] features(DataSet data) {
    float[] features = new float[data.size() * data.features()];
    for (int i = 0; i < data.size(); i++) {
      data.copyFeatures(i, features, i * data.features());
    }
    return features;
  }

  private static float[] probabilities(Classifier model) {
    float[] target = new float[CLOUDS.size() * model.classes()];
    model.predictProbabilities(features(CLOUDS), CLOUDS.size(), target);
    return target;
  }

  private static void assertSameParameters(ModelFile expected, ModelFile found) {
    Map<String, float[]> parameters = expected.parameters();
    assertEquals(parameters.keySet(), found.parameters().keySet());
    parameters.forEach((name, values) -> assertArrayEquals(values, found.parameter(name), name));
  }

  @Test
  void aPredictionIsTheMeanOfTheMembers() {
    Classifier model = trained(3, options);
    float[] sums = new float[CLOUDS.size() * 3];
    for (int m = 0; m < 3; m++) {
      float[] own = probabilities(Classifier.of(model.snapshot().member(m), backend));
      for (int i = 0; i < own.length; i++) {
        sums[i] += own[i];
      }
    }
    float[] averaged = probabilities(model);
    for (int i = 0; i < sums.length; i++) {
      assertEquals(sums[i] / 3, averaged[i], 1e-6f);
    }
    assertEquals(3, model.members().size());
    assertSame(model.members().get(0), model.network());
    assertTrue(model.toString().contains("3 members"), model.toString());
  }

  @Test
  void numbersAreAveragedToo() {
    DataSet data = sums(80);
    Regressor model = Regressor.builder(backend).inputs(2).outputs(2).hidden(6).members(4).build();
    model.fit(data, options);
    float[] features = features(data);
    double[] sums = new double[2 * 80];
    for (int m = 0; m < 4; m++) {
      double[] own = new double[sums.length];
      Regressor.of(model.snapshot().member(m), backend).predict(features, 80, own);
      for (int i = 0; i < own.length; i++) {
        sums[i] += own[i];
      }
    }
    double[] averaged = new double[sums.length];
    model.predict(features, 80, averaged);
    for (int i = 0; i < sums.length; i++) {
      assertEquals(sums[i] / 4, averaged[i], 1e-4);
    }
  }

  @Test
  void theFirstMemberIsTheModelOfOne() {
    ModelFile alone = trained(1, options).snapshot();
    ModelFile several = trained(3, options).snapshot();
    assertSameParameters(alone, several.member(0));
    assertFalse(
        Arrays.equals(
            several.member(0).parameter("layers.0.weight"),
            several.member(1).parameter("layers.0.weight")));
  }

  @Test
  void theNumberOfThreadsChangesNothing() {
    TrainingOptions folds = options.folds(3).calibrate(true).dropout(0.1);
    List<ModelFile> models = new ArrayList<>();
    for (int threads : new int[] {1, 2, 4}) {
      try (Backend session = Backends.open("arrays", BackendOptions.defaults().threads(threads))) {
        Classifier model = untrained(session, 5);
        model.fit(CLOUDS, folds);
        models.add(model.snapshot());
      }
    }
    assertSameParameters(models.get(0), models.get(1));
    assertSameParameters(models.get(0), models.get(2));
  }

  @Test
  void savingAndLoadingKeepsEveryBit() throws IOException {
    Classifier model = trained(3, options);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    model.save(file);
    String header = file.toString(StandardCharsets.ISO_8859_1);
    assertTrue(header.contains("\"formatVersion\":\"3\""));
    assertTrue(header.contains("\"members.2.layers.0.weight\""));
    Classifier loaded = Classifier.load(file.toByteArray(), backend);
    assertSameParameters(model.snapshot(), loaded.snapshot());
    assertArrayEquals(probabilities(model), probabilities(loaded));
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    loaded.save(again);
    assertArrayEquals(file.toByteArray(), again.toByteArray());
    ByteArrayOutputStream alone = new ByteArrayOutputStream();
    trained(1, options).save(alone);
    assertTrue(alone.toString(StandardCharsets.ISO_8859_1).contains("\"formatVersion\":\"2\""));
  }

  @Test
  void trainingGoesOnInEveryMember() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    Classifier model = trained(3, options);
    model.save(file);
    Classifier loaded = Classifier.load(file.toByteArray(), backend);
    ModelFile before = loaded.snapshot();
    loaded.fit(CLOUDS, options.seed(5));
    model.fit(CLOUDS, options.seed(5));
    assertSameParameters(model.snapshot(), loaded.snapshot());
    for (int m = 0; m < 3; m++) {
      assertFalse(
          Arrays.equals(
              before.member(m).parameter("layers.0.weight"),
              loaded.snapshot().member(m).parameter("layers.0.weight")));
    }
    assertEquals(8, loaded.provenance().epochs());
  }

  @Test
  void aDivergedTrainingLeavesTheModelAsItWas() {
    Classifier model = trained(3, options);
    ModelFile before = model.snapshot();
    TrainingOptions wild = options.learningRate(1e30);
    assertThrows(TrainingDivergedException.class, () -> model.fit(CLOUDS, wild));
    assertSameParameters(before, model.snapshot());
    assertEquals(before.description(), model.snapshot().description());
    model.fit(CLOUDS, options);
    assertEquals(8, model.provenance().epochs());
  }

  /** Listeners hear of the first member alone, so that only this one fails. */
  private static TrainingListener onFirstEpoch(Runnable action) {
    return new TrainingListener() {
      @Override
      public void epoch(TrainingHistory.Epoch epoch) {
        if (epoch.epoch() == 1) {
          action.run();
        }
      }
    };
  }

  @Test
  void oneMemberThatFailsEndsAll() {
    Classifier model = trained(3, options);
    ModelFile before = model.snapshot();
    TrainingOptions failing =
        options.listener(
            onFirstEpoch(
                () -> {
                  throw new IllegalStateException("no more");
                }));
    assertMessage("no more", () -> model.fit(CLOUDS, failing));
    assertSameParameters(before, model.snapshot());
    model.fit(CLOUDS, options);
  }

  @Test
  void aSecondTrainingAtOnceIsRefused() {
    Classifier model = untrained(backend, 2);
    List<String> refusals = new ArrayList<>();
    model.fit(
        CLOUDS,
        options.listener(
            onFirstEpoch(
                () ->
                    refusals.add(
                        assertThrows(IllegalStateException.class, () -> model.fit(CLOUDS, options))
                            .getMessage()))));
    assertEquals(List.of("fit: another training of this classifier is running"), refusals);
  }

  @Test
  void foldsHoldOutEachExampleOnceWithItsShareOfEachClass() {
    DataSet data = Examples.clouds(151, 1);
    for (long seed : new long[] {1, 2}) {
      int[] folds = data.folds(4, seed);
      int[][] counts = new int[4][3];
      for (int i = 0; i < data.size(); i++) {
        counts[folds[i]][data.label(i)]++;
      }
      for (int c = 0; c < 3; c++) {
        int label = c;
        int most = Arrays.stream(counts).mapToInt(fold -> fold[label]).max().orElseThrow();
        int least = Arrays.stream(counts).mapToInt(fold -> fold[label]).min().orElseThrow();
        assertTrue(most - least <= 1, Arrays.deepToString(counts));
      }
      assertArrayEquals(folds, data.folds(4, seed));
    }
    assertFalse(Arrays.equals(data.folds(4, 1), data.folds(4, 2)));
    assertMessage(
        "folds: expected 2 to 151 for as many examples, found 152", () -> data.folds(152, 1));
  }

  @Test
  void eachExampleIsPredictedByTheMemberThatDidNotSeeIt() {
    TrainingOptions folds = options.folds(3);
    Classifier model = trained(3, folds);
    Predictions heldOut = model.heldOut().orElseThrow();
    assertEquals(CLOUDS.size(), heldOut.size());
    int[] fold = CLOUDS.folds(3, folds.seed());
    for (int m = 0; m < 3; m++) {
      Predictions own = Classifier.of(model.snapshot().member(m), backend).predictAll(CLOUDS);
      for (int i = 0; i < CLOUDS.size(); i++) {
        assertEquals(CLOUDS.label(i), heldOut.label(i));
        for (int c = 0; c < 3 && fold[i] == m; c++) {
          assertEquals(own.probability(i, c), heldOut.probability(i, c), 1e-6f);
        }
      }
    }
    CrossValidation figures = CrossValidation.of(heldOut, fold);
    assertEquals(3, figures.folds());
    CrossValidation.Figure accuracy = figures.figures().get(0);
    assertEquals("accuracy", accuracy.name());
    // Folds of 50 examples each: their mean is that of all.
    assertEquals(heldOut.confusion().accuracy(), accuracy.mean(), 1e-12);
    double squares = 0;
    for (double value : accuracy.values()) {
      squares += (value - accuracy.mean()) * (value - accuracy.mean());
    }
    assertEquals(Math.sqrt(squares / 2), accuracy.spread(), 1e-12);
    assertEquals("log loss", figures.figures().get(1).name());
  }

  @Test
  void inASecondRoundEachExampleIsHeldOutAgain() {
    Classifier model = trained(6, options.folds(3));
    assertEquals(CLOUDS.size(), model.heldOut().orElseThrow().size());
    // With fewer members than folds, some examples are held out from none.
    assertEquals(100, trained(2, options.folds(3)).heldOut().orElseThrow().size());
    assertTrue(trained(2, options).heldOut().isEmpty());
  }

  @Test
  void numbersAreHeldOutToo() {
    DataSet data = sums(60);
    TrainingOptions folds = options.folds(3);
    Regressor model = Regressor.builder(backend).inputs(2).outputs(2).hidden(6).members(3).build();
    assertTrue(model.heldOut().isEmpty());
    model.fit(data, folds);
    RegressionPredictions heldOut = model.heldOut().orElseThrow();
    assertEquals(60, heldOut.size());
    int[] fold = data.folds(3, folds.seed());
    for (int m = 0; m < 3; m++) {
      RegressionPredictions own =
          Regressor.of(model.snapshot().member(m), backend).predictAll(data);
      for (int i = 0; i < 60; i++) {
        for (int j = 0; j < 2; j++) {
          assertEquals(data.target(i, j), heldOut.actual(i, j));
          if (fold[i] == m) {
            assertEquals(own.predicted(i, j), heldOut.predicted(i, j), 1e-4);
          }
        }
      }
    }
    List<CrossValidation.Figure> figures = CrossValidation.of(heldOut, fold).figures();
    assertEquals(
        List.of("RMSE sum", "R² sum", "RMSE first", "R² first"),
        figures.stream().map(f -> f.name() + " " + f.target()).toList());
    model.fit(data, options);
    assertTrue(model.heldOut().isEmpty());
    model.fit(data, options.validation(0.25));
    assertEquals(15, model.heldOut().orElseThrow().size());
  }

  @Test
  void theTemperatureIsFoldedIntoEachMember() {
    TrainingOptions folds = options.folds(3);
    ModelFile plain = trained(3, folds).snapshot();
    List<Predictions> said = new ArrayList<>();
    List<Double> told = new ArrayList<>();
    LossCurve curve = new LossCurve();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epoch(TrainingHistory.Epoch result) {}

          @Override
          public void calibrated(double temperature, Predictions before, Predictions after) {
            told.add(temperature);
            said.addAll(List.of(before, after));
          }
        };
    Classifier model = trained(3, folds.calibrate(true).listener(listener).listener(curve));
    double temperature = model.temperature();
    assertNotEquals(1, temperature);
    assertEquals(List.of(temperature), told);
    assertSame(model.heldOut().orElseThrow(), said.get(1));
    // Half as far from 1, for each example was held out from one of the three that are averaged.
    assertEquals(Math.sqrt(Calibration.trustedTemperature(said.get(0))), temperature, 1e-12);
    assertEquals(3, curve.members().size());
    for (int m = 0; m < 3; m++) {
      Map<String, float[]> before = plain.member(m).parameters();
      ModelFile after = model.snapshot().member(m);
      String last =
          before.keySet().stream().filter(n -> n.endsWith("bias")).reduce("", (a, b) -> b);
      before.forEach(
          (name, values) -> {
            boolean scaled = name.startsWith(last.substring(0, last.lastIndexOf('.')));
            float[] expected = values.clone();
            for (int i = 0; i < expected.length && scaled; i++) {
              expected[i] = (float) (1 / temperature * expected[i]);
            }
            assertArrayEquals(expected, after.parameter(name), name);
          });
    }
  }
}
