package dev.polymath.conformance;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.IntConsumer;
import org.opentest4j.AssertionFailedError;

/** Counts the bytes that some threads allocate on the Java heap. */
final class Allocation {

  /** Steps between two readings. */
  private static final int ROUND = 500;

  private final ThreadMXBean counter =
      (ThreadMXBean) ManagementFactory.getPlatformMXBean(java.lang.management.ThreadMXBean.class);

  private final long[] threads;

  Allocation(List<Thread> threads) {
    this.threads = threads.stream().mapToLong(Thread::getId).toArray();
  }

  private long bytes() {
    long sum = 0;
    for (long thread : threads) {
      // −1 for a thread that has ended.
      sum += Math.max(0, counter.getThreadAllocatedBytes(thread));
    }
    return sum;
  }

  /**
   * Runs the step until a whole round of it allocates nothing. Kernels allocate until the JIT has
   * compiled them; those of the Vector API take thousands of calls, and the JIT its time.
   *
   * @param mostRounds after which it counts as never
   */
  void checkNothing(String what, IntConsumer step, int mostRounds) {
    checkNothing(what, ROUND, step, mostRounds);
  }

  /**
   * @param steps of a round
   */
  void checkNothing(String what, int steps, IntConsumer step, int mostRounds) {
    long allocated = Long.MAX_VALUE;
    int next = 0;
    for (int round = 0; round < mostRounds; round++) {
      long reading = bytes();
      // Reading may allocate too: the second reading says how much.
      long before = bytes();
      for (int i = 0; i < steps; i++) {
        step.accept(next++);
      }
      long after = bytes();
      allocated = after - before - (before - reading);
      if (allocated <= 0) {
        return;
      }
    }
    throw new AssertionFailedError(
        what
            + ": "
            + steps
            + " warm steps allocated "
            + allocated
            + " bytes, after "
            + next
            + " steps before");
  }
}
