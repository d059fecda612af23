package dev.polymath.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@DisplayName("A training on data that arrive one by one")
class PartialFitTest {

  private final ReferenceBackend real = new ReferenceBackend();
  private final LiveTensors tensors = new LiveTensors(real);
  private final DataSet data = Examples.clouds(90, 7);
  private final TrainingOptions options =
      TrainingOptions.defaults().batch(16).learningRate(0.01).dropout(0.1).averaging(0.5);

  private Classifier classifier() {
    return Classifier.builder(tensors.backend()).inputs(2).hidden(8).classes(3).build();
  }

  private static DataSet part(DataSet data, int from, int to) {
    return data.subset(IntStream.range(from, to).toArray());
  }

  private static void assertSame(Classifier expected, Classifier found) {
    Map<String, float[]> other = found.network().read();
    expected
        .network()
        .read()
        .forEach((name, values) -> assertArrayEquals(values, other.get(name), name));
  }

  @Test
  @DisplayName("on the same data again and again is a fit of as many epochs at a constant rate")
  void likeAFit() {
    Classifier whole = classifier();
    whole.fit(data, options.epochs(3).schedule(Schedule.constant()));
    Classifier parts = classifier();
    try (Model.PartialFit training = parts.partialFit(data, options)) {
      for (int i = 0; i < 3; i++) {
        training.fit(data);
      }
      assertEquals(18, training.steps());
    }
    assertSame(whole, parts);
    assertEquals(whole.scaling(), parts.scaling());
  }

  @Test
  @DisplayName("learns from pieces of any size, between which the model predicts and is saved")
  void pieces() {
    Classifier model = classifier();
    DataSet schema = part(data, 0, 40);
    double first;
    double last = 0;
    try (Model.PartialFit training = model.partialFit(schema, options)) {
      first = training.fit(part(data, 0, 5));
      for (int round = 0; round < 12; round++) {
        training.fit(part(data, 5, 6));
        last = training.fit(part(data, 6, 39));
        training.fit(part(data, 39, 90));
        Classifier saved = Classifier.of(model.snapshot(), real);
        assertEquals(model.evaluate(data).accuracy(), saved.evaluate(data).accuracy());
      }
    }
    assertTrue(last < first / 2, first + " became " + last);
    assertTrue(model.evaluate(data).accuracy() > 0.95);
    assertEquals(InputScaling.standardizing(schema), model.scaling());
    assertEquals(List.of("red", "green", "blue"), model.classNames());
    assertEquals(1, model.provenance().epochs());
    assertEquals(Integer.toString(5 + 12 * 85), model.provenance().recipe().get("examples"));
    assertEquals("1", model.provenance().recipe().get("epochs"));
  }

  @Test
  @DisplayName("matches classes by name, and leaves the model as it was where they don't fit")
  void names() {
    Classifier model = classifier();
    try (Model.PartialFit training = model.partialFit(data, options)) {
      training.fit(part(data, 0, 20).withClassNames(List.of("blue", "red", "green")));
      Map<String, float[]> before = model.network().read();
      DataSet pink = DataSet.ofFeatures(2, new float[2], new int[1], List.of("pink"));
      assertMessage(
          "partialFit: class \"pink\" of example 0: expected one of [red, green, blue]",
          IllegalArgumentException.class,
          () -> training.fit(pink));
      model.network().read().forEach((n, v) -> assertArrayEquals(before.get(n), v));
      training.fit(data);
    }
  }

  @Test
  @DisplayName("gives its tensors back, and holds off other trainings until then")
  void closed() {
    Classifier model = classifier();
    Model.PartialFit training = model.partialFit(data, options);
    assertTrue(tensors.count() > 0);
    assertThrows(IllegalStateException.class, () -> model.fit(data, options));
    assertThrows(IllegalStateException.class, () -> model.partialFit(data, options));
    training.close();
    training.close();
    assertEquals(0, tensors.count());
    assertMessage(
        "partialFit: it is closed, or has diverged",
        IllegalStateException.class,
        () -> training.fit(data));
    model.fit(data, options.epochs(1));
    assertEquals(0, tensors.count());
  }

  @Test
  @DisplayName("that diverges leaves the model as before the last data")
  void diverged() {
    Classifier model = classifier();
    TrainingOptions steep = options.dropout(0).averaging(0).optimizer(new Sgd()).learningRate(1e30);
    Map<String, float[]> before = model.network().read();
    try (Model.PartialFit training = model.partialFit(data, steep)) {
      assertThrows(TrainingDivergedException.class, () -> training.fit(data));
      model.network().read().forEach((n, v) -> assertArrayEquals(before.get(n), v));
      assertThrows(IllegalStateException.class, () -> training.fit(data));
    }
    assertEquals(0, model.provenance().epochs());
  }

  @Test
  @DisplayName("refuses validation, and data of another shape")
  void refused() {
    Classifier model = classifier();
    String message =
        "partialFit: expected options without validation: data that arrive are all trained on";
    for (TrainingOptions wrong :
        List.of(
            options.validation(0.1),
            options.patience(3),
            options.schedule(Schedule.plateau(1, 0.5)))) {
      assertMessage(message, IllegalArgumentException.class, () -> model.partialFit(data, wrong));
    }
    assertEquals(0, tensors.count());
    DataSet wide = DataSet.ofFeatures(3, new float[3], new int[1], List.of("red", "green", "blue"));
    assertThrows(IllegalArgumentException.class, () -> model.partialFit(wide, options));
    try (Model.PartialFit training = model.partialFit(data, options)) {
      assertThrows(IllegalArgumentException.class, () -> training.fit(wide));
    }
  }

  @Test
  @DisplayName("works for numbers too")
  void regression() {
    float[] values = new float[100];
    double[] targets = new double[100];
    Arrays.setAll(targets, i -> 3 * (values[i] = i / 50f - 1) + 40);
    DataSet line = DataSet.ofTargets(1, values, targets, List.of("y"));
    Regressor model = Regressor.builder(real).inputs(1).hidden(8).outputs(1).build();
    try (Model.PartialFit training =
        model.partialFit(line, TrainingOptions.defaults().learningRate(0.02))) {
      for (int i = 0; i < 60; i++) {
        training.fit(line);
      }
    }
    assertFalse(model.evaluate(line).toString().isEmpty());
    double[] found = new double[1];
    model.predict(new float[] {0.5f}, 1, found);
    assertEquals(41.5, found[0], 0.5);
  }

  private static void assertMessage(
      String message, Class<? extends Exception> kind, Executable call) {
    assertEquals(message, assertThrows(kind, call).getMessage());
  }
}
