package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("On a JVM without the vector module")
class NoVectorModuleTest {

  private static final String REASON = "start the JVM with --add-modules jdk.incubator.vector";

  @Test
  @DisplayName("arrays-vector says how to get it")
  void reason() {
    ArraysVectorProvider provider = new ArraysVectorProvider();
    assertEquals(Optional.of(REASON), provider.unavailableReason());
    String message =
        assertThrows(IllegalStateException.class, () -> provider.open(BackendOptions.defaults()))
            .getMessage();
    assertEquals("arrays-vector: " + REASON, message);
  }

  @Test
  @DisplayName("arrays works")
  void scalar() {
    try (Backend backend = new ArraysProvider().open(BackendOptions.defaults())) {
      TinyTraining training = new TinyTraining(backend, 20, 8);
      assertTrue(training.step(false) > training.step(false));
    }
  }
}
