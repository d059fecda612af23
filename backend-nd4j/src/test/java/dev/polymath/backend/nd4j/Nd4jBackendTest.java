package dev.polymath.backend.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Tensor;
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
  @DisplayName("sets the threads of the process, and says which are in force now")
  void threads() {
    int processors = Runtime.getRuntime().availableProcessors();
    try (Backend all = open(10_000)) {
      assertEquals(processors, all.info().threads());
      try (Backend one = open(1)) {
        assertEquals(1, one.info().threads());
        assertEquals(1, all.info().threads());
        assertEquals(1, Nd4j.getEnvironment().maxMasterThreads());
      }
    }
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
        Backend device = new Nd4jBackend(false)) {
      TrainingStep onHost = new TrainingStep(host);
      TrainingStep onDevice = new TrainingStep(device);
      for (int i = 0; i < 3; i++) {
        assertEquals(onHost.run(), onDevice.run());
      }
      assertArrayEquals(onHost.firstWeight(), onDevice.firstWeight());
    }
  }
}
