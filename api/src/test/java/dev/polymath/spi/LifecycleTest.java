package dev.polymath.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A session's end")
@Timeout(60)
class LifecycleTest {

  private final HeapBackend backend = new HeapBackend();

  @Test
  @DisplayName("after close, every object of the session throws and names the call")
  void closed() {
    Tensor x = backend.allocate(2, 2);
    Tensor y = backend.allocate(2, 2);
    Layer layer = backend.activation(2, Activation.RELU);
    Loss loss = backend.squaredError();
    backend.close();
    String expected = "%s: the session on heap is closed";
    assertEquals(
        expected.formatted("matmul"),
        assertThrows(IllegalStateException.class, () -> backend.matmul(x, x, y)).getMessage());
    assertEquals(
        expected.formatted("read"),
        assertThrows(IllegalStateException.class, () -> x.read(new float[4], 0)).getMessage());
    assertEquals(
        expected.formatted("firstRows"),
        assertThrows(IllegalStateException.class, () -> x.firstRows(1)).getMessage());
    assertEquals(
        expected.formatted("forward"),
        assertThrows(IllegalStateException.class, () -> layer.forward(x, y)).getMessage());
    assertEquals(
        expected.formatted("backward"),
        assertThrows(IllegalStateException.class, () -> layer.backward(x, y, x, null, List.of()))
            .getMessage());
    assertEquals(
        expected.formatted("value"),
        assertThrows(IllegalStateException.class, () -> loss.value(x, y)).getMessage());
    assertEquals(
        expected.formatted("allocate"),
        assertThrows(IllegalStateException.class, () -> backend.allocate(1, 1)).getMessage());
    assertEquals("heap", backend.info().name());
  }

  @Test
  @DisplayName("closing twice frees once")
  void twice() {
    backend.close();
    backend.close();
    assertEquals(1, backend.closed);
  }

  @Test
  @DisplayName("close waits for a running call, which ends well; a call that comes later throws")
  void waits() throws InterruptedException {
    CountDownLatch hold = new CountDownLatch(1);
    backend.sumRowsHeld = hold;
    // A composed layer: its kernels run inside one call and must not be turned away half-way.
    Layer dense = backend.dense(2, 2, Activation.RELU);
    Tensor x = backend.allocate(2, 2);
    Tensor y = backend.allocate(2, 2);
    Tensor dy = backend.allocate(2, 2);
    Tensor dx = backend.allocate(2, 2);
    List<Tensor> gradients = List.of(backend.allocate(2, 2), backend.allocate(1, 2));
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                dense.backward(x, y, dy, dx, gradients);
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    caller.start();
    backend.sumRowsStarted.await();
    Thread closer = new Thread(backend::close);
    closer.start();
    while (closer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThrows(IllegalStateException.class, () -> backend.allocate(1, 1));
    assertEquals(0, backend.closed);
    assertTrue(closer.isAlive());
    closer.interrupt();
    hold.countDown();
    caller.join();
    closer.join();
    assertNull(failure.get());
    assertEquals(1, backend.closed);
  }
}
