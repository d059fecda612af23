package dev.polymath.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What it costs at least to hand work to a second thread and hear that it is done: a number goes to
 * a spinning thread and comes back. It depends on how near the two cores are, and on a virtual
 * machine that may change from run to run; state it beside every figure of two threads. A very
 * short way, below 80 ns on a server, may mean that the host runs both virtual cores on one: then
 * two threads of {@link PeakBenchmark} together are hardly faster than one, and nothing else can
 * be.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ForkJoinBenchmark extends MachineBenchmark {

  // Two numbers, cache lines apart from each other and from everything else.
  private static final int THERE = 32;
  private static final int BACK = 64;
  private static final int LENGTH = 96;

  private static final long STOP = -1;

  private final AtomicLongArray words = new AtomicLongArray(LENGTH);
  private Thread other;
  private long sent;

  /** Starts the second thread. */
  @Setup(Level.Trial)
  public void start() {
    if (Runtime.getRuntime().availableProcessors() < 2) {
      throw new IllegalStateException("fork and join: expected two processors, found one");
    }
    other = new Thread(this::answer, "answering");
    other.setDaemon(true);
    other.start();
  }

  private void answer() {
    long seen = 0;
    while (seen != STOP) {
      long now = words.getAcquire(THERE);
      if (now != seen) {
        seen = now;
        words.setRelease(BACK, now);
      }
    }
  }

  /** There and back. */
  @Benchmark
  public long roundTrip() {
    long now = ++sent;
    words.setRelease(THERE, now);
    while (words.getAcquire(BACK) != now) {
      // Without a pause instruction, which takes longer than the answer on some processors.
    }
    return now;
  }

  /** Ends the second thread. */
  @TearDown(Level.Trial)
  public void stop() throws InterruptedException {
    words.setRelease(THERE, STOP);
    other.join();
  }
}
