package dev.polymath.backend.arrays;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Longs that threads signal with, each on cache lines of its own. */
final class PaddedLongs {

  private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

  /** 128 bytes: lines are fetched in pairs. */
  private static final int STEP = 16;

  private final long[] values;

  PaddedLongs(int size) {
    values = new long[(size + 2) * STEP];
  }

  long get(int index) {
    return (long) ELEMENT.getVolatile(values, at(index));
  }

  void set(int index, long value) {
    ELEMENT.setVolatile(values, at(index), value);
  }

  /** A plain number on the line of another: seen by whoever sees what is set there after it. */
  long getBeside(int index) {
    return values[at(index) + 1];
  }

  void setBeside(int index, long value) {
    values[at(index) + 1] = value;
  }

  boolean compareAndSet(int index, long expected, long value) {
    return ELEMENT.compareAndSet(values, at(index), expected, value);
  }

  private static int at(int index) {
    return (index + 1) * STEP;
  }
}
