package dev.polymath.backend.arrays;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shape of this JVM. The compiler turns vector code into instructions only if the
 * species is a constant: hence a static final field, and a class of its own so that nothing loads
 * the incubator module before the provider has looked for it.
 */
final class Lanes {

  static final VectorSpecies<Float> FLOATS = species();

  /**
   * The one class that vectors of {@link #FLOATS} have. Every vector on which a method is called is
   * cast to it first, which costs no instruction. Without the cast C2 has to guess the class from
   * what the shared code of FloatVector met before, in any kernel: where that was vectors of two
   * lengths, or nothing yet, the vectors become objects (docs/adr/0027-one-class-of-vectors.md).
   */
  static final Class<FloatVector> TYPE = type(FLOATS);

  /** The same for a vector of floats read as ints. */
  static final Class<IntVector> INT_TYPE = type(VectorSpecies.of(int.class, FLOATS.vectorShape()));

  /** The same for a vector of floats read as longs. */
  static final Class<LongVector> LONG_TYPE =
      type(VectorSpecies.of(long.class, FLOATS.vectorShape()));

  /** Floats in a vector. */
  static final int COUNT = FLOATS.length();

  /** Whether the CPU has vectors of this shape: others are objects. */
  static final boolean IN_HARDWARE = COUNT <= FloatVector.SPECIES_PREFERRED.length();

  /**
   * Whether 16 accumulators, a row of b and a value of a fit the registers: 32 with AVX-512 (where
   * narrower vectors have them too) and on Arm, 16 with AVX2.
   */
  static final boolean MANY_REGISTERS = manyRegisters();

  private Lanes() {}

  /** The class of a species' vectors, of which {@code V} is the public superclass. */
  @SuppressWarnings("unchecked")
  static <E, V extends Vector<E>> Class<V> type(VectorSpecies<E> species) {
    return (Class<V>) species.vectorType();
  }

  private static VectorSpecies<Float> species() {
    int bits = Integer.getInteger(ArraysVectorProvider.BITS, 0);
    return bits == 0
        ? FloatVector.SPECIES_PREFERRED
        : VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
  }

  private static boolean manyRegisters() {
    int registers = Integer.getInteger(ArraysVectorProvider.REGISTERS, 0);
    if (registers != 0) {
      return registers >= 32;
    }
    String cpu = System.getProperty("os.arch", "");
    boolean x86 = cpu.equals("amd64") || cpu.equals("x86_64");
    return !x86 || FloatVector.SPECIES_PREFERRED.vectorBitSize() == 512;
  }
}
