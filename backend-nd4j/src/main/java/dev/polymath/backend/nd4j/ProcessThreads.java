package dev.polymath.backend.nd4j;

import java.util.concurrent.locks.StampedLock;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The number of threads that ND4J's operations run on. ND4J has one for the whole process, and each
 * session has its own: operations of sessions with the same number run together, those of sessions
 * with different numbers take turns.
 */
final class ProcessThreads {

  private static final StampedLock LOCK = new StampedLock();

  /** 0 before the first session. */
  private static int inForce;

  private ProcessThreads() {}

  /** Puts a number in force and gives what ND4J makes of it, at least 1. */
  static int probe(int threads) {
    long stamp = LOCK.writeLock();
    try {
      set(threads);
      return Math.max(1, Nd4j.factory().blas().getMaxThreads());
    } finally {
      LOCK.unlockWrite(stamp);
    }
  }

  /** Runs an operation with so many threads in force from its beginning to its end. */
  static void run(int threads, Runnable operation) {
    long stamp = LOCK.readLock();
    if (inForce != threads) {
      LOCK.unlockRead(stamp);
      stamp = LOCK.writeLock();
      set(threads);
      stamp = LOCK.tryConvertToReadLock(stamp);
    }
    try {
      operation.run();
    } finally {
      LOCK.unlockRead(stamp);
    }
  }

  private static void set(int threads) {
    Nd4j.factory().blas().setMaxThreads(threads);
    Nd4j.getEnvironment().setMaxMasterThreads(threads);
    inForce = threads;
  }
}
