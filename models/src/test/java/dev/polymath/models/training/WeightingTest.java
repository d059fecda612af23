package dev.polymath.models.training;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.Classifier;
import dev.polymath.models.Examples;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Weights of classes and examples")
class WeightingTest {

  private final ReferenceBackend backend = new ReferenceBackend();
  private final DataSet data = Examples.clouds(20, 3);

  /** All examples in one batch: the order does not matter. */
  private final TrainingOptions whole =
      TrainingOptions.defaults()
          .epochs(3)
          .batch(1000)
          .standardize(false)
          .optimizer(new Sgd())
          .learningRate(0.1)
          .schedule(Schedule.constant());

  private Map<String, float[]> train(DataSet examples, TrainingOptions options) {
    Network network =
        Network.builder(backend, 2).dense(5, Activation.TANH).dense(3, Activation.IDENTITY).build();
    network.initialize(Initialization.DEFAULT, 4);
    try (Trainer trainer = new Trainer(network, examples, options)) {
      trainer.run();
    }
    return network.read();
  }

  private static void assertClose(Map<String, float[]> expected, Map<String, float[]> found) {
    expected.forEach((name, values) -> assertArrayEquals(values, found.get(name), 2e-6f, name));
  }

  /** Every example as often as {@code times} says. */
  private DataSet repeated(int[] times) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < times.length; i++) {
      for (int j = 0; j < times[i]; j++) {
        all.add(i);
      }
    }
    return data.subset(all.stream().mapToInt(i -> i).toArray());
  }

  @Test
  @DisplayName("train as examples that are there so often do")
  void repeats() {
    int[] byClass = IntStream.range(0, 20).map(i -> List.of(1, 3, 2).get(data.label(i))).toArray();
    assertClose(
        train(repeated(byClass), whole),
        train(data, whole.classWeights(Map.of("green", 3.0, "blue", 2.0))));
    int[] each = IntStream.range(0, 20).map(i -> 1 + i % 4).toArray();
    float[] weights = new float[20];
    for (int i = 0; i < 20; i++) {
      weights[i] = each[i];
    }
    assertClose(train(repeated(each), whole), train(data.withWeights(weights), whole));
    int[] both = IntStream.range(0, 20).map(i -> each[i] * byClass[i]).toArray();
    assertClose(
        train(repeated(both), whole),
        train(data.withWeights(weights), whole.classWeights(Map.of("green", 3.0, "blue", 2.0))));
  }

  @Test
  @DisplayName("are relative to each other: a common factor changes nothing")
  void relative() {
    Map<String, float[]> plain = train(data, whole);
    float[] sevens = new float[20];
    Arrays.fill(sevens, 7);
    assertClose(plain, train(data.withWeights(sevens), whole));
    assertClose(
        plain, train(data, whole.classWeights(Map.of("red", 7.0, "green", 7.0, "blue", 7.0))));
  }

  @Test
  @DisplayName("balanced make all classes count alike, one without examples left out")
  void balanced() {
    DataSet uneven =
        repeated(IntStream.range(0, 20).map(i -> data.label(i) == 0 ? 4 : 1).toArray());
    int[] counts = new int[3];
    for (int i = 0; i < uneven.size(); i++) {
      counts[uneven.label(i)]++;
    }
    Map<String, Double> inverse =
        Map.of("red", 1.0 / counts[0], "green", 1.0 / counts[1], "blue", 1.0 / counts[2]);
    assertClose(
        train(uneven, whole.classWeights(inverse)), train(uneven, whole.balancedClasses(true)));
    DataSet two = data.subset(IntStream.range(0, 20).filter(i -> data.label(i) != 2).toArray());
    train(two, whole.balancedClasses(true));
  }

  @Test
  @DisplayName("count in the validation loss, not in the accuracy")
  void validation() {
    List<TrainingHistory.Epoch> plain = new ArrayList<>();
    List<TrainingHistory.Epoch> weighted = new ArrayList<>();
    TrainingOptions still = whole.learningRate(1e-30).epochs(1).validation(0.3);
    train(data, still.listener(plain::add));
    train(data, still.classWeights(Map.of("red", 9.0)).listener(weighted::add));
    assertEquals(plain.get(0).validationAccuracy(), weighted.get(0).validationAccuracy());
    assertEquals(plain.get(0).trainAccuracy(), weighted.get(0).trainAccuracy());
    assertNotEquals(plain.get(0).validationLoss(), weighted.get(0).validationLoss());
  }

  @Test
  @DisplayName("find a rare class that a training without them leaves out")
  void rare() {
    // Two clouds that overlap, one of them rare.
    dev.polymath.models.internal.Randomness random = new dev.polymath.models.internal.Randomness(8);
    float[] values = new float[600];
    int[] labels = new int[600];
    for (int i = 0; i < 600; i++) {
      labels[i] = i % 12 == 0 ? 1 : 0;
      values[i] = (float) (random.gaussian() + 1.5 * labels[i]);
    }
    DataSet rare = DataSet.ofFeatures(1, values, labels, List.of("many", "few"));
    TrainingOptions options = TrainingOptions.defaults().epochs(20);
    double[] recalls = new double[2];
    for (int i = 0; i < 2; i++) {
      Classifier model = Classifier.builder(backend).inputs(1).hidden(6).classes(2).build();
      model.fit(rare, options.balancedClasses(i == 1));
      recalls[i] = model.evaluate(rare).confusion().recall(1);
    }
    assertTrue(recalls[0] < 0.4 && recalls[1] > 0.6, Arrays.toString(recalls));
  }

  @Test
  @DisplayName("stay with their examples")
  void subsets() {
    float[] weights = new float[20];
    for (int i = 0; i < 20; i++) {
      weights[i] = i + 1;
    }
    DataSet weighted = data.withWeights(weights);
    assertEquals(1, data.weight(3));
    assertEquals(4, weighted.weight(3));
    assertEquals(8, weighted.subset(2, 7).weight(1));
    List<String> other = List.of("blue", "red", "green");
    assertEquals(8, weighted.withClassNames(other).weight(7));
    assertNotEquals(data.fingerprint(), weighted.fingerprint());
    assertEquals(data.fingerprint(), Examples.clouds(20, 3).fingerprint());
  }

  @Test
  @DisplayName("are kept in the recipe where there are some")
  void recipe() {
    assertEquals("balanced", whole.balancedClasses(true).toMap().get("classWeights"));
    assertEquals("{red=2.0}", whole.classWeights(Map.of("red", 2.0)).toMap().get("classWeights"));
    assertEquals(null, whole.toMap().get("classWeights"));
    TrainingOptions last = whole.balancedClasses(true).classWeights(Map.of("red", 2.0));
    assertEquals(false, last.balancedClasses());
    assertEquals(Map.of(), last.balancedClasses(true).classWeights());
  }

  @Test
  @DisplayName("that are all 1 are none, and any loss goes without")
  void none() {
    TrainingOptions squared = whole.loss(LossFunction.SQUARED_ERROR);
    float[] ones = new float[20];
    Arrays.fill(ones, 1);
    Map<String, float[]> plain = train(data, squared);
    train(data.withWeights(ones), squared)
        .forEach((name, values) -> assertArrayEquals(plain.get(name), values));
  }

  @Test
  @DisplayName("are refused where they mean nothing")
  void refused() {
    assertMessage(
        "classWeights: expected one of the classes [red, green, blue], found \"pink\"",
        () -> train(data, whole.classWeights(Map.of("pink", 2.0))));
    assertMessage(
        "classWeights: red: expected above 0, found 0.0",
        () -> whole.classWeights(Map.of("red", 0.0)));
    TrainingOptions squared = whole.loss(LossFunction.SQUARED_ERROR);
    assertMessage(
        "classWeights: expected the loss CROSS_ENTROPY, found SQUARED_ERROR",
        () -> train(data, squared.balancedClasses(true)));
    float[] weights = new float[20];
    Arrays.fill(weights, 2);
    assertMessage(
        "withWeights: expected the loss CROSS_ENTROPY, found SQUARED_ERROR",
        () -> train(data.withWeights(weights), squared));
    assertMessage(
        "withWeights: expected a weight for each of 20 examples, found 1",
        () -> data.withWeights(1));
    weights[5] = 0;
    assertMessage(
        "withWeights: example 5: expected a weight above 0, found 0.0",
        () -> data.withWeights(weights));
    DataSet numbers = DataSet.ofTargets(1, new float[3], new double[3], List.of("y"));
    assertEquals(2, numbers.withWeights(1, 2, 3).weight(1));
    assertMessage(
        "classWeights: expected classes, found numeric targets [y]",
        () ->
            new Trainer(
                Network.builder(backend, 1).dense(1, Activation.IDENTITY).build(),
                numbers,
                TrainingOptions.defaults().balancedClasses(true)));
  }
}
