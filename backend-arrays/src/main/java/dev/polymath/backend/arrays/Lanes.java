package dev.polymath.backend.arrays;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shape of this JVM. The compiler turns vector code into instructions only if the
 * species is a constant: hence a static final field, and a class of its own so that nothing loads
 * the incubator module before the provider has looked for it.
 */
final class Lanes {

  static final VectorSpecies<Float> FLOATS = species();

  /** Floats in a vector. */
  static final int COUNT = FLOATS.length();

  /** Whether the CPU has vectors of this shape: others are objects. */
  static final boolean IN_HARDWARE = COUNT <= FloatVector.SPECIES_PREFERRED.length();

  /**
   * Whether 16 accumulators, a row of b and a value of a fit the registers: 32 with AVX-512 (where
   * narrower vectors have them too) and on Arm, 16 with AVX2.
   */
  static final boolean MANY_REGISTERS = manyRegisters();

  /**
   * Whether loops may work on vectors of 16 and of 8 lanes. Before JDK 25 the code that both
   * lengths share is compiled for neither, and their vectors are objects.
   */
  static final boolean TWO_LENGTHS =
      COUNT == 16 && IN_HARDWARE && Runtime.version().feature() >= 25;

  private Lanes() {}

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
