package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.function.BooleanSupplier;

/** Waits for what the garbage collector or another thread brings about. */
final class Awaited {

  /** Only waited for where something is kept that should not be. */
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private Awaited() {}

  static void until(String what, BooleanSupplier done) throws InterruptedException {
    long start = System.nanoTime();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        fail(what);
      }
      System.gc();
      Thread.sleep(10);
    }
  }
}
