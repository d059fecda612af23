package dev.polymath.models.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The place of the largest number")
class ArgmaxTest {

  @Test
  @DisplayName("counts from the start of the row, and is the first of equals")
  void of() {
    float[] values = {9, 1, 3, 3, 2, 9};
    assertEquals(1, Argmax.of(values, 1, 4));
    assertEquals(0, Argmax.of(values, 2, 3));
    assertEquals(0, Argmax.of(values, 4, 1));
    assertEquals(1, Argmax.of(values, 4, 2));
    assertEquals(0, Argmax.of(values, 0, 6));
  }
}
