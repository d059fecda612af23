package dev.polymath.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls that run in a session, and closes it once none does. One atomic addition to
 * enter and one to leave: a lock would cost as much as a small operation.
 */
final class CallGate {

  private static final long CLOSED = Long.MIN_VALUE;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(CallGate.class, "state", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The running calls, plus {@link #CLOSED} once closing has begun. */
  @SuppressWarnings("unused") // through STATE
  private volatile long state;

  private volatile @Nullable Thread closer;

  /** Whether the call may run; if so, {@link #leave} must follow. */
  boolean enter() {
    if ((long) STATE.getAndAdd(this, 1L) >= 0) {
      return true;
    }
    leave();
    return false;
  }

  /** The running calls, for a test that none is forgotten; below zero once closing has begun. */
  long calls() {
    return state;
  }

  void leave() {
    if ((long) STATE.getAndAdd(this, -1L) == CLOSED + 1) {
      LockSupport.unpark(closer);
    }
  }

  /**
   * Refuses new calls, waits for the running ones and runs {@code release}. A second close waits
   * for the first and does nothing.
   */
  synchronized void close(Runnable release) {
    if (state < 0) {
      return;
    }
    closer = Thread.currentThread();
    STATE.getAndAdd(this, CLOSED);
    boolean interrupted = false;
    while (state != CLOSED) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    closer = null;
    try {
      release.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
