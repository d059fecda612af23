package dev.polymath.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The gate of a session")
@Timeout(60)
class CallGateTest {

  private final CallGate gate = new CallGate();
  private final AtomicInteger released = new AtomicInteger();

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  @Test
  @DisplayName("counts the calls that run, and refuses all once it is closed")
  void counts() {
    assertTrue(gate.enter());
    assertTrue(gate.enter());
    assertEquals(2, gate.calls());
    gate.leave();
    gate.leave();
    assertEquals(0, gate.calls());
    gate.close(released::incrementAndGet);
    assertFalse(gate.enter());
    assertEquals(1, released.get());
  }

  @Test
  @DisplayName("closing on an interrupted thread leaves the interrupt, on another none")
  void interrupts() {
    gate.close(() -> assertFalse(Thread.currentThread().isInterrupted()));
    assertFalse(Thread.interrupted());
    CallGate other = new CallGate();
    Thread.currentThread().interrupt();
    other.close(released::incrementAndGet);
    assertTrue(Thread.interrupted());
    assertEquals(1, released.get());
  }

  @Test
  @DisplayName("an interrupt while close waits is handed on when it has released, not before")
  void interruptedWhileWaiting() throws InterruptedException {
    assertTrue(gate.enter());
    boolean[] seen = new boolean[2];
    Thread closer =
        new Thread(
            () -> {
              gate.close(() -> seen[0] = Thread.currentThread().isInterrupted());
              seen[1] = Thread.currentThread().isInterrupted();
            });
    closer.start();
    awaitWaiting(closer);
    closer.interrupt();
    // The interrupt wakes it; it takes note of that and waits on.
    while (closer.isInterrupted()) {
      Thread.onSpinWait();
    }
    awaitWaiting(closer);
    closer.interrupt();
    while (closer.isInterrupted()) {
      Thread.onSpinWait();
    }
    gate.leave();
    closer.join();
    assertFalse(seen[0]);
    assertTrue(seen[1]);
  }

  @Test
  @DisplayName("the last call to leave wakes the one that closes")
  void wakes() throws InterruptedException {
    assertTrue(gate.enter());
    assertTrue(gate.enter());
    Thread closer = new Thread(() -> gate.close(released::incrementAndGet));
    closer.start();
    awaitWaiting(closer);
    gate.leave();
    assertEquals(0, released.get());
    gate.leave();
    closer.join();
    assertEquals(1, released.get());
  }

  @Test
  @DisplayName("a close that fails has closed nevertheless")
  void failing() {
    assertThrows(
        IllegalStateException.class,
        () ->
            gate.close(
                () -> {
                  throw new IllegalStateException("the driver is gone");
                }));
    assertFalse(gate.enter());
    gate.close(released::incrementAndGet);
    assertEquals(0, released.get());
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }
}
