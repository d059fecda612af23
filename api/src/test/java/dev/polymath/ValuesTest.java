package dev.polymath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@DisplayName("Options and answers")
class ValuesTest {

  private static void refused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  @DisplayName("options have one thread by default; another number makes a copy")
  void options() {
    BackendOptions one = BackendOptions.defaults();
    BackendOptions four = one.threads(4);
    assertEquals(1, one.threads());
    assertEquals(4, four.threads());
    assertEquals(1, four.threads(1).threads());
    assertEquals("BackendOptions[threads=4]", four.toString());
    refused("threads: expected at least 1, found 0", () -> one.threads(0));
  }

  @Test
  @DisplayName("a session runs on at least one thread")
  void info() {
    assertEquals(1, new BackendInfo("heap", "1", 1, "loops", true).threads());
    refused(
        "threads: expected at least 1, found 0",
        () -> new BackendInfo("heap", "1", 0, "loops", true));
  }

  @Test
  @DisplayName("a status is usable or says why it is not")
  void status() {
    BackendStatus usable = new BackendStatus("heap", "p.Heap", 3, 1, null, null);
    assertTrue(usable.available());
    assertEquals("heap (ok)", usable.toString());
    BackendStatus not = BackendStatus.unavailable("heap", "p.Heap", 3, "no card");
    assertFalse(not.available());
    assertEquals("heap (unavailable: no card)", not.toString());
    refused(
        "mostThreads: expected at least 1, found 0",
        () -> new BackendStatus("heap", "p.Heap", 3, 0, null, null));
  }
}
