package dev.polymath.models.internal;

import java.util.stream.IntStream;

/** Whole numbers by their places from 0, wherever they are kept. */
public interface Ints {

  /** How many there are. */
  int size();

  /** The number at a place from 0 to below {@link #size()}. */
  int at(int place);

  /** Those of an array, which is not copied. */
  static Ints of(int... values) {
    return new Ints() {
      @Override
      public int size() {
        return values.length;
      }

      @Override
      public int at(int place) {
        return values[place];
      }

      @Override
      public int[] toArray() {
        return values;
      }
    };
  }

  /** Those that a rule computes. */
  static Ints of(int size, Rule rule) {
    return new Ints() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public int at(int place) {
        return rule.at(place);
      }
    };
  }

  /** A number for each place. */
  @FunctionalInterface
  interface Rule {
    int at(int place);
  }

  /** All of them as an array, which may be shared. */
  default int[] toArray() {
    return IntStream.range(0, size()).map(this::at).toArray();
  }
}
