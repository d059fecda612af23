package dev.polymath.models.data;

import dev.polymath.models.internal.MappedSort;
import dev.polymath.models.internal.PlainText;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Looks for what makes the figures of a model on a table better than the model is. */
final class TableChecks {

  /** Fewer rows agree by chance. */
  private static final int FEWEST_ROWS = 20;

  /** A column in which so many rows share a value, on average, has few values. */
  private static final int ROWS_PER_VALUE = 5;

  /** More values are not few, however many rows there are. */
  private static final int MOST_VALUES = 20_000;

  /** Of a column whose texts are looked at. */
  private static final int MOST_REMEMBERED = 1 << 12;

  /** One text among so many cells is a slip. */
  private static final int MOST_MIXED = 5;

  private TableChecks() {}

  /** Rows that come more than once, and test rows that were trained on. */
  static void duplicates(Table train, Table test, Consumer<String> notes) {
    boolean comparable = test.columns() == train.columns() && test.names().equals(train.names());
    DiskTable place = train.disk();
    if (place != null) {
      MappedSort hashes = place.sortedHashes(train, true);
      noteRepeated(train, (int) (hashes.size() - hashes.distinct()), notes);
      DiskTable other = test.disk();
      if (comparable && other != null) {
        noteKnown(test, among(other.sortedHashes(test, false), hashes), notes);
      }
      return;
    }
    long[] hashes = train.hashes();
    Set<Long> different = new HashSet<>();
    for (long hash : hashes) {
      different.add(hash);
    }
    noteRepeated(train, hashes.length - different.size(), notes);
    if (comparable) {
      noteKnown(test, Arrays.stream(test.hashes()).filter(different::contains).count(), notes);
    }
  }

  /** How many of some sorted numbers are among others. */
  private static long among(MappedSort some, MappedSort others) {
    long count = 0;
    long at = 0;
    for (long i = 0; i < some.size(); i++) {
      long wanted = some.at(i);
      while (at < others.size() && Long.compareUnsigned(others.at(at), wanted) < 0) {
        at++;
      }
      count += at < others.size() && others.at(at) == wanted ? 1 : 0;
    }
    return count;
  }

  private static void noteRepeated(Table train, int repeated, Consumer<String> notes) {
    if (repeated > 0) {
      notes.accept(
          String.format(
              Locale.ROOT,
              "%s: %,d of the %,d training rows %s another row",
              train.source(),
              repeated,
              train.rows(),
              repeated == 1 ? "repeats" : "repeat"));
    }
  }

  private static void noteKnown(Table test, long known, Consumer<String> notes) {
    if (known > 0) {
      notes.accept(
          String.format(
              Locale.ROOT,
              "%s: %,d of the %,d test rows %s among the training rows too; the test is easier by"
                  + " them",
              test.source(),
              known,
              test.rows(),
              known == 1 ? "is" : "are"));
    }
  }

  /** Columns of numbers that a few cells make text. */
  static void mixed(Table train, List<Integer> columns, Consumer<String> notes) {
    for (int column : columns) {
      TableColumn cells = train.cells(column);
      if (cells.isNumeric()) {
        continue;
      }
      Map<String, Boolean> numbers = new HashMap<>();
      int others = 0;
      int first = -1;
      for (int row = 0; row < cells.size(); row++) {
        String text = cells.text(row);
        if (text != null && !isNumber(text, numbers)) {
          first = others == 0 ? row : first;
          others++;
        }
      }
      if (others > 0 && (long) others * MOST_MIXED <= cells.present()) {
        notes.accept(
            String.format(
                Locale.ROOT,
                "%s: %s is taken as text, for %,d of its %,d cells %s no number, such as %s in line"
                    + " %d; empty such cells, or confirm it with --category",
                train.source(),
                train.describe(column),
                others,
                cells.present(),
                others == 1 ? "is" : "are",
                PlainText.quote(String.valueOf(cells.text(first))),
                train.line(first)));
      }
    }
  }

  /** Asks of each text once, as long as they are not too many. */
  private static boolean isNumber(String text, Map<String, Boolean> known) {
    Boolean before = known.get(text);
    if (before != null) {
      return before;
    }
    boolean number = TargetCells.isNumber(text);
    if (known.size() < MOST_REMEMBERED) {
      known.put(text, number);
    }
    return number;
  }

  /**
   * Columns that tell the class by themselves.
   *
   * @param used which columns are learned from
   * @param classOf the class of a row
   */
  static void leaks(
      Table train, List<Integer> used, TargetCells.ClassOf classOf, Consumer<String> notes) {
    if (train.rows() < FEWEST_ROWS) {
      return;
    }
    List<String> leaks =
        used.stream()
            .filter(column -> tells(train.cells(column), classOf))
            .map(train::describe)
            .toList();
    if (!leaks.isEmpty()) {
      notes.accept(
          train.source()
              + ": "
              + leaks.stream().limit(5).collect(Collectors.joining(", "))
              + (leaks.size() > 5 ? " and " + (leaks.size() - 5) + " more" : "")
              + (leaks.size() == 1 ? " tells" : " tell")
              + " the class of every training row alone; if that is known only afterwards, leave it"
              + " out with --drop");
    }
  }

  /** Columns that repeat a target. */
  static void copies(Table train, List<Integer> used, int target, Consumer<String> notes) {
    TableColumn wanted = train.cells(target);
    for (int column : used) {
      TableColumn cells = train.cells(column);
      if (IntStream.range(0, train.rows()).allMatch(i -> cells.hash(i) == wanted.hash(i))) {
        notes.accept(
            train.source()
                + ": "
                + train.describe(column)
                + " has the target's own "
                + (cells.isNumeric() ? "numbers" : "cells")
                + "; leave it out with --drop");
      }
    }
  }

  /** Whether each of few values goes with one class alone. */
  private static boolean tells(TableColumn cells, TargetCells.ClassOf classOf) {
    Map<Long, Integer> classes = new HashMap<>();
    int most = Math.min(MOST_VALUES, cells.size() / ROWS_PER_VALUE);
    for (int row = 0; row < cells.size(); row++) {
      int own = classOf.of(row);
      Integer known = classes.putIfAbsent(cells.hash(row), own);
      if (known != null && known != own || classes.size() > most) {
        return false;
      }
    }
    return new HashSet<>(classes.values()).size() > 1;
  }
}
