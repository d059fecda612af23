package dev.polymath.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.opentest4j.AssertionFailedError;

/** Work on threads of its own; what it throws reaches the check that waits for it. */
final class Parallel {

  /** Long enough for any machine: it is only waited for where something hangs. */
  private static final long PATIENCE_MILLIS = 60_000;

  /** A piece of work that may throw anything. */
  interface Work {
    void run() throws Exception;
  }

  private final Thread thread;
  private final AtomicReference<Throwable> thrown = new AtomicReference<>();

  private Parallel(String name, Work work) {
    thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Throwable e) {
                thrown.set(e);
              }
            },
            name);
    // A backend that hangs must not keep the JVM alive.
    thread.setDaemon(true);
  }

  static Parallel start(String name, Work work) {
    Parallel parallel = new Parallel(name, work);
    parallel.thread.start();
    return parallel;
  }

  /** Starts all the works at one moment and waits for them. */
  static void together(List<Work> works) throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(works.size());
    List<Parallel> running = new ArrayList<>();
    for (int i = 0; i < works.size(); i++) {
      Work work = works.get(i);
      running.add(
          start(
              "conformance-" + i,
              () -> {
                ready.countDown();
                ready.await();
                work.run();
              }));
    }
    for (Parallel parallel : running) {
      parallel.join();
    }
  }

  /** Whether it has ended within the time; it is no failure if not. */
  boolean endsWithin(long millis) throws InterruptedException {
    thread.join(millis);
    return !thread.isAlive();
  }

  /** Waits for the end and throws what the work threw. */
  void join() throws InterruptedException {
    thread.join(PATIENCE_MILLIS);
    if (thread.isAlive()) {
      AssertionFailedError hanging =
          new AssertionFailedError(thread.getName() + " does not end; it is at the trace below");
      hanging.setStackTrace(thread.getStackTrace());
      throw hanging;
    }
    Throwable e = thrown.get();
    if (e instanceof Error error) {
      throw error;
    }
    if (e != null) {
      throw new AssertionFailedError(thread.getName() + " threw " + e, e);
    }
  }
}
