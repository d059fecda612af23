package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.Parallel.Work;
import dev.polymath.conformance.Threads.OpensItsOwn;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The end of a session, and what is left of it. */
@OpensItsOwn
abstract class LifecycleGroup extends Group {

  /** Rows and columns of what each of the many sessions holds: 64 KiB. */
  private static final int SIDE = 128;

  LifecycleGroup(BackendConformance kit) {
    super(kit);
  }

  @Test
  @DisplayName(
      "after close, each call of any object throws IllegalStateException, naming operation and backend")
  void closed() {
    Tensor x = backend.allocate(3, 3);
    Tensor y = backend.allocate(3, 3);
    Tensor z = backend.allocate(3, 3);
    Tensor row = backend.allocate(1, 3);
    Layer dense = backend.dense(3, 3, Activation.TANH);
    Layer activation = backend.activation(3, Activation.SOFTMAX);
    List<Loss> losses = losses(backend);
    Activation f = Activation.RELU;
    backend.close();
    closed("allocate", () -> backend.allocate(3, 3));
    closed("allocateLike", () -> backend.allocateLike(x));
    closed("matmul", () -> backend.matmul(x, y, z));
    closed("matmulTransA", () -> backend.matmulTransA(x, y, z));
    closed("matmulTransB", () -> backend.matmulTransB(x, y, z));
    closed("addRow", () -> backend.addRow(row, y));
    closed("sumRows", () -> backend.sumRows(x, row));
    closed("activate", () -> backend.activate(f, x, y));
    closed("activateBackward", () -> backend.activateBackward(f, x, y, z));
    closed("axpby", () -> backend.axpby(1, x, 1, y));
    closed("multiply", () -> backend.multiply(x, y, z));
    closed("sumOfSquares", () -> backend.sumOfSquares(x));
    closed("adam", () -> backend.adam(x, y, z, z, 0, 0, 0, 1, 0));
    closed("dense", () -> backend.dense(3, 3, f));
    closed("activation", () -> backend.activation(3, f));
    closed("softmaxCrossEntropy", () -> backend.softmaxCrossEntropy());
    closed("squaredError", () -> backend.squaredError());
    closed("huber", () -> backend.huber(1));
    closed("sigmoidCrossEntropy", () -> backend.sigmoidCrossEntropy());
    closed("firstRows", () -> x.firstRows(2));
    closed("write", () -> x.write(new float[9], 0));
    closed("fill", () -> x.fill((from, to, target, at, step) -> {}));
    closed("read", () -> x.read(new float[9], 0));
    for (Layer layer : List.of(dense, activation)) {
      closed("forward", () -> layer.forward(x, y));
      closed("backward", () -> layer.backward(x, y, z, null, List.of()));
    }
    closed("write", () -> dense.parameters().get(0).value().write(new float[9], 0));
    for (Loss loss : losses) {
      closed("value", () -> loss.value(x, y));
      closed("valueAndGradient", () -> loss.valueAndGradient(x, y, z));
    }
  }

  private void closed(String operation, Runnable call) {
    Rejection.check(IllegalStateException.class, operation, call, kit.provider().name(), "closed");
  }

  @Test
  @DisplayName("info() goes on answering after close: it outlives the session")
  void infoAfterClose() {
    BackendInfo open = backend.info();
    backend.close();
    BackendInfo closed = assertDoesNotThrow(backend::info, "info() of a closed session");
    assertEquals(open, closed, "info() of a closed session");
  }

  @Test
  @DisplayName("info() stays the same while sessions with other numbers of threads come and go")
  void infoBesideOthers() {
    try (Backend three = open(kit.options().threads(3))) {
      BackendInfo before = backend.info();
      BackendInfo beforeOfThree = three.info();
      for (int threads : new int[] {1, 2, 4}) {
        Backend other = open(kit.options().threads(threads));
        other.sumRows(other.allocate(3, 3), other.allocate(1, 3));
        assertEquals(before, backend.info(), "info() of an open session, after another opened");
        assertEquals(beforeOfThree, three.info(), "info() of an open session, after another");
        other.close();
        assertEquals(before, backend.info(), "info() of an open session, after another closed");
      }
    }
  }

  @Test
  @DisplayName("closing again does nothing, from any thread and from several at once")
  void closeTwice() throws InterruptedException {
    backend.close();
    backend.close();
    Parallel.start("close-again", backend::close).join();
    for (int threads : new int[] {1, 2}) {
      Backend session = open(kit.options().threads(threads));
      session.allocate(3, 3);
      Parallel.together(Collections.nCopies(4, session::close));
      session.close();
    }
  }

  @Test
  @DisplayName("closing one session leaves the others at work")
  void othersStayOpen() {
    Backend other = open(kit.options());
    Tensor x = input("x", Samples.uniform(5, 7, 1));
    Tensor w = input("w", Samples.uniform(7, 3, 2));
    other.allocate(5, 7);
    other.close();
    Tensor out = output(5, 3);
    backend.matmul(x, w, out);
    check(
        "matmul beside a closed session",
        Oracle.matmul(Samples.uniform(5, 7, 1), Samples.uniform(7, 3, 2)),
        out);
  }

  /** Gradients that hold up the call that first asks for one. */
  private static final class Gate extends AbstractList<Tensor> {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);
    private final List<Tensor> gradients;

    Gate(List<Tensor> gradients) {
      this.gradients = gradients;
    }

    private void pass() {
      entered.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Tensor get(int index) {
      pass();
      return gradients.get(index);
    }

    @Override
    public int size() {
      pass();
      return gradients.size();
    }
  }

  @Test
  @DisplayName("close waits for a running call, which ends as if nothing had happened")
  void closeWaits() throws InterruptedException {
    for (int threads : new int[] {1, 2}) {
      Backend session = open(kit.options().threads(threads));
      Layer layer = session.dense(64, 64, Activation.TANH);
      Tensor[] t = new Tensor[4];
      for (int i = 0; i < t.length; i++) {
        t[i] = session.allocate(64, 64);
      }
      Gate gate = new Gate(List.of(session.allocate(64, 64), session.allocate(1, 64)));
      Parallel call =
          Parallel.start("running-call", () -> layer.backward(t[0], t[1], t[2], t[3], gate));
      gate.entered.await();
      Parallel close = Parallel.start("close", session::close);
      // A backend that waits passes however long this is; one that does not is caught by then.
      boolean closed = close.endsWithin(100);
      gate.released.countDown();
      call.join();
      close.join();
      assertFalse(closed, "close returned while a call of backward was running");
      closed("matmul", () -> session.matmul(t[0], t[1], t[2]));
    }
  }

  @Test
  @DisplayName("a call that meets close either gives its result or throws IllegalStateException")
  void closeDuringCalls() throws InterruptedException {
    Matrix a = Samples.uniform(33, 64, 3);
    Matrix b = Samples.uniform(64, 100, 4);
    Expected expected = Oracle.matmul(a, b);
    for (int round = 0; round < 20; round++) {
      Backend session = open(kit.options().threads(1 + round % 2));
      AtomicInteger done = new AtomicInteger();
      CountDownLatch started = new CountDownLatch(3);
      Work caller =
          () -> {
            float[] found = new float[33 * 100];
            try {
              Tensor ta = session.allocate(33, 64);
              Tensor tb = session.allocate(64, 100);
              Tensor out = session.allocate(33, 100);
              ta.write(a.floats(), 0);
              tb.write(b.floats(), 0);
              while (true) {
                session.matmul(ta, tb, out);
                out.read(found, 0);
                expected.check("matmul beside close", found);
                done.incrementAndGet();
                started.countDown();
              }
            } catch (IllegalStateException e) {
              assertTrue(
                  String.valueOf(e.getMessage()).contains("closed"),
                  "a call that met close threw " + e);
            } finally {
              started.countDown();
            }
          };
      Work closer =
          () -> {
            started.await();
            session.close();
          };
      Parallel.together(List.of(caller, caller, caller, closer));
      assertTrue(done.get() > 0, "no call succeeded before close");
    }
  }

  @Test
  @DisplayName("a session starts fewer threads than info() says are in force")
  void threadsStarted() {
    run(open(kit.options().threads(4)), true);
    for (int asked : new int[] {1, 2, 4}) {
      Set<Thread> before = Thread.getAllStackTraces().keySet();
      Backend session = open(kit.options().threads(asked));
      int inForce = session.info().threads();
      Layer layer = session.dense(520, 260, Activation.RELU);
      layer.forward(session.allocate(300, 520), session.allocate(300, 260));
      List<Thread> started = new ArrayList<>(Thread.getAllStackTraces().keySet());
      started.removeAll(before);
      session.close();
      assertTrue(
          started.size() < inForce,
          "with " + inForce + " threads in force, the caller's included, started: " + started);
    }
  }

  /** A whole short life. */
  private static void run(Backend session, boolean large) {
    try (session) {
      Tensor x = session.allocate(SIDE, SIDE);
      Layer layer = session.dense(SIDE, 10, Activation.SIGMOID);
      Tensor y = session.allocate(SIDE, 10);
      layer.forward(x, y);
      session
          .softmaxCrossEntropy()
          .valueAndGradient(y, session.allocate(SIDE, 10), session.allocate(SIDE, 10));
      if (large) {
        session.matmul(
            session.allocate(300, 520), session.allocate(520, 260), session.allocate(300, 260));
      }
    }
  }

  private void runSessions(int count) {
    for (int i = 0; i < count; i++) {
      run(open(kit.options().threads(1 + i % 2)), i % 100 < 2);
    }
  }

  @Test
  @DisplayName("sessions leave nothing behind: no heap, no native memory, no threads")
  void manySessions() throws InterruptedException {
    int sessions = kit.sessions();
    runSessions(Math.min(20, sessions));
    long heapBefore = heapInUse();
    OptionalLong nativeBefore = kit.nativeBytes();
    Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();
    runSessions(sessions);
    // An eighth of what the sessions held: enough for the JVM's own, too little for a leak.
    long allowed = (long) sessions * SIDE * SIDE * Float.BYTES / 8;
    String after = " after " + sessions + " sessions of 64 KiB and more";
    long heap = settled(LifecycleGroup::heapInUse, heapBefore + allowed);
    assertTrue(
        heap - heapBefore <= allowed, "the heap grew by " + (heap - heapBefore) + " bytes" + after);
    if (nativeBefore.isPresent()) {
      long before = nativeBefore.getAsLong();
      long bytes = settled(() -> kit.nativeBytes().orElseThrow(), before + allowed);
      assertTrue(
          bytes - before <= allowed,
          "native memory grew by " + (bytes - before) + " bytes" + after);
    }
    List<Thread> threads = new ArrayList<>();
    settled(
        () -> {
          threads.clear();
          threads.addAll(Thread.getAllStackTraces().keySet());
          threads.removeAll(threadsBefore);
          return threads.size();
        },
        0);
    // The JVM may have started one of its own meanwhile; a leak is one for each session.
    assertTrue(threads.size() <= 3, threads.size() + " new threads" + after + ": " + threads);
  }

  private static long heapInUse() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  /** Reads until the bound is kept, for some seconds: threads take a moment to end. */
  private long settled(LongSupplier reading, long bound) throws InterruptedException {
    long value = reading.getAsLong();
    for (int i = 0; i < kit.patience() && value > bound; i++) {
      Thread.sleep(100);
      value = reading.getAsLong();
    }
    return value;
  }

  @Test
  @DisplayName("two opened sessions are two: neither close nor data of one reaches the other")
  void sessionsAreSeparate() {
    Backend first = open(kit.options());
    Backend second = open(kit.options());
    Tensor one = first.allocate(2, 2);
    Tensor two = second.allocate(2, 2);
    one.write(new float[] {1, 2, 3, 4}, 0);
    first.close();
    assertEquals(0, read(two)[0], "a tensor of the second session, after writing to the first");
    second.close();
  }
}
