package dev.polymath.backend.arrays;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that help a caller with the blocks of a job. One caller uses them at a time. Another
 * caller that comes meanwhile runs its whole job alone.
 *
 * <p>A run is announced by one number, its id, which also contains the number of blocks. Block i is
 * meant for thread i, so that a thread works on the same elements of a matrix each time. The thread
 * that first sets the block's claim to the id runs it. When the caller has finished block 0, it
 * claims the blocks that are left: it never waits for a thread that sleeps or has lost its core.
 *
 * <p>Where no cores are free for its threads, a job runs on the caller alone: {@link Gain}.
 *
 * <p>A waiting thread spins for a moment, about as long as the pauses within a training step, and
 * then parks: a resting pool uses no CPU.
 */
final class Pool {

  /** Above this many threads, more wait than help. The number also fits the low bits of an id. */
  static final int MAX_THREADS = 1024;

  private static final int BLOCK_BITS = 16;
  private static final long CLOSED = Long.MAX_VALUE;
  private static final int SPINS = 20_000;
  private static final long AGAIN_NANOS = 1_000_000_000;

  // Places in `words`: one of each kind, then three for each block.
  private static final int RUN = 0;
  private static final int BUSY = 1;
  private static final int CALLER_PARKED = 2;
  private static final int PER_BLOCK = 3;
  private static final int CLAIMED = 3;
  private static final int DONE = 4;
  private static final int PARKED = 5;

  // What BUSY is where the pool is in use.
  private static final int CALLED = 1;
  private static final int FORGETTING = 2;

  private final PaddedLongs words;
  private final Thread[] workers;
  private final @Nullable Throwable[] failures;
  private final int spins;
  private final Gain gain;

  // Written by the caller that uses the threads, before it announces the run.
  private long runs;
  private @Nullable Job job;
  private @Nullable Thread caller;

  /**
   * @param threads the caller's included, 1 to {@link #MAX_THREADS}
   * @param gain when jobs are shared at all
   */
  Pool(int threads, Gain gain) {
    this.gain = gain;
    words = new PaddedLongs(PER_BLOCK + PER_BLOCK * threads);
    failures = new Throwable[threads];
    workers = new Thread[threads - 1];
    // With more threads than processors, a thread that spins may keep another from its core.
    spins = threads > Runtime.getRuntime().availableProcessors() ? SPINS / 1000 : SPINS;
    for (int i = 1; i < threads; i++) {
      workers[i - 1] = newThread(i);
    }
    try {
      for (Thread worker : workers) {
        worker.start();
      }
    } catch (Throwable t) {
      close();
      throw t;
    }
  }

  /**
   * A thread that keeps nothing of the thread that makes it: no thread locals, no class loader. Up
   * to JDK 23 a thread also keeps the protection domains of all that is on its maker's stack, and
   * by them their class loaders, unless it is made by a privileged action.
   */
  @SuppressWarnings("removal") // not called where it may be gone
  private Thread newThread(int block) {
    PrivilegedAction<Thread> make =
        () -> {
          Runnable work = () -> work(block);
          Thread thread = new Thread(null, work, "polymath-arrays-" + block, 0, false);
          thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
          thread.setDaemon(true);
          return thread;
        };
    return Runtime.version().feature() < 24 ? AccessController.doPrivileged(make) : make.run();
  }

  /** The threads that a job can have. */
  int threads() {
    return workers.length + 1;
  }

  /**
   * Runs a job and returns when all its blocks are done.
   *
   * @param blocks at most {@link #threads}; one if the pool is in use or sharing does not pay
   * @throws RuntimeException or Error, what a block threw
   */
  void run(Job job, int blocks) {
    if (blocks <= 1 || !words.compareAndSet(BUSY, 0, CALLED) && !takeForgotten()) {
      job.run(0, 1);
      return;
    }
    boolean shared = false;
    try {
      long now = System.nanoTime();
      shared = gain.pays(now);
      if (shared) {
        share(job, blocks, now);
      }
    } finally {
      words.set(BUSY, 0);
    }
    if (!shared) {
      job.run(0, 1);
    }
  }

  private void share(Job job, int blocks, long start) {
    this.job = job;
    this.caller = Thread.currentThread();
    long run = ++runs << BLOCK_BITS | blocks;
    words.set(RUN, run);
    for (int i = 1; i < blocks; i++) {
      if (words.get(at(PARKED, i)) != 0) {
        LockSupport.unpark(workers[i - 1]);
      }
    }
    runBlock(job, 0, run);
    for (int i = 1; i < blocks; i++) {
      if (claim(i, run)) {
        runBlock(job, i, run);
      }
    }
    long work = words.getBeside(at(DONE, 0));
    for (int i = 1; i < blocks; i++) {
      awaitDone(i, run);
      work += words.getBeside(at(DONE, i));
    }
    long end = System.nanoTime();
    gain.ran(end, end - start, work);
    throwFailure(blocks);
  }

  /** Waits for the thread that claimed a block. */
  private void awaitDone(int block, long run) {
    int done = at(DONE, block);
    boolean interrupted = false;
    for (int spun = 0; words.get(done) != run; spun++) {
      if (spun < spins) {
        Thread.onSpinWait();
      } else {
        words.set(CALLER_PARKED, 1);
        if (words.get(done) != run) {
          LockSupport.park(this);
          interrupted |= Thread.interrupted();
        }
        words.set(CALLER_PARKED, 0);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What a worker does until the pool closes. */
  private void work(int block) {
    long seen = 0;
    while (true) {
      seen = awaitRun(block, seen);
      if (seen == CLOSED) {
        return;
      }
      boolean mine = block < (seen & (1L << BLOCK_BITS) - 1);
      if (mine && claim(block, seen)) {
        // The caller waits for this block from now on, so job and caller are this run's.
        Job current = job;
        Thread waiting = caller;
        if (current != null) {
          runBlock(current, block, seen);
        }
        if (words.get(CALLER_PARKED) != 0) {
          LockSupport.unpark(waiting);
        }
      }
    }
  }

  private long awaitRun(int block, long seen) {
    int parked = at(PARKED, block);
    for (int spun = 0; ; spun++) {
      long run = words.get(RUN);
      if (run != seen) {
        return run;
      }
      if (spun < spins) {
        Thread.onSpinWait();
      } else {
        words.set(parked, 1);
        if (words.get(RUN) == seen) {
          if (letGo(block)) {
            LockSupport.park(this);
          } else {
            LockSupport.parkNanos(this, AGAIN_NANOS);
          }
        }
        words.set(parked, 0);
        spun = 0;
      }
    }
  }

  /**
   * Forgets the last job and its caller, before a thread parks: the threads would keep whatever a
   * job reaches, and with that its session. Thread 1, which no run leaves out, does it for all. It
   * takes the pool for so long. The end of a run could do it too, but then each step would write
   * once more to memory that all threads read.
   *
   * @return false if a caller is using the pool, and the thread had better look again some time
   */
  private boolean letGo(int block) {
    if (block != 1 || job == null) {
      return true;
    }
    if (!words.compareAndSet(BUSY, 0, FORGETTING)) {
      return false;
    }
    job = null;
    caller = null;
    words.set(BUSY, 0);
    return true;
  }

  /** For a caller that found the pool in use: takes it once its last job is forgotten. */
  private boolean takeForgotten() {
    while (words.get(BUSY) == FORGETTING) {
      Thread.onSpinWait();
    }
    return words.compareAndSet(BUSY, 0, CALLED);
  }

  /** Whether this thread, and no other, is to run the block. Ids only grow. */
  private boolean claim(int block, long run) {
    int claimed = at(CLAIMED, block);
    long last = words.get(claimed);
    return last < run && words.compareAndSet(claimed, last, run);
  }

  private void runBlock(Job job, int block, long run) {
    long start = System.nanoTime();
    try {
      job.run(block, (int) (run & (1L << BLOCK_BITS) - 1));
    } catch (Throwable t) {
      failures[block] = t;
    }
    words.setBeside(at(DONE, block), System.nanoTime() - start);
    words.set(at(DONE, block), run);
  }

  private void throwFailure(int blocks) {
    Throwable first = null;
    for (int i = 0; i < blocks; i++) {
      Throwable failure = failures[i];
      failures[i] = null;
      if (first == null) {
        first = failure;
      } else if (failure != null && failure != first) {
        first.addSuppressed(failure);
      }
    }
    if (first instanceof Error error) {
      throw error;
    }
    if (first instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /** Lets the threads end, without waiting for them. No job may be running. */
  void end() {
    words.set(RUN, CLOSED);
    for (Thread worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  /** Ends the threads and waits until they have. No job may be running. */
  void close() {
    end();
    boolean interrupted = false;
    for (Thread worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    job = null;
    caller = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static int at(int word, int block) {
    return PER_BLOCK * block + word;
  }
}
