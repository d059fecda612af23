package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendProvider;
import dev.polymath.Tensor;
import java.lang.management.ManagementFactory;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Warm, allocates nothing on any thread:")
class AllocationTest {

  private static final int CALLS = 200;

  /** Until all is compiled, each call allocates; much later than this something is wrong. */
  private static final long PATIENCE_NANOS = 90_000_000_000L;

  static Stream<BackendProvider> providers() {
    return Sessions.providers();
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("a training step")
  void step(BackendProvider provider) {
    nothing(
        provider,
        backend -> {
          TinyTraining sgd = new TinyTraining(backend, 200, 32);
          TinyTraining adam = new TinyTraining(backend, 200, 32);
          return () -> {
            sgd.step(false);
            adam.step(true);
          };
        });
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("multiply and sumOfSquares, by rows and in panels")
  void elementWise(BackendProvider provider) {
    nothing(
        provider,
        backend -> {
          Matrix x = Matrix.random(200, 130, 1);
          Tensor rows = x.on(backend);
          Tensor panels = x.asParameter(backend);
          Tensor out = backend.allocateLike(panels);
          return () -> {
            backend.multiply(rows, rows, out);
            backend.multiply(panels, out, out);
            backend.sumOfSquares(out);
            backend.sumOfSquares(rows);
          };
        });
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("every activation of many values, and back")
  void activations(BackendProvider provider) {
    nothing(
        provider,
        backend -> {
          Tensor x = Matrix.random(65, 300, 2).on(backend);
          Tensor y = backend.allocate(65, 300);
          Tensor dx = backend.allocate(65, 300);
          Activation[] all = Activation.values();
          return () -> {
            for (Activation f : all) {
              backend.activate(f, x, y);
              if (f != Activation.SOFTMAX) {
                backend.activateBackward(f, y, x, dx);
              }
            }
          };
        });
  }

  private static void nothing(BackendProvider provider, Function<Backend, Runnable> prepare) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] ids = new long[2];
    try (Backend backend = Sessions.open(provider, 2)) {
      assumeTrue(backend.info().allocationFree(), "emulated vectors are objects");
      ids[0] = Thread.currentThread().getId();
      ids[1] = workerId();
      Runnable call = prepare.apply(backend);
      long end = System.nanoTime() + PATIENCE_NANOS;
      long allocated;
      do {
        long before = allocated(threads, ids);
        for (int i = 0; i < CALLS; i++) {
          call.run();
        }
        allocated = allocated(threads, ids) - before - measuring(threads, ids);
      } while (allocated > 0 && System.nanoTime() < end);
      assertEquals(0, allocated, "bytes in " + CALLS + " calls");
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
