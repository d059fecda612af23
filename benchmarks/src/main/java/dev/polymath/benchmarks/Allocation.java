package dev.polymath.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** The bytes that all live Java threads together have put on the heap. */
final class Allocation {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final long[] threads = THREADS.getAllThreadIds();
  private final long counting;
  private final long start;

  private Allocation() {
    long before = sum();
    counting = sum() - before;
    start = sum();
  }

  /** Starts to count, in the threads that live now: those of a pool, once it is warm. */
  static Allocation start() {
    return new Allocation();
  }

  /** Bytes since the start, less what the counting itself takes. */
  long bytes() {
    return sum() - start - counting;
  }

  private long sum() {
    long sum = 0;
    for (long bytes : THREADS.getThreadAllocatedBytes(threads)) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }
}
