package dev.polymath.backend.arrays;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * A session's hold on its pool. The pool's threads reach the pool, and nothing that the pool knows
 * between two runs reaches this handle: a session that is dropped without being closed becomes
 * unreachable, and its threads end then.
 */
final class PoolHandle {

  /** One thread for all pools, started with the first that has threads of its own. */
  private static final class Cleaning {
    static final Cleaner CLEANER = Cleaner.create();
  }

  private final Pool pool;
  private final Cleaner.@Nullable Cleanable end;

  PoolHandle(Pool pool) {
    this.pool = pool;
    this.end = pool.threads() == 1 ? null : Cleaning.CLEANER.register(this, pool::end);
  }

  /** The threads that a job can have. */
  int threads() {
    return pool.threads();
  }

  /** See {@link Pool#run}. */
  void run(Job job, int blocks) {
    try {
      pool.run(job, blocks);
    } finally {
      // Compiled code may have forgotten this handle by now, and the pool must not end meanwhile.
      Reference.reachabilityFence(this);
    }
  }

  /** Ends the threads and waits until they have. No job may be running. */
  void close() {
    if (end != null) {
      end.clean();
    }
    pool.close();
  }
}
