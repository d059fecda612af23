package dev.polymath.models.data;

import dev.polymath.models.internal.ClassNames;
import dev.polymath.models.internal.PlainText;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The cells of a table's target as classes or numbers; see {@link Table} for what is refused. */
final class TargetCells {

  /** So many different fractions are measurements, not classes. */
  private static final int MOST_FRACTIONS = 100;

  private TargetCells() {}

  static double[] numbers(Table table, int column) {
    TableColumn cells = table.cells(column);
    if (!cells.isNumeric()) {
      for (int row = 0; row < table.rows(); row++) {
        String text = cells.text(row);
        if (text != null && !isNumber(text)) {
          throw fault(table, column, row, "expected a number, found " + PlainText.quote(text));
        }
      }
    }
    return IntStream.range(0, table.rows()).mapToDouble(cells::number).toArray();
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
    Map<String, Integer> numbers = new HashMap<>();
    for (String name : classNames) {
      numbers.put(name, numbers.size());
    }
    TableColumn cells = table.cells(column);
    int[] classes = new int[table.rows()];
    for (int row = 0; row < classes.length; row++) {
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
      classes[row] = number;
    }
    return classes;
  }

  private static @Nullable String text(TableColumn cells, int row) {
    return cells.isMissing(row) ? null : cells.text(row);
  }

  static IllegalArgumentException fault(Table table, int column, int row, String what) {
    return new IllegalArgumentException(
        table.source() + ": line " + table.line(row) + ", " + table.describe(column) + ": " + what);
  }
}
