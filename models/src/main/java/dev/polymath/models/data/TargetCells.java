package dev.polymath.models.data;

import dev.polymath.models.internal.ClassNames;
import dev.polymath.models.internal.PlainText;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The cells of a table's target as classes or numbers; see {@link Table} for what is refused. */
final class TargetCells {

  /** So many different fractions are measurements, not classes. */
  private static final int MOST_FRACTIONS = 100;

  /** More different values are no classes. */
  private static final int MOST_CLASSES = 100_000;

  private TargetCells() {}

  /** See {@link Table.Target#of}. */
  static Table.Target target(Table table, int column, @Nullable Task task, Consumer<String> notes) {
    if (task != null) {
      return switch (task) {
        case CLASSIFICATION -> Table.Target.classes(table, column);
        case REGRESSION -> Table.Target.numbers(table, column);
        case LABELS -> Table.Target.labels(table, column);
      };
    }
    if (!table.isNumeric(column)) {
      return Table.Target.classes(table, column);
    }
    TableColumn cells = table.cells(column);
    boolean fractions =
        IntStream.range(0, table.rows())
            .mapToDouble(cells::number)
            .anyMatch(value -> value != Math.rint(value));
    String what = table.source() + ": " + table.describe(column);
    if (CsvAnswers.areClasses(fractions, table.distinct(column), table.rows())) {
      CsvAnswers.noteClasses(what, table.distinct(column), notes);
      return Table.Target.classes(table, column);
    }
    CsvAnswers.noteNumbers(what, fractions, notes);
    return Table.Target.numbers(table, column);
  }

  static double[] numbers(Table table, int column) {
    requireNumbers(table, column);
    return IntStream.range(0, table.rows()).mapToDouble(table.cells(column)::number).toArray();
  }

  /** Requires that each cell that is not missing is a number. */
  static void requireNumbers(Table table, int column) {
    TableColumn cells = table.cells(column);
    if (!cells.isNumeric()) {
      for (int row = 0; row < table.rows(); row++) {
        String text = cells.text(row);
        if (text != null && !isNumber(text)) {
          throw fault(table, column, row, "expected a number, found " + PlainText.quote(text));
        }
      }
    }
  }

  /** Whether a text is a number, or stands for a missing one. */
  static boolean isNumber(String text) {
    return CellText.isMissingNumber(text)
        || Double.isFinite(CsvNumber.parse(text))
        || Double.isFinite(CellText.decorated(text, '.'));
  }

  static List<String> classNames(Table table, int column) {
    TableColumn cells = table.cells(column);
    Set<String> different = new HashSet<>();
    int fractions = 0;
    for (int row = 0; row < table.rows(); row++) {
      String text = text(cells, row);
      if (text != null && different.add(text)) {
        if (different.size() > MOST_CLASSES) {
          throw fault(
              table,
              column,
              row,
              String.format(
                  Locale.ROOT,
                  "taken as the target, has more than %,d different values, expected classes",
                  MOST_CLASSES));
        }
        double number = cells.isNumeric() ? cells.number(row) : 0;
        fractions += number == Math.rint(number) ? 0 : 1;
        if (fractions > MOST_FRACTIONS) {
          throw fault(
              table,
              column,
              row,
              "taken as the target, has more than "
                  + MOST_FRACTIONS
                  + " different fractions, expected classes");
        }
      }
    }
    return ClassNames.ordered(different);
  }

  static int[] classes(Table table, int column, List<String> classNames) {
    return IntStream.range(0, table.rows()).map(classOf(table, column, classNames)::of).toArray();
  }

  /** The class number of a row. */
  interface ClassOf {
    int of(int row);
  }

  static ClassOf classOf(Table table, int column, List<String> classNames) {
    Map<String, Integer> numbers = new HashMap<>();
    for (String name : classNames) {
      numbers.put(name, numbers.size());
    }
    TableColumn cells = table.cells(column);
    return row -> {
      String text = text(cells, row);
      Integer number = text == null ? null : numbers.get(text);
      if (number == null) {
        throw fault(
            table,
            column,
            row,
            "expected one of the classes "
                + ColumnNames.list(classNames)
                + ", found "
                + (text == null ? "nothing" : PlainText.quote(text)));
      }
      return number;
    };
  }

  private static @Nullable String text(TableColumn cells, int row) {
    return cells.isMissing(row) ? null : cells.text(row);
  }

  static IllegalArgumentException fault(Table table, int column, int row, String what) {
    return new IllegalArgumentException(
        table.source() + ": line " + table.line(row) + ", " + table.describe(column) + ": " + what);
  }
}
