package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.function.BooleanSupplier;

/** Waits for what the garbage collector brings about. */
final class Collected {

  /** Only waited for where something is kept that should not be. */
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private Collected() {}

  static void await(String what, BooleanSupplier gone) throws InterruptedException {
    long start = System.nanoTime();
    while (!gone.getAsBoolean()) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        fail(what);
      }
      System.gc();
      Thread.sleep(10);
    }
  }
}
