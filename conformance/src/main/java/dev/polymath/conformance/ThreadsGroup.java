package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.Tensor;
import dev.polymath.conformance.Arguments.Size;
import dev.polymath.conformance.Operation.Call;
import dev.polymath.conformance.Threads.OpensItsOwn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every number of threads: the same results, and as many threads at work as are reported. */
@OpensItsOwn
abstract class ThreadsGroup extends Group {

  /** Fewer rows than threads, fewer columns than threads, and more of both. */
  private static final List<Size> SIZES =
      List.of(
          new Size(2, 10_007, 3, 1),
          new Size(5_003, 3, 33, 2),
          new Size(5, 1_100, 210, 3),
          new Size(65, 257, 60, 4),
          new Size(130, 70, 150, 5));

  ThreadsGroup(BackendConformance kit) {
    super(kit);
  }

  private Backend open(int threads) {
    return open(kit.options().threads(threads));
  }

  private void assumeThreads() {
    try (Backend session = open(Threads.MORE)) {
      Assumptions.assumeTrue(
          session.info().threads() > 1,
          "info() says that one thread is in force, whatever is asked");
    }
  }

  @Test
  @DisplayName("a session opens with any number of threads asked for, and works")
  void anyNumber() {
    for (int asked : new int[] {2, 5, 8, 9, 16, 31, 64, 100, 257}) {
      try (Backend session = open(asked)) {
        int inForce = session.info().threads();
        assertTrue(
            inForce >= 1 && inForce <= asked,
            "asked for " + asked + " threads: info() says " + inForce + " are in force");
        Matrix a = Samples.uniform(33, 70, 1);
        Matrix b = Samples.uniform(70, 130, 2);
        Tensor ta = session.allocate(33, 70);
        Tensor tb = session.allocate(70, 130);
        Tensor out = session.allocate(33, 130);
        ta.write(a.floats(), 0);
        tb.write(b.floats(), 0);
        session.matmul(ta, tb, out);
        Oracle.matmul(a, b).check("matmul with " + asked + " threads asked for", read(out));
      }
    }
  }

  @Test
  @DisplayName("every operation gives with 2, 3, 8 and 64 threads what it gives with one")
  void everyOperationOfThreads() {
    assumeThreads();
    Map<String, double[]> withOne = new HashMap<>();
    for (int threads : new int[] {1, 2, 3, 8, 64}) {
      try (Backend session = open(threads)) {
        for (int i = 0; i < Operations.ALL.size(); i++) {
          Operation operation = Operations.ALL.get(i);
          for (int j = 0; j < SIZES.size(); j++) {
            // A number of threads takes some of the sizes, others of each operation.
            int some = threads > 8 ? 1 : 2;
            if (threads > 1 && (i + j + threads) % SIZES.size() >= some) {
              continue;
            }
            Size size = SIZES.get(j);
            Call call = operation.on(session, size);
            double[] found = call.runAnew();
            double[] expected = withOne.putIfAbsent(call.toString(), found);
            if (expected != null) {
              Operation.checkClose(call + " with " + threads + " threads", expected, found);
            }
            call.giveBack();
          }
        }
      }
    }
  }

  @Test
  @DisplayName("threads that are reported are used: another than the caller computes")
  void reportedAreUsed() {
    assumeThreads();
    Assumptions.assumeTrue(
        Runtime.getRuntime().availableProcessors() > 1, "there is one processor");
    int threads = Math.min(Threads.MORE, Runtime.getRuntime().availableProcessors());
    try (Backend session = open(threads)) {
      int inForce = session.info().threads();
      Helpers helpers = new Helpers();
      Call product = largeProduct(session);
      assertTrue(
          helpers.work(product, kit.patience()),
          "info() says that "
              + inForce
              + " threads are in force, and "
              + product
              + " runs on the caller alone: report one thread, or share the work");
    }
  }

  @Test
  @DisplayName("one thread that is reported is one: nothing computes but the caller")
  void oneIsOne() {
    try (Backend session = open(1)) {
      assertEquals(1, session.info().threads(), "info().threads() where one was asked for");
      Call product = largeProduct(session);
      assertTrue(
          !new Helpers().compute(product),
          "info() says that one thread is in force, and "
              + product
              + " keeps other threads busy: limit the library's own threads");
    }
  }

  private static Call largeProduct(Backend session) {
    Operation matmul =
        Operations.ALL.stream()
            .filter(operation -> operation.name().equals("matmul"))
            .findFirst()
            .orElseThrow();
    return matmul.on(session, new Size(384, 400, 512, 6));
  }

  @Test
  @DisplayName("closing one session leaves the threads of another at work")
  void closeBeside() throws InterruptedException {
    for (int threads : new int[] {2, Threads.MORE}) {
      try (Backend stays = open(threads)) {
        boolean alone = stays.info().threads() == 1;
        Size size = alone ? new Size(9, 17, 5, 7) : new Size(130, 257, 100, 7);
        Map<Call, double[]> calls = new LinkedHashMap<>();
        for (int i = threads / 4; i < Operations.ALL.size(); i += 5) {
          Call call = Operations.ALL.get(i).on(stays, size);
          calls.put(call, call.runAnew());
        }
        for (int round = 0; round < 2; round++) {
          Backend goes = open(threads);
          largeProduct(goes).run();
          Parallel closing = Parallel.start("close", goes::close);
          calls.forEach(
              (call, expected) ->
                  Operation.checkSame(
                      call + " beside a session that is closed", expected, call.runAnew()));
          closing.join();
          calls.forEach(
              (call, expected) ->
                  Operation.checkSame(call + " after another's close", expected, call.runAnew()));
        }
        if (alone) {
          return;
        }
      }
    }
  }

  @Test
  @DisplayName("close ends the threads that a session started; those of the process do not grow")
  void threadsEnd() throws InterruptedException {
    openAndClose(3);
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    openAndClose(5);
    List<Thread> once = settled(before, 0);
    openAndClose(5);
    List<Thread> twice = settled(before, once.size());
    assertTrue(
        twice.size() <= once.size(),
        "threads that five closed sessions left: "
            + once
            + "; that ten left: "
            + twice
            + "; close must end them and wait");
  }

  private void openAndClose(int sessions) {
    for (int i = 0; i < sessions; i++) {
      try (Backend session = open(8)) {
        largeProduct(session).run();
      }
    }
  }

  /** The threads that are new, once there are no more than so many or patience ends. */
  private List<Thread> settled(Set<Thread> before, int bound) throws InterruptedException {
    List<Thread> threads = newThreads(before);
    for (int i = 0; i < kit.patience() / 3 && threads.size() > bound; i++) {
      Thread.sleep(100);
      threads = newThreads(before);
    }
    return threads;
  }

  private static List<Thread> newThreads(Set<Thread> before) {
    List<Thread> threads = new ArrayList<>(Thread.getAllStackTraces().keySet());
    threads.removeAll(before);
    return threads;
  }

  @Test
  @DisplayName("info() stays the same through every operation, on one thread and on four")
  void infoStays() {
    for (int threads : new int[] {1, Threads.MORE}) {
      try (Backend session = open(threads)) {
        BackendInfo opened = session.info();
        for (Operation operation : Operations.ALL) {
          Call call = operation.on(session, new Size(30, 140, 20, 8));
          call.run();
          assertEquals(opened, session.info(), "info() after " + call);
        }
        largeProduct(session).run();
        assertEquals(opened, session.info(), "info() after a large product");
        try (Backend other = open(3 - Math.min(threads, 2))) {
          largeProduct(other).run();
          assertEquals(opened, session.info(), "info() beside another session at work");
        }
      }
    }
  }
}
