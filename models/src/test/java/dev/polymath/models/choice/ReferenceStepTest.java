package dev.polymath.models.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.data.DataSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The reference of a training step")
class ReferenceStepTest {

  private static List<Integer> layers(String text) {
    return Stream.of(text.split("-")).map(Integer::valueOf).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "3-2, 1",
    "1-1-2, 7",
    "5-4-3, 2",
    "17-9-33-5-3, 31",
    "784-128-50-10, 64",
    "20-300-300-300-300-1000, 100"
  })
  @DisplayName("agrees with the backends, whatever the shape")
  void agrees(String layers, int batch) {
    Workload work = new Workload(layers(layers), batch, 2);
    for (String backend : List.of("arrays", "arrays-vector")) {
      try (TimedStep step = TimedStep.open(backend, work)) {
        assertEquals(batch, step.checkedRows());
        assertEquals(backend, step.info().name());
        assertTrue(step.run(0) > 0);
      }
    }
  }

  /** The loss of the data under parameters in double, by the textbook. */
  private static double loss(Workload work, DataSet data, List<double[]> parameters) {
    double sum = 0;
    for (int row = 0; row < data.size(); row++) {
      float[] features = new float[work.inputs()];
      data.gather(new int[] {row}, 0, 1, features);
      double[] x = new double[features.length];
      for (int i = 0; i < x.length; i++) {
        x[i] = features[i];
      }
      int last = work.specs().size() - 1;
      for (int layer = 0; layer <= last; layer++) {
        double[] y = parameters.get(2 * layer + 1).clone();
        for (int i = 0; i < x.length; i++) {
          for (int j = 0; j < y.length; j++) {
            y[j] += x[i] * parameters.get(2 * layer)[i * y.length + j];
          }
        }
        for (int j = 0; j < y.length && layer < last; j++) {
          y[j] = layer == 0 ? 1 / (1 + Math.exp(-y[j])) : Math.max(0, y[j]);
        }
        x = y;
      }
      double exponentials = 0;
      for (double logit : x) {
        exponentials += Math.exp(logit);
      }
      sum += Math.log(exponentials) - x[data.label(row)];
    }
    return sum / data.size();
  }

  @Test
  @DisplayName("has the gradient that central differences give")
  void centralDifferences() {
    Workload work = new Workload(List.of(4, 3, 6, 3), 5, 1);
    ReferenceStep reference = ReferenceStep.of(work);
    List<double[]> parameters = new ArrayList<>();
    for (float[] values : reference.parameters()) {
      double[] copy = new double[values.length];
      for (int i = 0; i < copy.length; i++) {
        copy[i] = values[i];
      }
      parameters.add(copy);
    }
    double h = 1e-5;
    List<float[]> updated = new ArrayList<>();
    for (double[] values : parameters) {
      float[] after = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        double value = values[i];
        values[i] = value + h;
        double above = loss(work, reference.data(), parameters);
        values[i] = value - h;
        double below = loss(work, reference.data(), parameters);
        values[i] = value;
        after[i] = (float) (value - (above - below) / (2 * h));
      }
      updated.add(after);
    }
    double loss = loss(work, reference.data(), parameters);
    reference.check(loss, updated, i -> "parameter " + i);

    assertThrows(
        IllegalStateException.class, () -> reference.check(loss * 1.001, updated, i -> ""));
    assertThrows(IllegalStateException.class, () -> reference.check(Double.NaN, updated, i -> ""));
    for (int i = 0; i < updated.size(); i++) {
      float right = updated.get(i)[1];
      for (float wrong : new float[] {right + 0.001f, Float.NaN}) {
        updated.get(i)[1] = wrong;
        String message =
            assertThrows(
                    IllegalStateException.class,
                    () -> reference.check(loss, updated, n -> "parameter " + n))
                .getMessage();
        assertTrue(
            message.startsWith("wrong result: element 1 of parameter " + i + " is " + wrong),
            message);
      }
      updated.get(i)[1] = right;
    }
  }

  @Test
  @DisplayName("computes fewer rows of a large network")
  void large() {
    Workload work = new Workload(List.of(4000, 4000, 4000, 10), 512, 1);
    int rows = ReferenceStep.of(work).rows();
    assertTrue(rows > 1 && rows < 100, rows + " rows");
  }
}
