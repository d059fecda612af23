package dev.polymath.benchmarks;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * How many bytes per second come from each level of the memory, by the size of what is worked on:
 * {@link #read} sums a {@code float[]}, {@link #triad} computes {@code a = b + 3 c} on three of
 * them, in vectors. Each thread has its own. The counter {@code gigabytes} counts what the code
 * loads and stores; where a store first fetches its line, the memory moves a third more.
 */
@State(Scope.Thread)
public class BandwidthBenchmark extends MachineBenchmark {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int UNROLLED = 8;
  private static final float FACTOR = 3;

  /** Bytes per call at least, so that the call itself does not count. */
  private static final long BYTES_A_CALL = 1 << 20;

  /** The whole working set of a thread, in KiB. */
  @Param({"24", "256", "8192", "131072"})
  public int kilobytes;

  private final float[] lanes = new float[LANES];

  // All of it is summed; for the triad, its thirds are a, b and c.
  private float[] floats;
  private int third;
  private int passes;

  /** What was moved, beside how often. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Work {
    /** 10⁹ bytes. */
    public double gigabytes;
  }

  /** Fills the arrays and compares sums and results. */
  @Setup(Level.Trial)
  public void prepare() {
    int step = UNROLLED * LANES;
    if (kilobytes < 4 || kilobytes > 1 << 20) {
      throw new IllegalArgumentException("kilobytes: expected 4 to 1048576, found " + kilobytes);
    }
    int length = kilobytes * 256;
    third = length / 3 / LANES * LANES;
    floats = new float[length / step * step];
    passes = (int) Math.max(1, BYTES_A_CALL / (4L * floats.length));
    double expected = 0;
    for (int i = 0; i < floats.length; i++) {
      floats[i] = i % 3 - 1; // Sums stay small, and exact.
      expected += floats[i];
    }
    addUp();
    float sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    if (sum != expected) {
      throw new AssertionError("sum: expected " + expected + ", found " + sum);
    }
    scaleAndAdd();
    for (int i = 0; i < third; i++) {
      float result = floats[third + i] + FACTOR * floats[2 * third + i];
      if (floats[i] != result) {
        throw new AssertionError(
            "element " + i + " of the triad: expected " + result + ", found " + floats[i]);
      }
    }
  }

  /** Loads alone. */
  @Benchmark
  public float[] read(Work work) {
    for (int pass = 0; pass < passes; pass++) {
      addUp();
    }
    work.gigabytes += 4e-9 * floats.length * passes;
    return lanes;
  }

  /** Two loads and a store. */
  @Benchmark
  public float[] triad(Work work) {
    for (int pass = 0; pass < passes; pass++) {
      scaleAndAdd();
    }
    work.gigabytes += 12e-9 * third * passes;
    return floats;
  }

  private void addUp() {
    float[] from = floats;
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    for (int i = 0; i < from.length; i += UNROLLED * LANES) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, from, i));
      s1 = s1.add(FloatVector.fromArray(SPECIES, from, i + LANES));
      s2 = s2.add(FloatVector.fromArray(SPECIES, from, i + 2 * LANES));
      s3 = s3.add(FloatVector.fromArray(SPECIES, from, i + 3 * LANES));
      s4 = s4.add(FloatVector.fromArray(SPECIES, from, i + 4 * LANES));
      s5 = s5.add(FloatVector.fromArray(SPECIES, from, i + 5 * LANES));
      s6 = s6.add(FloatVector.fromArray(SPECIES, from, i + 6 * LANES));
      s7 = s7.add(FloatVector.fromArray(SPECIES, from, i + 7 * LANES));
    }
    s0.add(s1)
        .add(s2.add(s3))
        .add(s4.add(s5).add(s6.add(s7)))
        .add(FloatVector.fromArray(SPECIES, lanes, 0))
        .intoArray(lanes, 0);
  }

  private void scaleAndAdd() {
    float[] all = floats;
    int b = third;
    int c = 2 * third;
    FloatVector factor = FloatVector.broadcast(SPECIES, FACTOR);
    for (int i = 0; i < b; i += LANES) {
      FloatVector.fromArray(SPECIES, all, c + i)
          .fma(factor, FloatVector.fromArray(SPECIES, all, b + i))
          .intoArray(all, i);
    }
  }
}
