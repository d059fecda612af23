package dev.polymath.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An interruption")
class InterruptionTest {

  @Test
  @DisplayName("is asked for by the first signal, and has the exit code of a shell")
  void first() {
    int[] said = new int[1];
    try (Interruption interruption = Interruption.deaf(() -> said[0]++)) {
      assertFalse(interruption.requested());
      assertFalse(interruption.interruptsRun());
      interruption.arrived(2);
      assertTrue(interruption.requested());
      assertTrue(interruption.interruptsRun());
      assertEquals(130, interruption.exitCode());
      assertEquals(1, said[0]);
    }
  }
}
