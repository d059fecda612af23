package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.models.Classifier;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.data.Mnist;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.Trainer;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The three-layer classifier on real backends. */
class TrainingTest {

  private static TrainTest digits;

  @BeforeAll
  static void draw() {
    digits = Digits.generate(1);
  }

  static List<String> available() {
    return TestBackends.available();
  }

  private static Classifier classifier(Backend backend) {
    return ThreeLayerClassifier.builder(backend).inputs(784).classes(10).seed(1).build();
  }

  private static DataSet first(DataSet data, int examples) {
    int[] numbers = new int[examples];
    Arrays.setAll(numbers, i -> i);
    return data.subset(numbers);
  }

  private static float[] weights(Network network) {
    float[] all = new float[(int) network.parameterCount()];
    int at = 0;
    for (Parameter p : network.parameters()) {
      p.value().read(all, at);
      at += p.value().rows() * p.value().cols();
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrays", "arrays-vector"})
  void anyNumberOfThreadsGivesTheSameBits(String name) {
    // 2,010 examples: the tail batch has 26 rows.
    DataSet data = first(digits.train(), 2010);
    float[] expected = null;
    for (int threads : new int[] {1, 2, 4}) {
      try (Backend backend = TestBackends.open(name, threads)) {
        Classifier model = classifier(backend);
        model.fit(data, TrainingOptions.defaults().epochs(2));
        float[] found = weights(model.network());
        if (expected == null) {
          expected = found;
        }
        assertArrayEquals(expected, found, threads + " threads");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("available")
  void everyBackendTrainsAlongTheSameCurve(String name) {
    List<Double> expected = losses("arrays");
    List<Double> found = losses(name);
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), found.get(i), 1e-3 * expected.get(i), "step " + (i + 1));
    }
    assertTrue(found.get(found.size() - 1) < 0.7 * found.get(0), found::toString);
  }

  private static List<Double> losses(String name) {
    try (Backend backend = TestBackends.open(name, 1)) {
      Network network = classifier(backend).network();
      TrainingOptions options =
          TrainingOptions.defaults().optimizer(new Sgd(0.9, true, 1e-4)).learningRate(0.1);
      Trainer trainer = new Trainer(network, digits.train(), options.epochs(1));
      List<Double> losses = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        losses.add(trainer.step());
      }
      return losses;
    }
  }

  @ParameterizedTest
  @MethodSource("available")
  void aModelSavedOnOneBackendPredictsTheSameOnAnother(String name, @TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("model.safetensors");
    int n = 100;
    float[] features = new float[784 * n];
    for (int i = 0; i < n; i++) {
      digits.test().copyFeatures(i, features, 784 * i);
    }
    float[] expected = new float[10 * n];
    try (Backend backend = TestBackends.open(name, 1)) {
      Classifier model = classifier(backend);
      model.fit(first(digits.train(), 1000), TrainingOptions.defaults().epochs(1));
      model.predictProbabilities(features, n, expected);
      model.save(file);
    }
    for (String other : TestBackends.available()) {
      try (Backend backend = TestBackends.open(other, 1)) {
        Classifier model = Classifier.load(file, backend);
        float[] found = new float[10 * n];
        model.predictProbabilities(features, n, found);
        assertArrayEquals(expected, found, 1e-5f, name + " to " + other);
        assertEquals(name, model.provenance().backend());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("available")
  void sixteenThreadsPredictAsOneDoes(String name) throws Exception {
    int n = 64;
    float[][] inputs = new float[n][784];
    float[][] expected = new float[n][10];
    try (Backend backend = TestBackends.open(name, 2)) {
      Classifier model = classifier(backend);
      for (int i = 0; i < n; i++) {
        digits.test().copyFeatures(i, inputs[i], 0);
        model.predictProbabilities(inputs[i], expected[i]);
      }
      ExecutorService threads = Executors.newFixedThreadPool(16);
      try {
        List<Future<?>> running = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
          int start = t * 7;
          running.add(
              threads.submit(
                  () -> {
                    float[] p = new float[10];
                    for (int i = 0; i < 4 * n; i++) {
                      int example = (start + i) % n;
                      model.predictProbabilities(inputs[example], p);
                      assertArrayEquals(expected[example], p);
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
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theDefaultRecipeLearnsTheDrawnDigits(long generatorSeed) {
    TrainTest drawn = generatorSeed == 1 ? digits : Digits.generate(generatorSeed);
    try (Backend backend = TestBackends.open("arrays-vector", 2)) {
      Classifier model = classifier(backend);
      model.fit(drawn.train(), TrainingOptions.defaults());
      double accuracy = model.evaluate(drawn.test()).accuracy();
      assertTrue(accuracy >= 0.95 && accuracy <= 0.995, "accuracy " + accuracy);
    }
  }

  @Test
  void oneEpochLearnsMnist() throws IOException {
    String folder = System.getenv("POLYMATH_MNIST");
    Assumptions.assumeTrue(
        folder != null, "skipped: POLYMATH_MNIST does not name the folder of the MNIST files");
    TrainTest mnist = Mnist.load(Path.of(folder));
    try (Backend backend = TestBackends.open("arrays-vector", 2)) {
      Classifier model = classifier(backend);
      model.fit(mnist.train(), TrainingOptions.defaults().epochs(1));
      double accuracy = model.evaluate(mnist.test()).accuracy();
      assertTrue(accuracy > 0.95, "accuracy " + accuracy);
    }
  }
}
