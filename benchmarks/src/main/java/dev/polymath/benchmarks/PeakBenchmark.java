package dev.polymath.benchmarks;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The most float32 operations per second: fused multiply-adds on {@value #CHAINS} independent
 * accumulators in registers, without a load or a store. An FMA waits four or five cycles for its
 * predecessor and two start each cycle, so ten chains are needed and twelve are enough.
 *
 * <p>{@link #clock} measures the clock in the same run, by a chain of additions that take a cycle
 * each. FMAs a cycle, peak / (clock · 2 · lanes), then tell whether the peak was reached: 2 on a
 * core with two FMA units.
 */
@State(Scope.Thread)
public class PeakBenchmark extends MachineBenchmark {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int CHAINS = 12;
  private static final int LOOPS = 4096;

  private static final float FACTOR = 0.75f;
  private static final float OTHER = 1f / LOOPS;

  private static final int CHAIN_STEPS = 1 << 14;

  private final float[] start = new float[CHAINS * LANES];
  private final float[] end = new float[CHAINS * LANES];
  private long left = 0x9E3779B97F4A7C15L;
  private long right = 3;

  /** What was computed, beside how often. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Work {
    /** 10⁹ floating-point operations. */
    public double gflop;

    /** Floats of a vector, once a call: the rate over that of the calls. */
    public double lanes;
  }

  /** 10⁹ cycles. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Cycles {
    /** 10⁹ cycles, if an addition takes one. */
    public double gcycles;
  }

  /** Draws the accumulators and compares every lane with scalar FMAs, bit for bit. */
  @Setup(Level.Trial)
  public void prepare() {
    System.arraycopy(Numbers.uniform(Numbers.LEFT, start.length, -1, 1), 0, start, 0, start.length);
    multiplyAdd();
    for (int i = 0; i < end.length; i++) {
      float expected = start[i];
      for (int loop = 0; loop < LOOPS; loop++) {
        expected = Math.fma(FACTOR, OTHER, expected);
      }
      if (Float.floatToIntBits(expected) != Float.floatToIntBits(end[i])) {
        throw new AssertionError(
            "lane " + i + " of the accumulators: expected " + expected + ", found " + end[i]);
      }
    }
  }

  /** FMAs at full speed. */
  @Benchmark
  public float[] fma(Work work) {
    multiplyAdd();
    work.gflop += 2e-9 * CHAINS * LANES * LOOPS;
    work.lanes += LANES;
    return end;
  }

  private void multiplyAdd() {
    FloatVector factor = FloatVector.broadcast(SPECIES, FACTOR);
    FloatVector other = FloatVector.broadcast(SPECIES, OTHER);
    FloatVector a = FloatVector.fromArray(SPECIES, start, 0);
    FloatVector b = FloatVector.fromArray(SPECIES, start, LANES);
    FloatVector c = FloatVector.fromArray(SPECIES, start, 2 * LANES);
    FloatVector d = FloatVector.fromArray(SPECIES, start, 3 * LANES);
    FloatVector e = FloatVector.fromArray(SPECIES, start, 4 * LANES);
    FloatVector f = FloatVector.fromArray(SPECIES, start, 5 * LANES);
    FloatVector g = FloatVector.fromArray(SPECIES, start, 6 * LANES);
    FloatVector h = FloatVector.fromArray(SPECIES, start, 7 * LANES);
    FloatVector i = FloatVector.fromArray(SPECIES, start, 8 * LANES);
    FloatVector j = FloatVector.fromArray(SPECIES, start, 9 * LANES);
    FloatVector k = FloatVector.fromArray(SPECIES, start, 10 * LANES);
    FloatVector l = FloatVector.fromArray(SPECIES, start, 11 * LANES);
    // Sums of products, the form that C2 has an instruction for: a · factor + term would copy the
    // term.
    for (int loop = 0; loop < LOOPS; loop++) {
      a = factor.fma(other, a);
      b = factor.fma(other, b);
      c = factor.fma(other, c);
      d = factor.fma(other, d);
      e = factor.fma(other, e);
      f = factor.fma(other, f);
      g = factor.fma(other, g);
      h = factor.fma(other, h);
      i = factor.fma(other, i);
      j = factor.fma(other, j);
      k = factor.fma(other, k);
      l = factor.fma(other, l);
    }
    a.intoArray(end, 0);
    b.intoArray(end, LANES);
    c.intoArray(end, 2 * LANES);
    d.intoArray(end, 3 * LANES);
    e.intoArray(end, 4 * LANES);
    f.intoArray(end, 5 * LANES);
    g.intoArray(end, 6 * LANES);
    h.intoArray(end, 7 * LANES);
    i.intoArray(end, 8 * LANES);
    j.intoArray(end, 9 * LANES);
    k.intoArray(end, 10 * LANES);
    l.intoArray(end, 11 * LANES);
  }

  /** A chain of exclusive ors and additions, each waiting a cycle for the one before. */
  @Benchmark
  public long clock(Cycles cycles) {
    long x = left;
    long y = right;
    for (int step = 0; step < CHAIN_STEPS; step += 8) {
      x = (x ^ y) + y;
      x = (x ^ y) + y;
      x = (x ^ y) + y;
      x = (x ^ y) + y;
    }
    left = x;
    cycles.gcycles += 1e-9 * CHAIN_STEPS;
    return x;
  }
}
