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
  private static final long LONGEST_ROUND = 1_000_000_000;

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

  /** Whether others work, within so many rounds. */
  boolean work(Call call, int mostRounds) {
    round(call);
    long before = others();
    for (int done = 0; done < mostRounds; done += ROUNDS) {
      boolean ofLibrary = nativeShare(call) > 0.2;
      if (ofLibrary || others() - before >= SOME) {
        return true;
      }
    }
    return false;
  }

  /** Whether others compute along, once everything is warm. */
  boolean compute(Call call) {
    for (int i = 0; i < ROUNDS / 2; i++) {
      round(call);
    }
    long before = others();
    long start = threads.getCurrentThreadCpuTime();
    double share = nativeShare(call);
    long own = threads.getCurrentThreadCpuTime() - start;
    return share > 0.3 || others() - before > Math.max(SOME, own / 4);
  }

  /** The middle of the rounds' processor time that no thread of Java used, by the caller's. */
  private double nativeShare(Call call) {
    double[] shares = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long all = process.getProcessCpuTime();
      long ofOthers = others();
      long own = threads.getCurrentThreadCpuTime();
      round(call);
      long used = threads.getCurrentThreadCpuTime() - own;
      long rest = process.getProcessCpuTime() - all - used - (others() - ofOthers);
      shares[i] = (double) rest / Math.max(1, used);
    }
    Arrays.sort(shares);
    return shares[ROUNDS / 2];
  }
}
