package dev.polymath.models;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.internal.Argmax;
import dev.polymath.models.io.ModelDescription;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTest {

  private final ReferenceBackend backend = new ReferenceBackend();

  private final TrainingOptions options =
      TrainingOptions.defaults().epochs(8).batch(16).learningRate(0.02);

  private Classifier trained() {
    Classifier model = Examples.small(backend).classNames(List.of("red", "green", "blue")).build();
    model.fit(Examples.clouds(300, 1), options);
    return model;
  }

  @Test
  void isTheNetworkOfTheArticleUnlessAskedOtherwise() {
    Classifier model = ThreeLayerClassifier.builder(backend).inputs(784).classes(10).build();
    assertEquals(
        "dense 784->128 SIGMOID, dense 128->50 RELU, dense 50->10 IDENTITY, activation SOFTMAX",
        model.network().toString());
    assertEquals(784, model.inputs());
    assertEquals(10, model.classes());
    assertEquals("7", model.classNames().get(7));
    Classifier other =
        ThreeLayerClassifier.builder(backend)
            .inputs(4)
            .classNames(List.of("a", "b"))
            .hidden(6, 5)
            .activation(Activation.TANH, Activation.LEAKY_RELU)
            .build();
    assertEquals(
        "dense 4->6 TANH, dense 6->5 LEAKY_RELU, dense 5->2 IDENTITY, activation SOFTMAX",
        other.network().toString());
  }

  @Test
  void learnsAndTellsHowWell() {
    Evaluation evaluation = trained().evaluate(Examples.clouds(300, 2));
    assertTrue(evaluation.accuracy() > 0.97, evaluation::toString);
    assertTrue(evaluation.loss() > 0 && evaluation.loss() < 0.7, evaluation::toString);
    assertEquals(300, evaluation.confusion().total());
  }

  @Test
  void allFormsOfPredictionAgree() {
    Classifier model = trained();
    DataSet data = Examples.clouds(600, 2); // several blocks and a rest
    float[] features = new float[2 * 600];
    for (int i = 0; i < 600; i++) {
      data.copyFeatures(i, features, 2 * i);
    }
    float[] probabilities = new float[3 * 600];
    model.predictProbabilities(features, 600, probabilities);
    int[] labels = new int[600];
    model.predict(features, 600, labels);
    int right = 0;
    for (int i = 0; i < 600; i++) {
      float[] one = {features[2 * i], features[2 * i + 1]};
      float[] p = new float[3];
      model.predictProbabilities(one, p);
      assertEquals(1, p[0] + p[1] + p[2], 1e-6);
      for (int c = 0; c < 3; c++) {
        assertEquals(p[c], probabilities[3 * i + c], 1e-6);
      }
      assertEquals(labels[i], model.predict(one));
      List<Prediction> top = model.topK(one, 3);
      assertEquals(labels[i], top.get(0).label());
      assertEquals(p[labels[i]], top.get(0).probability());
      assertEquals(model.classNames().get(labels[i]), top.get(0).name());
      assertTrue(top.get(0).probability() >= top.get(1).probability());
      assertTrue(top.get(1).probability() >= top.get(2).probability());
      assertEquals(top.subList(0, 1), model.topK(one, 1));
      right += labels[i] == data.label(i) ? 1 : 0;
    }
    assertEquals(right / 600.0, model.evaluate(data).accuracy(), 1e-12);
  }

  @Test
  void predictAllSaysOfEachExampleWhatASinglePredictionDoes() {
    Classifier model = trained();
    DataSet data = Examples.clouds(600, 2); // two full chunks and a tail
    Predictions all = model.predictAll(data);
    float[] x = new float[2];
    float[] p = new float[3];
    for (int i = 0; i < 600; i++) {
      data.copyFeatures(i, x, 0);
      model.predictProbabilities(x, p);
      for (int c = 0; c < 3; c++) {
        assertEquals(p[c], all.probability(i, c), 1e-6f);
      }
      assertEquals(data.label(i), all.label(i));
    }
    assertEquals(model.classNames(), all.classNames());
    assertMessage(
        "predictAll: the classifier has 2 inputs and 3 classes, the data set 36 features and 2"
            + " classes",
        () -> model.predictAll(Examples.bars(10, 1)));
  }

  @Test
  void theLossOfAnEvaluationIsTheMeanCrossEntropy() {
    Classifier model = trained();
    DataSet data = Examples.clouds(300, 2); // a full chunk and a tail
    double sum = 0;
    float[] x = new float[2];
    float[] p = new float[3];
    for (int i = 0; i < 300; i++) {
      data.copyFeatures(i, x, 0);
      model.predictProbabilities(x, p);
      sum -= Math.log(p[data.label(i)]);
    }
    assertEquals(sum / 300, model.evaluate(data).loss(), 1e-5);
  }

  @Test
  void sixteenThreadsPredictAsOneDoes() throws Exception {
    Classifier model = trained();
    int n = 500;
    DataSet data = Examples.clouds(n, 3);
    float[][] expected = new float[n][3];
    float[][] inputs = new float[n][2];
    for (int i = 0; i < n; i++) {
      data.copyFeatures(i, inputs[i], 0);
      model.predictProbabilities(inputs[i], expected[i]);
    }
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < 16; t++) {
        int first = t * 31;
        running.add(
            threads.submit(
                () -> {
                  float[] p = new float[3];
                  for (int i = 0; i < n; i++) {
                    int example = (first + i) % n;
                    model.predictProbabilities(inputs[example], p);
                    assertArrayEquals(expected[example], p);
                    assertEquals(Argmax.of(p, 0, 3), model.predict(inputs[example]));
                  }
                }));
      }
      for (Future<?> run : running) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void callsThatFollowOneAnotherShareTheirBuffers() {
    Classifier model = trained();
    DataSet data = Examples.clouds(300, 2);
    float[] features = new float[2];
    float[] many = new float[2 * 300];
    model.predict(features);
    model.predict(many, 300, new int[300]);
    int before = backend.tensors();
    for (int i = 0; i < 20; i++) {
      model.predict(features);
      model.topK(features, 2);
      model.predictProbabilities(many, 300, new float[3 * 300]);
      model.evaluate(data);
    }
    assertEquals(before, backend.tensors());
  }

  @Test
  void theFirstTrainingSetsTheScalingAndTheNextKeepsIt() {
    Classifier model = Examples.small(backend).build();
    assertEquals(InputScaling.none(2), model.scaling());
    DataSet first = Examples.clouds(100, 1);
    model.fit(first, options.epochs(1));
    InputScaling scaling = model.scaling();
    assertEquals(InputScaling.standardizing(first), scaling);
    model.fit(Examples.clouds(100, 2), options.epochs(1));
    assertEquals(scaling, model.scaling());
  }

  @Test
  void aSavedModelPredictsTheSame(@TempDir Path folder) throws IOException {
    Classifier model = trained();
    Path file = folder.resolve("clouds.safetensors");
    model.provenance(model.provenance().withTestAccuracy(0.5));
    model.save(file);
    try (ReferenceBackend other = new ReferenceBackend()) {
      Classifier loaded = Classifier.load(file, other);
      assertEquals(model.classNames(), loaded.classNames());
      assertEquals(model.scaling(), loaded.scaling());
      assertEquals(model.provenance(), loaded.provenance());
      float[] features = {4, -2};
      float[] expected = new float[3];
      float[] found = new float[3];
      model.predictProbabilities(features, expected);
      loaded.predictProbabilities(features, found);
      assertArrayEquals(expected, found);
      // Trained further, it stays in the scale of its weights.
      loaded.fit(Examples.clouds(100, 9), options.epochs(1));
      assertEquals(model.scaling(), loaded.scaling());
      assertEquals(9, loaded.provenance().epochs());
      assertNull(loaded.provenance().testAccuracy());
    }
  }

  @Test
  void theFileSaysHowTheModelCameAbout() {
    Classifier model = Examples.small(backend).seed(77).build();
    DataSet data = Examples.clouds(100, 1);
    TrainingHistory history = model.fit(data, options.epochs(2).validation(0.2));
    Provenance provenance = model.provenance();
    assertEquals(77, provenance.seed());
    assertEquals("reference", provenance.backend());
    assertEquals("1", provenance.backendVersion());
    assertEquals(data.fingerprint(), provenance.dataSetFingerprint());
    assertEquals(2, provenance.epochs());
    assertEquals(history.last().validationAccuracy(), provenance.validationAccuracy());
    assertEquals(options.epochs(2).validation(0.2).shifts(0).toMap(), provenance.recipe());
  }

  @Test
  void refusesAFileWithAnotherNetwork(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("other.safetensors");
    new ModelFile(
            new ModelDescription(
                List.of(new LayerSpec.Dense(2, 3, Activation.IDENTITY)),
                InputScaling.none(2),
                List.of("a", "b", "c"),
                new ModelInput.Numbers(2),
                Provenance.UNKNOWN),
            Map.of("layers.0.weight", new float[6], "layers.0.bias", new float[3]))
        .write(file);
    assertEquals(
        file + ": classifier: expected layers that end in a softmax, found [dense 2->3 IDENTITY]",
        assertThrows(IOException.class, () -> Classifier.load(file, backend)).getMessage());
  }

  @Test
  void theSeedAloneDecidesTheWeights() {
    assertArrayEquals(probabilities(5), probabilities(5));
    assertNotEquals(probabilities(5)[0], probabilities(6)[0]);
  }

  private float[] probabilities(long seed) {
    float[] p = new float[3];
    Examples.small(backend).seed(seed).build().predictProbabilities(new float[] {1, 2}, p);
    return p;
  }

  @Test
  void imagesAreRecognisedWhereverTheyLie() {
    Classifier model =
        ThreeLayerClassifier.builder(backend).inputs(36).classes(2).hidden(16, 8).build();
    model.fit(Examples.bars(400, 1), options.epochs(12).learningRate(0.01));
    assertTrue(model.evaluate(Examples.bars(200, 2)).accuracy() > 0.97);
  }

  @Test
  void namesTheFirstFeatureThatIsNotFinite() {
    int inputs = 19; // blocks of eight and a rest
    Classifier model = ThreeLayerClassifier.builder(backend).inputs(inputs).classes(2).build();
    float[] target = {7, 7};
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int i = 0; i < inputs; i++) {
        float[] features = new float[inputs];
        Arrays.fill(features, i, inputs, bad);
        assertMessage(
            "predictProbabilities: feature " + i + " is " + bad + ", expected a finite number",
            () -> model.predictProbabilities(features, target));
      }
    }
    assertArrayEquals(new float[] {7, 7}, target);
    float[] largest = new float[inputs];
    Arrays.fill(largest, Float.MAX_VALUE); // finite, though their sum is not
    assertDoesNotThrow(() -> model.predictProbabilities(largest, target));
  }

  @Test
  void refusesWhatDoesNotFit() {
    Classifier.Builder builder = ThreeLayerClassifier.builder(backend);
    assertMessage("inputs: not set", builder::build);
    assertMessage("inputs: expected at least 1, found 0", () -> builder.inputs(0));
    assertMessage("classes: not set", () -> builder.inputs(4).build());
    assertMessage("classes: expected at least 2, found 1", () -> builder.classes(1));
    assertMessage("hidden: expected at least 1, found 0", () -> builder.hidden(3, 0));
    assertMessage(
        "classNames: expected different names, found [a, b, a]",
        () -> builder.classNames(List.of("a", "b", "a")));
    assertMessage(
        "classNames: expected 3 names, found 2",
        () -> builder.classes(3).classNames(List.of("a", "b")).build());

    Classifier model = Examples.small(backend).build();
    assertMessage(
        "predict: features: expected 1 x 2 values, found 3", () -> model.predict(new float[3]));
    assertMessage(
        "predict: feature 1 is NaN, expected a finite number",
        () -> model.predict(new float[] {0, Float.NaN}));
    assertMessage(
        "predictProbabilities: rows: expected at least 1, found 0",
        () -> model.predictProbabilities(new float[0], 0, new float[0]));
    assertMessage(
        "predictProbabilities: target: expected at least 2 x 3 elements, found 5",
        () -> model.predictProbabilities(new float[4], 2, new float[5]));
    assertThrows(IndexOutOfBoundsException.class, () -> model.predict(new float[4], 2, new int[1]));
    assertMessage("topK: k: expected 1 to 3, found 4", () -> model.topK(new float[2], 4));
    DataSet images =
        DataSet.ofImages(new ImageSize(1, 1), new byte[1], new int[1], List.of("a", "b"));
    assertMessage(
        "evaluate: the classifier has 2 inputs and 3 classes, the data set 1 features and 2"
            + " classes",
        () -> model.evaluate(images));
    assertMessage(
        "fit: the classifier has 2 inputs and 3 classes, the data set 1 features and 2 classes",
        () -> model.fit(images, options));
    assertEquals(InputScaling.none(2), model.scaling());
  }

  @Test
  void anyDepthTrainsAndIsKept() throws IOException {
    DataSet data = Examples.clouds(300, 1);
    for (int[] hidden : new int[][] {{}, {7}, {8, 7, 6, 5}}) {
      Classifier model =
          Classifier.builder(backend)
              .inputs(2)
              .classes(3)
              .hidden(hidden)
              .activation(Activation.TANH, Activation.RELU)
              .build();
      model.fit(data, options.epochs(10).learningRate(0.02));
      assertTrue(model.evaluate(Examples.clouds(200, 2)).accuracy() > 0.9, model.toString());
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      model.save(out);
      for (Classifier loaded :
          List.of(
              Classifier.load(out.toByteArray(), backend),
              Classifier.load(new ByteArrayInputStream(out.toByteArray()), backend))) {
        float[] expected = new float[3];
        float[] found = new float[3];
        model.predictProbabilities(new float[] {4, -2}, expected);
        loaded.predictProbabilities(new float[] {4, -2}, found);
        assertArrayEquals(expected, found);
        assertEquals(model.toString(), loaded.toString());
      }
    }
    assertEquals(
        "Classifier[4->6 tanh, 6->5 tanh, 5->2 linear, softmax, not trained]",
        Classifier.builder(backend)
            .inputs(4)
            .classes(2)
            .hidden(6, 5)
            .activation(Activation.TANH)
            .build()
            .toString());
  }

  @Test
  void aRunThatDivergesLeavesTheClassifierAsItWas() {
    Classifier model = Examples.small(backend).build();
    Map<String, float[]> before = model.network().read();
    assertThrows(
        TrainingDivergedException.class,
        () ->
            model.fit(
                Examples.clouds(200, 1),
                options.epochs(3).optimizer(new Sgd()).learningRate(1e38)));
    before.forEach(
        (name, values) -> assertArrayEquals(values, model.network().read().get(name), name));
    assertEquals(InputScaling.none(2), model.scaling());
    assertEquals(0, model.provenance().epochs());
    assertEquals(List.of("0", "1", "2"), model.classNames());
    assertEquals(new ModelInput.Numbers(2), model.input());
    model.fit(Examples.clouds(200, 1), options.epochs(1));
    assertEquals(List.of("red", "green", "blue"), model.classNames());
  }

  @Test
  void onlyOneTrainingRunsAtATime() {
    Classifier model = Examples.small(backend).build();
    DataSet data = Examples.clouds(50, 1);
    model.fit(
        data,
        options
            .epochs(1)
            .listener(
                epoch ->
                    assertMessage(
                        "fit: another training of this classifier is running",
                        () -> model.fit(data, options))));
    model.fit(data, options.epochs(1));
  }

  @Test
  void classesAreMatchedByName() {
    Classifier model = Examples.small(backend).build();
    model.fit(Examples.clouds(300, 1), options.epochs(10).learningRate(0.02));
    DataSet same = Examples.clouds(200, 2);
    DataSet turned = same.withClassNames(List.of("blue", "red", "green"));
    assertEquals(model.evaluate(same).accuracy(), model.evaluate(turned).accuracy());
    assertEquals(List.of("red", "green", "blue"), model.predictAll(turned).classNames());
    model.fit(turned, options.epochs(2).learningRate(0.001));
    assertTrue(model.evaluate(same).accuracy() > 0.9);
    DataSet strange =
        DataSet.ofFeatures(2, new float[2], new int[1], List.of("violet", "green", "blue"));
    assertMessage(
        "evaluate: class \"violet\" of example 0: expected one of [red, green, blue]",
        () -> model.evaluate(strange));
  }

  @Test
  void whatOverflowsIsNoPrediction() {
    Classifier model = Examples.small(backend).build();
    Map<String, float[]> values = model.network().read();
    values.put("layers.1.weight", filled(48, 3e38f));
    values.put("layers.2.weight", filled(18, -3e38f));
    model.network().write(values);
    String what =
        ": the network's output is not finite: its features or the weights are too large for"
            + " float32";
    float[] rows = {1, 2, 3, 4};
    assertMessage("row 0" + what, () -> model.predict(rows, 2, new int[2]));
    assertMessage("row 0" + what, () -> model.predict(new float[] {1, 2}));
    assertMessage("row 0" + what, () -> model.predictProbabilities(rows, 2, new float[6]));
    assertMessage("row 0" + what, () -> model.evaluate(Examples.clouds(10, 1)));
    assertMessage("row 0" + what, () -> model.predictAll(Examples.clouds(10, 1)));
  }

  private static float[] filled(int length, float value) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    return values;
  }

  @Test
  void namesThatNoFileHoldsAreRefusedBeforeTheTraining() {
    DataSet data =
        DataSet.ofFeatures(2, new float[8], new int[] {0, 1, 0, 1}, List.of("a", "b\u00ad"));
    Classifier model =
        ThreeLayerClassifier.builder(backend).inputs(2).classes(2).hidden(3, 2).build();
    assertMessage(
        "model: class name: expected no control characters, found \"b\\u00ad\"",
        () -> model.fit(data, options));
  }

  @Test
  void aClosedSessionIsNamed() {
    Classifier model = Examples.small(backend).build();
    backend.close();
    String message =
        assertThrows(IllegalStateException.class, () -> model.predict(new float[2])).getMessage();
    assertTrue(message.endsWith("the session on reference is closed"), message);
    assertFalse(message.isEmpty());
  }
}
