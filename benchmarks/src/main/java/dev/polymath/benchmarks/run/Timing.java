package dev.polymath.benchmarks.run;

/**
 * How long a combination is measured: JVMs, and in each the iterations before and after warm-up.
 */
record Timing(int forks, int warmUps, int warmUpMillis, int iterations, int iterationMillis) {

  /** Two JVMs of 2.5 seconds. */
  static final Timing QUICK = new Timing(2, 3, 500, 5, 200);

  /** Three JVMs of 2.75 seconds. */
  static final Timing RECORDED = new Timing(3, 3, 500, 5, 250);

  /** Three JVMs of 5 seconds. */
  static final Timing FULL = new Timing(3, 5, 500, 5, 500);

  /** For several threads: while they are all busy, C2 has no core of its own to compile on. */
  Timing ofThreads() {
    return new Timing(forks, Math.max(warmUps, 8), warmUpMillis, iterations, iterationMillis);
  }

  /** For the machine's own figures, which need no long warm-up: in a quick run, one JVM. */
  Timing ofMachine() {
    return new Timing(forks < 3 ? 1 : forks, 2, 300, 5, 150);
  }
}
