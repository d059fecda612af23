package dev.polymath.backend.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("A session on nd4j")
class Nd4jBackendTest {

  private static Backend open(int threads) {
    return new Nd4jProvider().open(BackendOptions.defaults().threads(threads));
  }

  private static float[] read(Tensor tensor) {
    float[] elements = new float[tensor.rows() * tensor.cols()];
    tensor.read(elements, 0);
    return elements;
  }

  @Test
  @DisplayName(
      "has its own number of threads in force in its operations, beside others with theirs")
  void threads() {
    int processors = Runtime.getRuntime().availableProcessors();
    try (Backend all = open(10_000)) {
      assertEquals(processors, all.info().threads());
      Tensor[] first = {all.allocate(2, 2), all.allocate(2, 2), all.allocate(2, 2)};
      try (Backend one = open(1)) {
        assertEquals(1, one.info().threads());
        assertEquals(processors, all.info().threads());
        Tensor[] second = {one.allocate(2, 2), one.allocate(2, 2), one.allocate(2, 2)};
        for (int i = 0; i < 3; i++) {
          all.matmul(first[0], first[1], first[2]);
          assertInForce(processors);
          one.axpby(1, second[0], 1, second[1]);
          assertInForce(1);
          all.activate(Activation.SIGMOID, first[0], first[1]);
          assertInForce(processors);
          one.matmulTransA(second[0], second[1], second[2]);
          assertInForce(1);
        }
      }
      assertEquals(processors, all.info().threads());
    }
  }

  private static void assertInForce(int threads) {
    assertEquals(threads, Nd4j.factory().blas().getMaxThreads());
    assertEquals(threads, Nd4j.getEnvironment().maxMasterThreads());
  }

  @Test
  @DisplayName("frees the native memory of a tensor when it is released, and not again on close")
  void freesOnRelease() {
    Nd4jBackend backend = (Nd4jBackend) open(1);
    try (backend) {
      backend.allocate(1, 1);
      long before = Nd4j.getEnvironment().getDeviceCouner(0);
      Tensor kept = backend.allocate(10, 10);
      kept.write(filled(100, 3), 0);
      for (int i = 0; i < 50; i++) {
        Tensor tensor = backend.allocate(1000, 10);
        backend.matmul(kept, kept, tensor.firstRows(10));
        backend.release(tensor.firstRows(20));
        backend.release(tensor);
      }
      assertEquals(2, backend.arrays());
      assertEquals(before + 400, Nd4j.getEnvironment().getDeviceCouner(0));
      assertArrayEquals(filled(100, 3), read(kept));
    }
  }

  private static float[] filled(int size, float value) {
    float[] all = new float[size];
    Arrays.fill(all, value);
    return all;
  }

  @Test
  @DisplayName("hands nothing native to the garbage collector in a warm training step")
  void leavesNothingToTheCollector() {
    try (Backend backend = open(1)) {
      TrainingStep step = new TrainingStep(backend);
      step.run();
      // ND4J numbers whatever waits for the collector to be freed.
      long before = Nd4j.getDeallocatorService().nextValue();
      for (int i = 0; i < 100; i++) {
        step.run();
      }
      assertEquals(before + 1, Nd4j.getDeallocatorService().nextValue());
    }
  }

  @Test
  @DisplayName("frees the native memory of its tensors when it closes, and not before")
  void freesOnClose() {
    try (Backend backend = open(1)) {
      // ND4J makes constants of its own with the first array.
      backend.allocate(1, 1);
      long before = Nd4j.getEnvironment().getDeviceCouner(0);
      try (Backend other = open(1)) {
        other.allocate(1000, 1000);
        assertEquals(before + 4_000_000, Nd4j.getEnvironment().getDeviceCouner(0));
      }
      assertEquals(before, Nd4j.getEnvironment().getDeviceCouner(0));
    }
  }

  @Test
  @DisplayName("refuses a tensor of more than 2 GiB before ND4J sees it")
  void tooLarge() {
    try (Backend backend = open(1)) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> backend.allocate(32_768, 16_384));
      assertEquals(
          "allocate: [32768, 16384]: more than 2 GiB, which ND4J can't copy", e.getMessage());
    }
  }

  @Test
  @DisplayName("keeps its tensors where the caller has an ND4J workspace open")
  @SuppressWarnings("try") // the workspace is not used, only open
  void ignoresWorkspaces() {
    try (Backend backend = open(1)) {
      Tensor tensor;
      try (MemoryWorkspace workspace =
          Nd4j.getWorkspaceManager().getAndActivateWorkspace("caller")) {
        tensor = backend.allocate(1, 3);
        tensor.write(new float[] {1, 2, 3}, 0);
      }
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
      assertArrayEquals(new float[] {1, 2, 3}, read(tensor));
    }
  }

  @Test
  @DisplayName("computes the same bits where each copy goes through ND4J, as for a device")
  void onDevice() {
    try (Backend host = open(1);
        Backend device = new Nd4jBackend(1, false)) {
      TrainingStep onHost = new TrainingStep(host);
      TrainingStep onDevice = new TrainingStep(device);
      for (int i = 0; i < 3; i++) {
        assertEquals(onHost.run(), onDevice.run());
      }
      assertArrayEquals(onHost.firstWeight(), onDevice.firstWeight());
    }
  }
}
