package dev.polymath.models.internal;

import java.io.IOException;
import java.util.Arrays;

/**
 * Sorts more numbers than memory holds: by their bytes, from the lowest to the highest (LSD radix
 * sort), between two mapped files. Bytes that are the same in all numbers cost nothing. Needs 16
 * bytes of disk for each number and next to no heap.
 */
public final class MappedSort {

  private static final int BYTES = 8;
  private static final int VALUES = 256;

  private final MappedLongs first;
  private final MappedLongs second;
  private final long[][] counts = new long[BYTES][VALUES];
  private MappedLongs sorted;
  private long size;

  /**
   * @param one new and empty
   * @param other new and empty
   * @param capacity the most numbers that will be added
   */
  public MappedSort(ScratchFile one, ScratchFile other, long capacity) throws IOException {
    first = MappedLongs.zeros(one, capacity);
    second = MappedLongs.zeros(other, capacity);
    sorted = first;
  }

  /** How many numbers it has room for. */
  public long capacity() {
    return first.size();
  }

  /** Forgets all numbers. */
  public void clear() {
    size = 0;
    sorted = first;
    for (long[] row : counts) {
      Arrays.fill(row, 0);
    }
  }

  /** Adds a number; before {@link #sort()} alone. */
  public void add(long number) {
    first.set(size++, number);
    for (int b = 0; b < BYTES; b++) {
      counts[b][(int) (number >>> 8 * b) & 0xff]++;
    }
  }

  /** Adds a number that is sorted by its value; −0 comes before 0. */
  public void add(double number) {
    long bits = Double.doubleToLongBits(number);
    add(bits ^ (bits >> 63 | Long.MIN_VALUE));
  }

  /** How many were added. */
  public long size() {
    return size;
  }

  /** Puts them in ascending order, as unsigned numbers. To be called once after {@link #clear}. */
  public void sort() {
    MappedLongs from = first;
    MappedLongs to = second;
    for (int b = 0; b < BYTES; b++) {
      long[] places = counts[b];
      if (!begin(places)) {
        continue;
      }
      int shift = 8 * b;
      for (long i = 0; i < size; i++) {
        long number = from.at(i);
        to.set(places[(int) (number >>> shift) & 0xff]++, number);
      }
      MappedLongs swapped = from;
      from = to;
      to = swapped;
    }
    sorted = from;
  }

  /** Turns counts into where each value begins; false if all numbers have the same. */
  private boolean begin(long[] counts) {
    long at = 0;
    for (int value = 0; value < VALUES; value++) {
      long count = counts[value];
      if (count == size) {
        return false;
      }
      counts[value] = at;
      at += count;
    }
    return true;
  }

  /** The number at a place of the order. */
  public long at(long place) {
    return sorted.at(place);
  }

  /** The number that was added as a double, at a place of the order. */
  public double doubleAt(long place) {
    long bits = sorted.at(place);
    return Double.longBitsToDouble(bits ^ (~bits >> 63 | Long.MIN_VALUE));
  }

  /** How many different numbers there are. */
  public long distinct() {
    long different = size == 0 ? 0 : 1;
    for (long i = 1; i < size; i++) {
      different += at(i) == at(i - 1) ? 0 : 1;
    }
    return different;
  }
}
