package dev.polymath.models.data;

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

  /** One text among so many cells is a slip. */
  private static final int MOST_MIXED = 5;

  private TableChecks() {}

  /** Rows that come more than once, and test rows that were trained on. */
  static void duplicates(Table train, Table test, Consumer<String> notes) {
    List<Integer> all = IntStream.range(0, train.columns()).boxed().toList();
    long[] hashes = train.hashes(all);
    Set<Long> different = new HashSet<>();
    for (long hash : hashes) {
      different.add(hash);
    }
    int repeated = hashes.length - different.size();
    if (repeated > 0) {
      notes.accept(
          String.format(
              Locale.ROOT,
              "%s: %,d of the %,d training rows %s another row",
              train.source(),
              repeated,
              hashes.length,
              repeated == 1 ? "repeats" : "repeat"));
    }
    if (test.columns() != train.columns() || !test.names().equals(train.names())) {
      return;
    }
    long known = Arrays.stream(test.hashes(all)).filter(different::contains).count();
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
      int others = 0;
      int first = -1;
      for (int row = 0; row < cells.size(); row++) {
        String text = cells.text(row);
        if (text != null && !TargetCells.isNumber(text)) {
          first = others == 0 ? row : first;
          others++;
        }
      }
      if (others * MOST_MIXED <= cells.present()) {
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

  /**
   * Columns that tell the class by themselves.
   *
   * @param used which columns are learned from
   * @param classes of the rows
   */
  static void leaks(Table train, List<Integer> used, int[] classes, Consumer<String> notes) {
    if (train.rows() < FEWEST_ROWS) {
      return;
    }
    List<String> leaks =
        used.stream()
            .filter(column -> tells(train.cells(column), classes))
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
  private static boolean tells(TableColumn cells, int[] classes) {
    Map<Long, Integer> classOf = new HashMap<>();
    int most = classes.length / ROWS_PER_VALUE;
    for (int row = 0; row < classes.length; row++) {
      Integer known = classOf.putIfAbsent(cells.hash(row), classes[row]);
      if (known != null && known != classes[row] || classOf.size() > most) {
        return false;
      }
    }
    return new HashSet<>(classOf.values()).size() > 1;
  }
}
