package dev.polymath.backend.ejml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ejml.EjmlVersion;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("EjmlBackend")
class EjmlBackendTest {

  @Test
  @DisplayName("is found by name and says which EJML it runs on, on one thread")
  void saysWhatItRunsOn() {
    String version = EjmlVersion.VERSION;
    try (Backend backend = Backends.open("ejml", BackendOptions.defaults().threads(4))) {
      assertEquals(
          new BackendInfo("ejml", version, 1, "EJML " + version + ", one thread", true),
          backend.info());
    }
  }

  @Test
  @DisplayName("shares transposed scratch between shapes and threads without mixing them up")
  void sharesScratch() throws Exception {
    int threads = 2 * Runtime.getRuntime().availableProcessors() + 1;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (EjmlBackend backend = new EjmlBackend()) {
      List<Callable<Void>> calls = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        Tensor a = random(backend, 1 + i, 20 + 7 * i);
        Tensor b = random(backend, 60 - 5 * (i % 9), 20 + 7 * i);
        Tensor out = backend.allocate(a.rows(), b.rows());
        backend.matmulTransB(a, b, out);
        float[] alone = read(out);
        calls.add(
            () -> {
              for (int repeat = 0; repeat < 300; repeat++) {
                backend.matmulTransB(a, b, out);
                assertArrayEquals(alone, read(out));
              }
              return null;
            });
      }
      for (Future<Void> call : pool.invokeAll(calls)) {
        call.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static Tensor random(Backend backend, int rows, int cols) {
    SplittableRandom random = new SplittableRandom(rows * 1000L + cols);
    float[] values = new float[rows * cols];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    Tensor tensor = backend.allocate(rows, cols);
    tensor.write(values, 0);
    return tensor;
  }

  private static float[] read(Tensor tensor) {
    float[] values = new float[tensor.rows() * tensor.cols()];
    tensor.read(values, 0);
    return values;
  }
}
