package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.models.Classifier;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.training.TrainingOptions;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.factory.Nd4j;

/** A session does not grow from one training to the next. */
class RepeatedFitTest {

  private static final int FITS = 12;

  /** What a fit of this network allocates: gradients, two moments, a batch and its outputs. */
  private static final long BYTES = 4L * (3 * (784 * 256 + 256 * 128) + 2 * 64 * 784);

  static List<String> available() {
    return TestBackends.available();
  }

  @ParameterizedTest
  @MethodSource("available")
  void leavesNothing(String name) throws InterruptedException {
    int[] numbers = new int[70];
    Arrays.setAll(numbers, i -> i);
    DataSet data = Digits.generate(1).test().subset(numbers);
    TrainingOptions options = TrainingOptions.defaults().epochs(1).batch(64).validation(0.1);
    try (Backend backend = TestBackends.open(name, 2)) {
      Classifier model =
          ThreeLayerClassifier.builder(backend).inputs(784).hidden(256, 128).classes(10).build();
      model.fit(data, options);
      model.fit(data, options);
      long before = bytes(name);
      for (int i = 0; i < FITS; i++) {
        model.fit(data, options);
      }
      long allowed = FITS * BYTES / 8;
      long grown = bytes(name) - before;
      for (int i = 0; i < 100 && grown > allowed; i++) {
        Thread.sleep(100);
        grown = bytes(name) - before;
      }
      assertTrue(grown <= allowed, grown + " bytes more after " + FITS + " fits on " + name);
      model.evaluate(data);
    }
  }

  /** In use on the heap, and by ND4J's arrays outside it. */
  private static long bytes(String name) {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    long outside = name.equals("nd4j") ? Nd4j.getEnvironment().getDeviceCouner(0) : 0;
    return memory.getHeapMemoryUsage().getUsed() + outside;
  }
}
