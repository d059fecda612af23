package dev.polymath.server;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes all bodies together may take, so that many large ones do not fill the memory. */
final class ByteBudget {

  private final AtomicLong left;

  ByteBudget(long bytes) {
    left = new AtomicLong(bytes);
  }

  /** Takes some; false if so many are not left. */
  boolean take(long bytes) {
    if (left.addAndGet(-bytes) < 0) {
      left.addAndGet(bytes);
      return false;
    }
    return true;
  }

  void giveBack(long bytes) {
    left.addAndGet(bytes);
  }
}
