package dev.polymath.backend.arrays;

/**
 * Whether sharing jobs pays at present: {@code gain = Σ time in blocks / Σ time from announcement
 * to end}, over windows of some milliseconds.
 *
 * <p>With a core for each thread, the gain is about the number of threads. It is 1 or less where a
 * thread gets a core only when another leaves it: on a busy machine, beside a running compiler, or
 * on a virtual machine whose cores share a real one. Jobs then take up to twice as long as on one
 * thread. So after two windows without gain the caller pauses sharing and runs jobs alone. Each
 * further window without gain makes the next pause longer. A single one does not count, since it
 * may be one interruption.
 *
 * <p>Times are in nanoseconds. Not for several threads at once.
 */
final class Gain {

  /** Below this gain a caller alone is about as fast, and leaves the other cores free. */
  static final double LEAST = 1.15;

  /** Long enough that the time to wake a thread does not count. */
  static final long WINDOW = 2_000_000;

  static final long FIRST_PAUSE = 4_000_000;

  /** A window without gain costs at most about its own length: 3 % of this. */
  static final long LONGEST_PAUSE = 64_000_000;

  private final double least;
  private long taken;
  private long worked;
  private int windowsWithoutGain;
  private long pause;
  private long pausedAt;

  /**
   * @param least gain to go on with; 0 shares always
   */
  Gain(double least) {
    this.least = least;
  }

  /** Whether to share a job that begins now. */
  boolean pays(long now) {
    return pause == 0 || now - pausedAt >= pause;
  }

  /**
   * Counts a job that was shared.
   *
   * @param now when it ended
   * @param time it took
   * @param work time in its blocks, over all threads
   */
  void ran(long now, long time, long work) {
    taken += time;
    worked += work;
    if (taken < WINDOW) {
      return;
    }
    if (worked >= least * taken) {
      windowsWithoutGain = 0;
      pause = 0;
    } else if (++windowsWithoutGain > 1) {
      pause = pause == 0 ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
      pausedAt = now;
    }
    taken = 0;
    worked = 0;
  }
}
