package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendProvider;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Whole training steps of both backends")
class ArraysVectorTrainingTest {

  private static final int INPUTS = 784;
  private static final int STEPS = 5;

  static Stream<BackendProvider> providers() {
    return Sessions.providers();
  }

  private static float[] train(BackendProvider provider, int threads, int batch, boolean adam) {
    try (Backend backend = Sessions.open(provider, threads)) {
      TinyTraining training = new TinyTraining(backend, INPUTS, batch);
      for (int i = 0; i < STEPS; i++) {
        training.step(adam);
      }
      return training.parameters();
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("give the same bits for 1, 2 and 4 threads")
  void threads(BackendProvider provider) {
    for (int batch : new int[] {1, 64, 130}) {
      for (boolean adam : new boolean[] {false, true}) {
        float[] one = train(provider, 1, batch, adam);
        assertArrayEquals(one, train(provider, 2, batch, adam));
        assertArrayEquals(one, train(provider, 4, batch, adam));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("lower the loss")
  void learns(BackendProvider provider) {
    try (Backend backend = Sessions.open(provider, 2)) {
      TinyTraining training = new TinyTraining(backend, 20, 32);
      double first = training.step(true);
      double last = first;
      for (int i = 0; i < 300; i++) {
        last = training.step(true);
      }
      assertTrue(last < first / 4, first + " became " + last);
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("give the same bits where several callers share one session")
  void callers(BackendProvider provider) throws InterruptedException {
    float[] expected = train(provider, 1, 64, true);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (Backend backend = Sessions.open(provider, 3)) {
      Thread[] callers = new Thread[4];
      for (int c = 0; c < callers.length; c++) {
        callers[c] =
            new Thread(
                () -> {
                  try {
                    TinyTraining training = new TinyTraining(backend, INPUTS, 64);
                    for (int i = 0; i < STEPS; i++) {
                      training.step(true);
                    }
                    assertArrayEquals(expected, training.parameters());
                  } catch (Throwable t) {
                    failure.set(t);
                  }
                });
        callers[c].start();
      }
      for (Thread caller : callers) {
        caller.join();
      }
    }
    assertEquals(null, failure.get());
  }
}
