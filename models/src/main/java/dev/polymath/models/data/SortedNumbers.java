package dev.polymath.models.data;

import dev.polymath.models.internal.MappedSort;

/** Numbers in ascending order, of which there is one zero. */
interface SortedNumbers {

  /** How many there are. */
  int size();

  /** The number at a place. */
  double at(int place);

  /** Those of an array that is sorted. */
  static SortedNumbers of(double... sorted) {
    return new SortedNumbers() {
      @Override
      public int size() {
        return sorted.length;
      }

      @Override
      public double at(int place) {
        return sorted[place];
      }
    };
  }

  /** Those that were sorted on disk, until the next are. */
  static SortedNumbers of(MappedSort sorted) {
    int size = (int) sorted.size();
    return new SortedNumbers() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public double at(int place) {
        return sorted.doubleAt(place);
      }
    };
  }

  /** How many different ones there are. */
  default int distinct() {
    int different = 0;
    for (int i = 0; i < size(); i++) {
      different += i == 0 || at(i) != at(i - 1) ? 1 : 0;
    }
    return different;
  }

  /** The place behind the last number that is the same as the one at a place. */
  default int endOfRun(int from) {
    double value = at(from);
    int end = from + 1;
    while (end < size() && at(end) == value) {
      end++;
    }
    return end;
  }
}
