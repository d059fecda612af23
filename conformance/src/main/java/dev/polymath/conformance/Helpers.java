package dev.polymath.conformance;

import dev.polymath.conformance.Operation.Call;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * Whether threads other than the caller compute: threads of Java by their own processor time,
 * threads of a native library by what the process used and no thread of Java did. The JIT and the
 * garbage collector use some too, so that a library is believed by the middle of many rounds.
 */
final class Helpers {

  /** What counts as work, in nanoseconds. */
  private static final long SOME = 2_000_000;

  private static final int ROUNDS = 7;

  /** Of the caller's processor time: the process's is counted in steps of ten milliseconds. */
  private static final long ROUND = 80_000_000;

  /** On the clock, for a caller that only waits. */
  private static final long LONGEST_ROUND = 300_000_000;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final com.sun.management.OperatingSystemMXBean process =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Processor time of all threads of Java but the caller. */
  private long others() {
    long sum = 0;
    for (long id : threads.getAllThreadIds()) {
      if (id != Thread.currentThread().getId()) {
        sum += Math.max(0, threads.getThreadCpuTime(id));
      }
    }
    return sum;
  }

  private void round(Call call) {
    long start = System.nanoTime();
    long before = threads.getCurrentThreadCpuTime();
    do {
      call.work().call().run();
    } while (threads.getCurrentThreadCpuTime() - before < ROUND
        && System.nanoTime() - start < LONGEST_ROUND);
  }

  /** Processor time beside the caller's, by the caller's. */
  private record Shares(double ofJava, double ofLibrary, long javaNanos) {}

  /** Whether others work, within so many rounds. */
  boolean work(Call call, int mostRounds) {
    round(call);
    int ofLibrary = 0;
    long nanos = 0;
    for (int done = 0; done < mostRounds; done += ROUNDS) {
      Shares shares = measure(call);
      nanos += shares.javaNanos;
      ofLibrary += shares.ofLibrary > 0.2 ? 1 : 0;
      if (ofLibrary > 1 || nanos >= SOME && shares.ofJava > 0.01) {
        return true;
      }
    }
    return false;
  }

  /** Whether others compute along, once everything is warm: twice, so that it is no accident. */
  boolean compute(Call call) {
    round(call);
    for (int time = 0; time < 2; time++) {
      Shares shares = measure(call);
      if (shares.ofJava < 0.25 && shares.ofLibrary < 0.3) {
        return false;
      }
    }
    return true;
  }

  /** Several rounds: of all together for Java, the middle one for a library. */
  private Shares measure(Call call) {
    double[] rests = new double[ROUNDS];
    long ofJava = 0;
    long ofCaller = 0;
    for (int i = 0; i < ROUNDS; i++) {
      long all = process.getProcessCpuTime();
      long before = others();
      long own = threads.getCurrentThreadCpuTime();
      round(call);
      long used = threads.getCurrentThreadCpuTime() - own;
      long helped = others() - before;
      long rest = process.getProcessCpuTime() - all - used - helped;
      rests[i] = (double) rest / Math.max(1, used);
      ofJava += helped;
      ofCaller += used;
    }
    Arrays.sort(rests);
    return new Shares((double) ofJava / Math.max(1, ofCaller), rests[ROUNDS / 2], ofJava);
  }
}
