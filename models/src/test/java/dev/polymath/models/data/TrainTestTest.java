package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.internal.Randomness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A data set cut in two")
class TrainTestTest {

  /** Classes of these sizes, their examples mixed; feature 0 is the example's number. */
  private static DataSet classes(int... sizes) {
    int[] labels =
        IntStream.range(0, sizes.length)
            .flatMap(c -> IntStream.range(0, sizes[c]).map(i -> c))
            .toArray();
    new Randomness(3).shuffle(labels);
    float[] values = new float[labels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    List<String> names = IntStream.range(0, sizes.length).mapToObj(Integer::toString).toList();
    return DataSet.ofFeatures(1, values, labels, names);
  }

  private static int[] sizes(DataSet data) {
    int[] sizes = new int[data.classes()];
    IntStream.range(0, data.size()).forEach(i -> sizes[data.label(i)]++);
    return sizes;
  }

  private static void assertSizes(DataSet data, double part, int... test) {
    TrainTest parts = TrainTest.split(data, part, 1);
    assertEquals(Arrays.toString(test), Arrays.toString(sizes(parts.test())));
    int[] all = sizes(data);
    Arrays.setAll(all, c -> all[c] - test[c]);
    assertEquals(Arrays.toString(all), Arrays.toString(sizes(parts.train())));
  }

  @Test
  @DisplayName("keeps its share of each class apart, and one of each class to fit on")
  void shares() {
    assertSizes(classes(100, 50, 10), 0.2, 20, 10, 2);
    assertSizes(classes(2, 2, 2, 2, 2), 0.2, 1, 1, 0, 0, 0);
    assertSizes(classes(1, 4, 1), 0.2, 0, 1, 0);
    assertSizes(classes(1, 2), 0.01, 0, 1);
    assertSizes(classes(3, 3), 0.99, 2, 2);
    assertSizes(classes(7), 0.5, 4);
  }

  @Test
  @DisplayName("has every example once, in its order, and the same ones for the same seed")
  void parts() {
    DataSet data = classes(30, 20);
    TrainTest parts = TrainTest.split(data, 0.3, 7);
    List<Float> seen = new ArrayList<>();
    for (DataSet part : List.of(parts.train(), parts.test())) {
      float[] value = new float[1];
      float last = -1;
      for (int i = 0; i < part.size(); i++) {
        part.copyFeatures(i, value, 0);
        assertTrue(value[0] > last, "order");
        assertEquals(data.label((int) value[0]), part.label(i));
        last = value[0];
        seen.add(last);
      }
    }
    assertEquals(
        IntStream.range(0, 50).mapToObj(i -> (float) i).toList(), seen.stream().sorted().toList());
    String test = parts.test().fingerprint();
    assertEquals(test, TrainTest.split(data, 0.3, 7).test().fingerprint());
    assertNotEquals(test, TrainTest.split(data, 0.3, 8).test().fingerprint());
  }

  @Test
  @DisplayName("is refused where no class has an example to spare, or the part is out of range")
  void refused() {
    assertMessage(
        "split: expected a class of at least 2 examples, found 3 examples of as many classes",
        classes(1, 1, 1),
        0.2);
    for (double part : new double[] {0, 1, -1, Double.NaN}) {
      assertMessage(
          "split: test fraction: expected between 0 and 1, found " + part, classes(9), part);
    }
  }

  private static void assertMessage(String message, DataSet data, double part) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> TrainTest.split(data, part, 1));
    assertEquals(message, e.getMessage());
  }
}
