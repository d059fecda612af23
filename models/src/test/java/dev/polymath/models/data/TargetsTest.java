package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TargetsTest {

  private final DataSet two =
      DataSet.ofTargets(
          1, new float[] {1, 2, 3}, new double[] {10, 0.1, 20, 0.2, 30, 1e300}, List.of("a", "b"));

  private static DataSet line(int n) {
    float[] x = new float[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = i;
      y[i] = i;
    }
    return DataSet.ofTargets(1, x, y, List.of("y"));
  }

  private static void refused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  private static void wrongTask(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalStateException.class, call).getMessage());
  }

  @Test
  void keepsTargetsAsDoubles() {
    assertEquals(Task.REGRESSION, two.task());
    assertEquals(3, two.size());
    assertEquals(2, two.outputs());
    assertEquals(List.of("a", "b"), two.outputNames());
    assertEquals(List.of("a", "b"), two.targetNames());
    assertEquals(0.2, two.target(1, 1));
    assertEquals(1e300, two.target(2, 1));
    assertEquals("3 examples of 1 features, 2 targets [a, b]", two.toString());
    assertEquals("2 examples of 1 features, target [y]", line(2).toString());
    assertThrows(IndexOutOfBoundsException.class, () -> two.target(0, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> two.target(3, 0));
  }

  @Test
  void copiesWhatItIsGiven() {
    double[] y = {1};
    DataSet data = DataSet.ofTargets(1, new float[1], y, List.of("y"));
    y[0] = 2;
    assertEquals(1, data.target(0, 0));
  }

  @Test
  void hasNoClasses() {
    String found = ": expected examples with classes, found 2 targets [a, b]";
    wrongTask("label" + found, () -> two.label(0));
    wrongTask("classes" + found, two::classes);
    wrongTask("classNames" + found, two::classNames);
    wrongTask("withClassNames" + found, () -> two.withClassNames(List.of("x")));
  }

  @Test
  void classesHaveNoTargets() {
    DataSet classes = DataSet.ofFeatures(1, new float[1], new int[1], List.of("x", "y"));
    assertEquals(Task.CLASSIFICATION, classes.task());
    assertEquals(2, classes.outputs());
    assertEquals(List.of("x", "y"), classes.outputNames());
    String found = ": expected examples with numeric targets or labels, found 2 classes [x, y]";
    wrongTask("target" + found, () -> classes.target(0, 0));
    wrongTask("targetNames" + found, classes::targetNames);
    wrongTask("withTargetNames" + found, () -> classes.withTargetNames(List.of("x")));
  }

  @Test
  void refusesWhatDoesNotFit() {
    refused(
        "data set: target \"y\" of example 1 is NaN, expected a finite number",
        () -> DataSet.ofTargets(1, new float[2], new double[] {1, Double.NaN}, List.of("y")));
    refused(
        "data set: expected 2 targets for each example, found 3 values",
        () -> DataSet.ofTargets(1, new float[2], new double[3], List.of("y", "z")));
    refused(
        "target names: expected different ones, found [y, y]",
        () -> DataSet.ofTargets(1, new float[2], new double[2], List.of("y", "y")));
    refused(
        "data set: expected at least one example and one target, found 0 values and 1 target names",
        () -> DataSet.ofTargets(1, new float[0], new double[0], List.of("y")));
    refused(
        "data set: 2 examples and 1 features take 2 values, found 3",
        () -> DataSet.ofTargets(1, new float[3], new double[2], List.of("y")));
  }

  @Test
  void subsetsAndNamesTakeTheirTargetsAlong() {
    DataSet subset = two.subset(2, 0);
    assertEquals(30, subset.target(0, 0));
    assertEquals(0.1, subset.target(1, 1));
    DataSet turned = two.withTargetNames(List.of("b", "a"));
    assertEquals(0.2, turned.target(1, 0));
    assertEquals(20, turned.target(1, 1));
    DataSet one = two.withTargetNames(List.of("b"));
    assertEquals(1, one.outputs());
    assertEquals(1e300, one.target(2, 0));
    refused(
        "target \"c\": expected among the data's targets [a, b]",
        () -> two.withTargetNames(List.of("c")));
    assertEquals(3, two.withTargets(new double[] {1, 2, 3}, List.of("n")).target(2, 0));
    refused(
        "withTargets: expected targets for 3 examples, found 2",
        () -> two.withTargets(new double[2], List.of("n")));
  }

  @Test
  void aSplitHoldsOutOfEveryRangeOfTheTarget() {
    TrainTest parts = line(1000).split(0.2, 7);
    assertEquals(200, parts.test().size());
    for (int tenth = 0; tenth < 10; tenth++) {
      int from = tenth * 100;
      assertEquals(
          20,
          IntStream.range(0, 200)
              .mapToDouble(i -> parts.test().target(i, 0))
              .filter(y -> y >= from && y < from + 100)
              .count());
    }
    String held = parts.test().fingerprint();
    assertEquals(held, line(1000).split(0.2, 7).test().fingerprint());
    assertNotEquals(held, TrainTest.split(line(1000), 0.2, 7).test().fingerprint());
  }

  @Test
  void aSplitOfFewExamplesLeavesNoPartEmpty() {
    assertEquals(1, line(2).split(0.5, 1).test().size());
    assertEquals(2, line(3).split(0.2, 1).train().size());
    assertEquals(
        "split: a fraction of 0.5 of 1 examples leaves one part empty",
        assertThrows(IllegalArgumentException.class, () -> line(1).split(0.5, 1)).getMessage());
  }

  @Test
  void theFingerprintTellsTargetsAndTasksApart() {
    DataSet labels = DataSet.ofFeatures(1, new float[] {0, 1}, new int[] {0, 1}, List.of("0", "1"));
    String known = line(2).fingerprint();
    assertNotEquals(labels.fingerprint(), known);
    assertNotEquals(
        known, line(2).withTargets(new double[] {0, 1.0000000001}, List.of("y")).fingerprint());
    assertEquals(known, line(2).withTargets(new double[] {0, 1}, List.of("o")).fingerprint());
  }

  @Test
  void bothPartsHaveTheSameTargets() {
    DataSet labels = DataSet.ofFeatures(1, new float[1], new int[1], List.of("y"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> new TrainTest(line(1), labels))
            .getMessage()
            .startsWith("data sets differ"));
  }
}
