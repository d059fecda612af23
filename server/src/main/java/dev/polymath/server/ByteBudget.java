package dev.polymath.server;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes all bodies together may take, so that many large ones do not fill the memory. A
 * few large arrays are kept for the next large bodies: to clear a new one takes as long as to fill
 * it.
 */
final class ByteBudget {

  /** Arrays of at least so many bytes are kept. */
  private static final int LARGE = 1 << 20;

  private static final int MOST_IDLE = 2;

  private final AtomicLong left;
  private final Deque<SoftReference<byte[]>> idle = new ArrayDeque<>();

  ByteBudget(long bytes) {
    left = new AtomicLong(bytes);
  }

  /** An array of at least so many bytes, with any content; null if so many are not left. */
  byte @Nullable [] take(int bytes) {
    byte[] found = bytes >= LARGE ? idle(bytes) : null;
    int size = found == null ? bytes : found.length;
    if (left.addAndGet(-size) < 0) {
      left.addAndGet(size);
      return null;
    }
    return found == null ? new byte[bytes] : found;
  }

  /** One that is not much larger than it has to be. */
  private byte @Nullable [] idle(int bytes) {
    synchronized (idle) {
      for (int i = idle.size(); i > 0; i--) {
        SoftReference<byte[]> reference = idle.remove();
        byte[] array = reference.get();
        if (array != null && array.length >= bytes && array.length / 2 <= bytes) {
          return array;
        }
        if (array != null) {
          idle.add(reference);
        }
      }
    }
    return null;
  }

  /** Gives back one that was taken, which nobody may use any more. */
  void giveBack(byte[] bytes) {
    left.addAndGet(bytes.length);
    if (bytes.length >= LARGE) {
      synchronized (idle) {
        idle.add(new SoftReference<>(bytes));
        if (idle.size() > MOST_IDLE) {
          idle.remove();
        }
      }
    }
  }
}
