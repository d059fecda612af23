package dev.polymath.models.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the columns that a model wants are in a table, by their names. Of several columns of one
 * name the first is taken for the first, the second for the second.
 *
 * @param columns for each wanted name its column, from 0
 * @param unused names of the columns that nobody wants, in their order
 */
record ColumnMatch(int[] columns, List<String> unused) {

  /**
   * Matches names.
   *
   * @param wanted in the model's order
   * @param found in the table's order
   * @throws IllegalArgumentException if a wanted column is not there
   */
  static ColumnMatch of(List<String> wanted, List<String> found) {
    Map<String, Deque<Integer>> places = places(found);
    int[] columns = new int[wanted.size()];
    BitSet used = new BitSet();
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < columns.length; i++) {
      Integer column = places.getOrDefault(wanted.get(i), new ArrayDeque<>()).poll();
      if (column == null) {
        missing.add(wanted.get(i));
      } else {
        columns[i] = column;
        used.set(column);
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          (missing.size() == 1 ? "there is no column " : "there are no columns ")
              + ColumnNames.list(missing)
              + "; found "
              + ColumnNames.list(found));
    }
    List<String> unused = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      if (!used.get(i)) {
        unused.add(found.get(i));
      }
    }
    return new ColumnMatch(columns, unused);
  }

  /** Whether each wanted name is there, as often as it is wanted. */
  static boolean isComplete(List<String> wanted, List<String> found) {
    Map<String, Deque<Integer>> places = places(found);
    return wanted.stream()
        .allMatch(name -> places.getOrDefault(name, new ArrayDeque<>()).poll() != null);
  }

  private static Map<String, Deque<Integer>> places(List<String> found) {
    Map<String, Deque<Integer>> places = new HashMap<>();
    for (int i = 0; i < found.size(); i++) {
      places.computeIfAbsent(found.get(i), name -> new ArrayDeque<>()).add(i);
    }
    return places;
  }
}
