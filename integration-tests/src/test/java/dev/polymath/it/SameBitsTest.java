package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.models.Classifier;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A training with all that there is")
class SameBitsTest {

  private static final TrainingOptions EVERYTHING =
      TrainingOptions.defaults()
          .epochs(6)
          .batch(48)
          .validation(0.2)
          .patience(3)
          .schedule(Schedule.plateau(1, 0.5))
          .dropout(0.2)
          .clipNorm(0.5)
          .l1(1e-5)
          .averaging(0.9)
          .rateFactor(Parameter.Role.BIAS, 0.1)
          .balancedClasses(true);

  static List<String> arrays() {
    return TestBackends.available().stream().filter(name -> name.startsWith("arrays")).toList();
  }

  private record Run(TrainingHistory history, Map<String, float[]> parameters) {}

  private static Run train(String name, int threads) {
    int[] numbers = new int[500];
    Arrays.setAll(numbers, i -> i);
    DataSet data = Digits.generate(1).test().subset(numbers);
    try (Backend backend = TestBackends.open(name, threads)) {
      Classifier model = ThreeLayerClassifier.builder(backend).inputs(784).classes(10).build();
      TrainingHistory history = model.fit(data, EVERYTHING);
      return new Run(history, model.network().read());
    }
  }

  @ParameterizedTest
  @MethodSource("arrays")
  @DisplayName("gives the same bits for 1, 2 and 4 threads")
  void threads(String name) {
    Run one = train(name, 1);
    for (int threads : new int[] {2, 4}) {
      Run other = train(name, threads);
      assertEquals(one.history().kept(), other.history().kept());
      for (int e = 0; e < one.history().epochs().size(); e++) {
        TrainingHistory.Epoch expected = one.history().epochs().get(e);
        TrainingHistory.Epoch found = other.history().epochs().get(e);
        assertEquals(expected.loss(), found.loss());
        assertEquals(expected.validationLoss(), found.validationLoss());
        assertEquals(expected.learningRate(), found.learningRate());
      }
      one.parameters()
          .forEach(
              (parameter, values) ->
                  assertArrayEquals(values, other.parameters().get(parameter), parameter));
    }
  }
}
