package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.polymath.Backend;
import dev.polymath.BackendProvider;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A warm training step")
class AllocationTest {

  private static final int STEPS = 200;

  /** Until all is compiled, each step allocates; much later than this something is wrong. */
  private static final long PATIENCE_NANOS = 90_000_000_000L;

  static Stream<BackendProvider> providers() {
    return Sessions.providers();
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("allocates nothing on any thread")
  void nothing(BackendProvider provider) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] ids = new long[2];
    try (Backend backend = Sessions.open(provider, 2)) {
      assumeTrue(backend.info().allocationFree(), "emulated vectors are objects");
      ids[0] = Thread.currentThread().getId();
      ids[1] = workerId();
      TinyTraining sgd = new TinyTraining(backend, 200, 32);
      TinyTraining adam = new TinyTraining(backend, 200, 32);
      long end = System.nanoTime() + PATIENCE_NANOS;
      long allocated;
      do {
        long before = allocated(threads, ids);
        for (int i = 0; i < STEPS; i++) {
          sgd.step(false);
          adam.step(true);
        }
        allocated = allocated(threads, ids) - before - measuring(threads, ids);
      } while (allocated > 0 && System.nanoTime() < end);
      assertEquals(0, allocated, "bytes in " + 2 * STEPS + " steps");
    }
  }

  /** What asking for the figure allocates itself. */
  private static long measuring(ThreadMXBean threads, long[] ids) {
    long before = allocated(threads, ids);
    return allocated(threads, ids) - before;
  }

  private static long allocated(ThreadMXBean threads, long[] ids) {
    return threads.getThreadAllocatedBytes(ids[0]) + threads.getThreadAllocatedBytes(ids[1]);
  }

  private static long workerId() {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("polymath-arrays-1")) {
        return thread.getId();
      }
    }
    throw new AssertionError("no worker");
  }
}
