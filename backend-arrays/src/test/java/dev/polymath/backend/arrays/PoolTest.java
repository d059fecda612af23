package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The pool")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PoolTest {

  private static final int THREADS = 4;

  private final Pool pool = new Pool(THREADS, new Gain(0));

  @AfterEach
  void close() {
    pool.close();
  }

  /** Counts how often each block ran, and on which threads. */
  private static class Counting extends Job {
    final AtomicIntegerArray runs = new AtomicIntegerArray(THREADS);
    final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    @Override
    void run(int block, int blocks) {
      threads.add(Thread.currentThread());
      runs.incrementAndGet(block);
    }
  }

  /** Each block waits for all others: it ends only if as many threads run it. */
  private static final class Meeting extends Counting {
    private final CyclicBarrier barrier = new CyclicBarrier(THREADS);

    @Override
    void run(int block, int blocks) {
      super.run(block, blocks);
      try {
        barrier.await();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  @DisplayName("runs each block exactly once, whatever their number, again and again")
  void once() {
    for (int i = 0; i < 20_000; i++) {
      int blocks = 1 + i % THREADS;
      Counting job = new Counting();
      pool.run(job, blocks);
      for (int block = 0; block < THREADS; block++) {
        assertEquals(block < blocks ? 1 : 0, job.runs.get(block), "block " + block);
      }
    }
  }

  @Test
  @DisplayName("wakes parked threads")
  void wakes() throws InterruptedException {
    pool.run(new Meeting(), THREADS);
    awaitParked();
    Meeting job = new Meeting();
    pool.run(job, THREADS);
    assertEquals(THREADS, job.threads.size());
  }

  @Test
  @DisplayName("uses no CPU at rest: all its threads park")
  void rests() throws InterruptedException {
    pool.run(new Meeting(), THREADS);
    awaitParked();
  }

  private static void awaitParked() throws InterruptedException {
    for (Thread worker : workers()) {
      while (worker.getState() != Thread.State.WAITING) {
        Thread.sleep(1);
      }
    }
  }

  private static Set<Thread> workers() {
    Set<Thread> workers = ConcurrentHashMap.newKeySet();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("polymath-arrays-")) {
        workers.add(thread);
      }
    }
    return workers;
  }

  @Test
  @DisplayName("hands a block's failure to the caller once all blocks are done, and works on")
  void failure() {
    for (int failing = 0; failing < THREADS; failing++) {
      int bad = failing;
      RuntimeException thrown = new IllegalStateException("block " + bad);
      Counting job =
          new Counting() {
            @Override
            void run(int block, int blocks) {
              super.run(block, blocks);
              if (block == bad) {
                throw thrown;
              }
            }
          };
      assertSame(thrown, assertThrows(IllegalStateException.class, () -> pool.run(job, THREADS)));
      for (int block = 0; block < THREADS; block++) {
        assertEquals(1, job.runs.get(block));
      }
      Counting next = new Counting();
      pool.run(next, THREADS);
      assertEquals(1, next.runs.get(bad));
    }
  }

  @Test
  @DisplayName("names the failures of several blocks in one")
  void failures() {
    Job job =
        new Job() {
          @Override
          void run(int block, int blocks) {
            throw new AssertionError("block " + block);
          }
        };
    AssertionError error = assertThrows(AssertionError.class, () -> pool.run(job, THREADS));
    assertEquals("block 0", error.getMessage());
    assertEquals(THREADS - 1, error.getSuppressed().length);
  }

  @Test
  @DisplayName("lets a caller that finds it taken run alone")
  void taken() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(THREADS);
    CountDownLatch leave = new CountDownLatch(1);
    Job holding =
        new Job() {
          @Override
          void run(int block, int blocks) {
            inside.countDown();
            try {
              leave.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    Thread holder = new Thread(() -> pool.run(holding, THREADS));
    holder.start();
    inside.await();
    Counting job = new Counting();
    pool.run(job, THREADS);
    assertEquals(Set.of(Thread.currentThread()), job.threads);
    assertEquals(1, job.runs.get(0));
    leave.countDown();
    holder.join();
  }

  @Test
  @DisplayName("serves many callers at once")
  void callers() throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread[] callers = new Thread[8];
    for (int c = 0; c < callers.length; c++) {
      callers[c] =
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < 2_000; i++) {
                    Counting job = new Counting();
                    pool.run(job, THREADS);
                    int runs = 0;
                    for (int block = 0; block < THREADS; block++) {
                      runs += job.runs.get(block);
                    }
                    assertTrue(runs == 1 || runs == THREADS, "runs " + runs);
                  }
                } catch (Throwable t) {
                  failure.set(t);
                }
              });
      callers[c].start();
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(null, failure.get());
  }

  @Test
  @DisplayName("keeps a caller's interruption, and is not disturbed by it")
  void interruption() {
    Thread.currentThread().interrupt();
    Counting job = new Counting();
    pool.run(job, THREADS);
    assertTrue(Thread.interrupted());
    assertEquals(1, job.runs.get(THREADS - 1));
  }

  @Test
  @DisplayName("gives its threads nothing of the thread that opens it")
  void inheritsNothing() {
    InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
    local.set("the opener's");
    Thread opener = Thread.currentThread();
    ClassLoader usual = opener.getContextClassLoader();
    opener.setContextClassLoader(new ClassLoader() {});
    Set<String> seen = ConcurrentHashMap.newKeySet();
    Pool other = new Pool(2, new Gain(0));
    try {
      other.run(
          new MeetingJob(
              2,
              () -> {
                if (Thread.currentThread() != opener) {
                  ClassLoader loader = Thread.currentThread().getContextClassLoader();
                  seen.add(local.get() + ", " + (loader == ClassLoader.getSystemClassLoader()));
                }
              }),
          2);
    } finally {
      other.close();
      opener.setContextClassLoader(usual);
    }
    assertEquals(Set.of("null, true"), seen);
  }

  @Test
  @DisplayName("ends its threads, which are daemons, when closed")
  void closes() throws InterruptedException {
    Pool other = new Pool(3, new Gain(0));
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    other.run(new MeetingJob(3, () -> threads.add(Thread.currentThread())), 3);
    threads.remove(Thread.currentThread());
    assertEquals(2, threads.size());
    for (Thread thread : threads) {
      assertTrue(thread.isDaemon());
    }
    other.close();
    for (Thread thread : threads) {
      assertFalse(thread.isAlive());
    }
  }
}
