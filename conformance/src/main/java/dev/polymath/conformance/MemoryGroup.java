package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Tensor;
import dev.polymath.conformance.Arguments.Size;
import dev.polymath.conformance.Operation.Call;
import dev.polymath.conformance.Threads.OpensItsOwn;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What calls and views leave behind in an open session, and what they allocate. */
abstract class MemoryGroup extends Group {

  private static final int CALLS = 2000;

  /** Of each call, all operations together. */
  private static final int BYTES = 12;

  MemoryGroup(BackendConformance kit) {
    super(kit);
  }

  private long bytesInUse() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed() + kit.nativeBytes().orElse(0);
  }

  /**
   * The work is done three times. What begins to be kept the first time (compiled code's data, a
   * workspace) is no leak: the smaller growth of the other two counts.
   */
  private void checkNothingKept(String what, int calls, Runnable work) {
    work.run();
    long first = bytesInUse();
    work.run();
    long second = bytesInUse();
    long grown = second - first;
    for (int again = 0; again < 2 && grown > (long) calls * BYTES; again++) {
      work.run();
      long third = bytesInUse();
      grown = Math.min(grown, third - second);
      second = third;
    }
    assertTrue(
        grown <= (long) calls * BYTES,
        calls
            + " times "
            + what
            + " in one session left "
            + grown
            + " bytes, "
            + grown / calls
            + " for each: does a list, a map or a thread local of the session grow?");
  }

  @Test
  @OpensItsOwn
  @DisplayName("calls leave nothing behind in their session, whatever the operation")
  void calls() {
    List<Call> calls = new ArrayList<>();
    for (Operation operation : Operations.ALL) {
      calls.add(operation.on(backend, new Size(2, 3, 2, 1)));
    }
    checkNothingKept(
        "all operations",
        CALLS,
        () -> {
          for (int i = 0; i < CALLS; i++) {
            for (int j = 0; j < calls.size(); j++) {
              calls.get(j).work().call().run();
            }
          }
        });
  }

  @Test
  @OpensItsOwn
  @DisplayName("views leave nothing behind, nor do views of views and what is computed with them")
  void viewsOfMemory() {
    Tensor whole = tensor(Samples.uniform(64, 33, 1));
    Tensor out = tensor(Samples.uniform(64, 33, 2));
    int views = 4 * CALLS;
    checkNothingKept(
        "a view and a view of it",
        views,
        () -> {
          for (int i = 0; i < views; i++) {
            Tensor view = whole.firstRows(1 + i % 64).firstRows(1 + i % 64 / 2);
            backend.axpby(1, view, 0, out.firstRows(view.rows()));
          }
        });
  }

  @Test
  @OpensItsOwn
  @DisplayName("layers and losses that nobody keeps cost no more than their tensors")
  void lossesOfMemory() {
    int made = 4 * CALLS;
    Tensor output = tensor(Samples.uniform(3, 4, 3));
    Tensor target = tensor(Samples.oneHot(3, 4, 4));
    checkNothingKept(
        "a loss of each kind",
        made,
        () -> {
          for (int i = 0; i < made; i++) {
            losses(backend).get(i % 4).value(output, target);
          }
        });
    Tensor y = tensor(Samples.uniform(3, 4, 5));
    checkNothingKept(
        "a layer of an activation",
        made,
        () -> {
          for (int i = 0; i < made; i++) {
            backend.activation(4, Activation.TANH).forward(output, y);
          }
        });
  }

  @Test
  @OpensItsOwn
  @DisplayName("where info() says allocationFree, no operation on wide tensors allocates")
  void wide() {
    Assumptions.assumeTrue(
        backend.info().allocationFree(), "info() does not say that it is allocation-free");
    Assumptions.assumeTrue(
        kit.countsOnWideTensors(), "countsOnWideTensors() says that this is counted elsewhere");
    for (int threads : new int[] {1, 2, Threads.MORE}) {
      Set<Thread> before = Thread.getAllStackTraces().keySet();
      try (Backend session = open(kit.options().threads(threads))) {
        if (threads > 1 && session.info().threads() == 1) {
          return;
        }
        for (Size size : new Size[] {new Size(65, 300, 129, 1), new Size(3, 40, 1100, 2)}) {
          checkWide(session, size, before, " with " + threads + " threads");
        }
      }
    }
  }

  private void checkWide(Backend session, Size size, Set<Thread> before, String circumstance) {
    List<Call> calls = new ArrayList<>();
    for (Operation operation : Operations.ALL) {
      // A new tensor is garbage by itself; so is a view.
      if (!operation.name().startsWith("allocate") && !operation.name().contains("view")) {
        calls.add(operation.on(session, size));
      }
    }
    calls.forEach(Call::run);
    List<Thread> working = new ArrayList<>(Thread.getAllStackTraces().keySet());
    working.removeAll(before);
    working.add(Thread.currentThread());
    Allocation allocation = new Allocation(working);
    for (Call call : calls) {
      Runnable run = call.work().call();
      allocation.checkNothing(call + circumstance, 5, step -> run.run(), 200 * kit.patience());
    }
  }
}
