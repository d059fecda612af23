package dev.polymath.backend.arrays;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** A job whose blocks all run at once, each on a thread of its own: they wait for one another. */
final class MeetingJob extends Job {

  private final CyclicBarrier barrier;
  private final Runnable each;

  /**
   * @param threads as many as there are blocks
   * @param each what every thread does first
   */
  MeetingJob(int threads, Runnable each) {
    this.barrier = new CyclicBarrier(threads);
    this.each = each;
  }

  @Override
  void run(int block, int blocks) {
    each.run();
    try {
      barrier.await(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
