package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.Tensor;
import dev.polymath.conformance.Arguments.Size;
import dev.polymath.conformance.Operation.Call;
import dev.polymath.conformance.Threads.OpensItsOwn;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A thread that is interrupted gets its results, and stays interrupted. */
abstract class InterruptsGroup extends Group {

  /** Small, and large enough for a backend to share the work. */
  private static final List<Size> SIZES = List.of(new Size(3, 7, 5, 1), new Size(70, 300, 60, 2));

  InterruptsGroup(BackendConformance kit) {
    super(kit);
  }

  /** Runs something on an interrupted thread, which must be interrupted afterwards. */
  private static void interrupted(String what, Parallel.Work work) throws InterruptedException {
    Parallel.start(
            "interrupted",
            () -> {
              Thread.currentThread().interrupt();
              try {
                work.run();
              } catch (RuntimeException e) {
                throw new org.opentest4j.AssertionFailedError(
                    what + " on an interrupted thread threw " + e, e);
              }
              assertTrue(
                  Thread.interrupted(),
                  what
                      + " on an interrupted thread: the interrupt is gone; after waiting, set it"
                      + " again: Thread.currentThread().interrupt()");
            })
        .join();
  }

  @Test
  @DisplayName("every operation on an interrupted thread gives its result and keeps the interrupt")
  void everyOperationOfInterrupts() throws InterruptedException {
    for (Size size : SIZES) {
      for (Operation operation : Operations.ALL) {
        Call call = operation.on(backend, size);
        double[] expected = call.runAnew();
        double[][] found = new double[1][];
        call.arguments().reset();
        interrupted(call.toString(), () -> call.work().call().run());
        found[0] = call.arguments().results();
        Operation.checkSame(call + " on an interrupted thread", expected, found[0]);
      }
    }
  }

  @Test
  @OpensItsOwn
  @DisplayName("open and close on an interrupted thread do their work and keep the interrupt")
  void openAndClose() throws InterruptedException {
    for (int threads : new int[] {1, Threads.MORE}) {
      Backend[] session = new Backend[1];
      interrupted("open", () -> session[0] = open(kit.options().threads(threads)));
      Tensor x = session[0].allocate(3, 3);
      interrupted("close", session[0]::close);
      Rejection.check(IllegalStateException.class, "read", () -> x.read(new float[9], 0), "closed");
    }
  }

  @Test
  @DisplayName("an interrupt that comes while operations run changes nothing")
  void meanwhile() throws InterruptedException {
    Call product = Operations.ALL.get(4).on(backend, new Size(120, 130, 200, 3));
    Call layer =
        Operations.ALL.stream()
            .filter(operation -> operation.name().equals("backward of dense TANH"))
            .findFirst()
            .orElseThrow()
            .on(backend, new Size(120, 130, 200, 4));
    double[] ofProduct = product.runAnew();
    double[] ofLayer = layer.runAnew();
    Thread[] caller = new Thread[1];
    java.util.concurrent.CountDownLatch started = new java.util.concurrent.CountDownLatch(1);
    Parallel calls =
        Parallel.start(
            "calls",
            () -> {
              caller[0] = Thread.currentThread();
              started.countDown();
              for (int repeat = 0; repeat < 20; repeat++) {
                Operation.checkSame(product + ", interrupted", ofProduct, product.runAnew());
                Operation.checkSame(layer + ", interrupted", ofLayer, layer.runAnew());
              }
            });
    started.await();
    for (int i = 0; i < 10_000 && caller[0].isAlive(); i++) {
      caller[0].interrupt();
      Thread.onSpinWait();
    }
    calls.join();
  }
}
