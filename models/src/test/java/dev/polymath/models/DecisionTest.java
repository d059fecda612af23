package dev.polymath.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.ModelOutput.Threshold;
import dev.polymath.models.io.ModelDescription;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.ModelFormatException;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.metrics.Aim;
import dev.polymath.models.metrics.Calibration;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.metrics.Scores;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.training.TrainingOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A classifier's decision")
class DecisionTest {

  private final ReferenceBackend backend = new ReferenceBackend();

  /** One number in which yes, one in five, lies higher than no, and overlaps it. */
  private static DataSet rare(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[size];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i % 5 == 0 ? 1 : 0;
      values[i] = (float) (labels[i] + 2 * random.nextDouble() - 1);
    }
    return DataSet.ofFeatures(1, values, labels, List.of("no", "yes"));
  }

  private Classifier trained() {
    Classifier model =
        Classifier.builder(backend).inputs(1).hidden(4).classNames(List.of("no", "yes")).build();
    model.fit(rare(400, 1), TrainingOptions.defaults().epochs(10).batch(16).learningRate(0.02));
    return model;
  }

  private static byte[] saved(Classifier model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.save(out);
    return out.toByteArray();
  }

  @Test
  @DisplayName("is by its threshold wherever it predicts, and in its file")
  void threshold() throws IOException {
    Classifier model = trained();
    assertEquals(Optional.empty(), model.threshold());
    DataSet data = rare(200, 2);
    Evaluation likeliest = model.evaluate(data);
    Threshold chosen = Aim.parse("recall=0.95").choose(model.predictAll(rare(400, 3)), 1);
    model.threshold(chosen);
    assertEquals(Optional.of(chosen), model.threshold());
    Evaluation decided = model.evaluate(data);
    assertEquals(likeliest.loss(), decided.loss());
    assertTrue(decided.confusion().recall(1) > likeliest.confusion().recall(1));
    Predictions all = model.predictAll(data);
    assertEquals(1, Scores.of(all).positive());
    int[] classes = new int[data.size()];
    float[] features = new float[data.size()];
    for (int i = 0; i < data.size(); i++) {
      data.copyFeatures(i, features, i);
    }
    model.predict(features, data.size(), classes);
    int turned = 0;
    Classifier loaded = Classifier.load(saved(model), backend);
    assertEquals(Optional.of(chosen), loaded.threshold());
    for (int i = 0; i < data.size(); i++) {
      int expected = all.probability(i, 1) >= chosen.probability() ? 1 : 0;
      assertEquals(expected, all.predicted(i));
      assertEquals(expected, classes[i]);
      assertEquals(expected, model.predict(new float[] {features[i]}));
      assertEquals(expected, loaded.predict(new float[] {features[i]}));
      List<Prediction> top = model.topK(new float[] {features[i]}, 2);
      assertEquals(expected, top.get(0).label());
      assertEquals(expected, model.topK(new float[] {features[i]}, 1).get(0).label());
      turned += top.get(0).probability() < 0.5 ? 1 : 0;
    }
    assertTrue(turned > 0);
    model.threshold(null);
    assertEquals(likeliest.accuracy(), model.evaluate(data).accuracy());
  }

  @Test
  @DisplayName("loses its threshold where it is trained on")
  void trainedOn() {
    Classifier model = trained();
    model.threshold(new Threshold(1, 0.25));
    model.fit(rare(100, 4), TrainingOptions.defaults().epochs(1));
    assertEquals(Optional.empty(), model.threshold());
  }

  @Test
  @DisplayName("has no threshold among three classes")
  void threeClasses() {
    Classifier model = Classifier.builder(backend).inputs(1).hidden(2).classes(3).build();
    assertEquals(
        "threshold: expected 2 classes to decide between, found 3",
        assertThrows(IllegalArgumentException.class, () -> model.threshold(new Threshold(1, 0.5)))
            .getMessage());
  }

  @Test
  @DisplayName("stays where the probabilities are calibrated, which become softmax(ln p / T)")
  void calibrated() {
    Classifier model = trained();
    model.threshold(new Threshold(1, 0.25));
    DataSet held = rare(500, 5);
    Predictions before = model.predictAll(held);
    double temperature = model.calibrate(held);
    assertEquals(Calibration.trustedTemperature(before), temperature);
    Predictions after = model.predictAll(held);
    int same = 0;
    for (int i = 0; i < held.size(); i++) {
      double p = before.probability(i, 1);
      double odds = Math.pow(p / (1 - p), 1 / temperature);
      assertEquals(odds / (1 + odds), after.probability(i, 1), 1e-5);
      same += before.predicted(i) == after.predicted(i) ? 1 : 0;
    }
    // Rounding may turn one that lies on the threshold.
    assertTrue(same >= held.size() - 2, same + " are the same");
    assertEquals(
        Calibration.temperature(before) / temperature, Calibration.temperature(after), 1e-3);
    assertTrue(Scores.of(after).logLoss() <= Scores.of(before).logLoss());
  }

  @Test
  @DisplayName("is only calibrated where a linear layer precedes the softmax")
  void notLinear() {
    List<LayerSpec> specs =
        List.of(
            new LayerSpec.Dense(1, 2, Activation.TANH),
            new LayerSpec.ActivationLayer(2, Activation.SOFTMAX));
    Classifier model =
        Classifier.of(
            new ModelFile(
                new ModelDescription(
                    specs,
                    InputScaling.none(1),
                    List.of("no", "yes"),
                    new ModelInput.Numbers(1),
                    Provenance.UNKNOWN),
                Map.of("layers.0.weight", new float[2], "layers.0.bias", new float[2])),
            backend);
    String message =
        assertThrows(IllegalStateException.class, () -> model.calibrate(rare(10, 1))).getMessage();
    assertTrue(message.startsWith("calibrate: expected a linear dense layer"), message);
  }

  @Test
  @DisplayName("is refused from a file where it makes no sense")
  void hostile() throws IOException {
    Classifier model = trained();
    model.threshold(new Threshold(1, 0.25));
    String file = new String(saved(model), StandardCharsets.ISO_8859_1);
    String field = "\\\"threshold\\\":{\\\"positive\\\":\\\"yes\\\",\\\"probability\\\":0.25}";
    assertTrue(file.contains(field));
    // Texts of the same length, so that the header keeps its own.
    refused(file, field.replace("yes", "yet"), "positive: expected one of the class names");
    refused(file, field.replace("0.25", "1.25"), "probability");
    refused(file, field.replace("positive", "negative"), "expected positive and probability");
    refused(file, field.replace("threshold", "thresholt"), "found \"thresholt\"");
  }

  private void refused(String file, String changed, String fault) {
    String field = "\\\"threshold\\\":{\\\"positive\\\":\\\"yes\\\",\\\"probability\\\":0.25}";
    // With the checksum under a name that nobody knows, since it would be what is refused.
    byte[] bytes =
        file.replace("\"checksum\":", "\"whatever\":")
            .replace(field, changed)
            .getBytes(StandardCharsets.ISO_8859_1);
    String message =
        assertThrows(ModelFormatException.class, () -> Classifier.load(bytes, backend))
            .getMessage();
    assertTrue(message.contains(fault), message);
  }

  @Test
  @DisplayName("is part of the description")
  void description() {
    Classifier model = trained();
    model.threshold(new Threshold(0, 0.75));
    assertEquals(
        new ModelOutput.Classes(List.of("no", "yes"), new Threshold(0, 0.75)),
        model.snapshot().description().output());
    assertArrayEquals(new String[] {"no", "yes"}, model.classNames().toArray(new String[0]));
  }
}
