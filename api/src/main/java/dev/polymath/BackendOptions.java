package dev.polymath;

/** How a session is opened. Immutable: each setter returns a changed copy. */
public final class BackendOptions {

  private static final BackendOptions DEFAULTS = new BackendOptions(1);

  private final int threads;

  private BackendOptions(int threads) {
    this.threads = threads;
  }

  /** One thread. */
  public static BackendOptions defaults() {
    return DEFAULTS;
  }

  /** The threads that one operation may use, the caller's included. */
  public int threads() {
    return threads;
  }

  /**
   * These options with another number of threads. A backend that cannot use as many opens
   * nevertheless and says in {@link BackendInfo#threads()} how many are in force.
   *
   * @param threads at least 1
   */
  public BackendOptions threads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: expected at least 1, found " + threads);
    }
    return new BackendOptions(threads);
  }

  @Override
  public String toString() {
    return "BackendOptions[threads=" + threads + "]";
  }
}
