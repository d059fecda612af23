package dev.polymath.models.data;

import dev.polymath.models.internal.PlainText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cells of a table's label columns: either yes and no in a column for each label, or lists of
 * labels in a single one.
 */
final class LabelCells {

  private static final int UNKNOWN = -1;

  /** More labels than these are no labels. */
  private static final int MOST_LABELS = 10_000;

  private LabelCells() {}

  /** Whether each cell of a column that is not missing is yes or no. */
  static boolean areFlags(Table table, int column) {
    TableColumn cells = table.cells(column);
    for (int row = 0; row < table.rows(); row++) {
      if (!cells.isMissing(row) && flag(cells.text(row)) == UNKNOWN) {
        return false;
      }
    }
    return true;
  }

  /** 1 for yes, 0 for no. */
  private static int flag(@Nullable String cell) {
    if (cell == null) {
      return UNKNOWN;
    }
    return switch (cell.toLowerCase(Locale.ROOT)) {
      case "1", "true", "yes", "t", "y" -> 1;
      case "0", "false", "no", "f", "n" -> 0;
      default -> UNKNOWN;
    };
  }

  /** The different labels that the cells of a column list, in the order of their characters. */
  static List<String> names(Table table, int column) {
    TreeSet<String> names = new TreeSet<>();
    TableColumn cells = table.cells(column);
    boolean lists = false;
    for (int row = 0; row < table.rows(); row++) {
      String cell = cells.text(row);
      if (cell != null) {
        lists |= cell.indexOf(';') >= 0 || cell.indexOf('|') >= 0;
        listed(cell).forEach(names::add);
      }
      if (names.size() > MOST_LABELS) {
        throw fault(
            table,
            column,
            row,
            "expected at most " + MOST_LABELS + " different labels, found more");
      }
    }
    if (!lists) {
      throw new IllegalArgumentException(
          table.source()
              + ": "
              + table.describe(column)
              + ": expected labels with ; or | between them, such as \"red;round\", found none in any"
              + " row; --target A,B,C names a column for each label");
    }
    return List.copyOf(names);
  }

  private static Stream<String> listed(String cell) {
    return Arrays.stream(cell.split("[;|]")).map(String::strip).filter(label -> !label.isEmpty());
  }

  /** Which labels each row has. */
  static TargetColumns.Row of(Table table, Table.Target target) {
    if (target.others().isEmpty()) {
      return lists(table, target);
    }
    int[] columns = target.columns();
    List<TableColumn> cells = IntStream.of(columns).mapToObj(table::cells).toList();
    return (row, values, at) -> {
      for (int j = 0; j < columns.length; j++) {
        String cell = cells.get(j).text(row);
        int flag = flag(cell);
        if (flag == UNKNOWN) {
          throw fault(
              table,
              columns[j],
              row,
              "expected a label's 1 or 0, yes or no, true or false, found " + found(cell));
        }
        values[at + j] = flag;
      }
    };
  }

  private static TargetColumns.Row lists(Table table, Table.Target target) {
    List<String> names = target.names();
    Map<String, Integer> places = new HashMap<>();
    names.forEach(name -> places.put(name, places.size()));
    TableColumn cells = table.cells(target.column());
    return (row, values, at) -> {
      String cell = cells.text(row);
      if (cell == null) {
        throw fault(table, target.column(), row, "expected labels, found nothing");
      }
      Arrays.fill(values, at, at + names.size(), 0);
      List<String> unknown = new ArrayList<>();
      for (String label : listed(cell).toList()) {
        Integer place = places.get(label);
        if (place == null) {
          unknown.add(label);
        } else {
          values[at + place] = 1;
        }
      }
      if (!unknown.isEmpty()) {
        throw fault(
            table,
            target.column(),
            row,
            "expected some of the labels "
                + ColumnNames.list(names)
                + ", found "
                + ColumnNames.list(unknown));
      }
    };
  }

  private static String found(@Nullable String cell) {
    return cell == null ? "nothing" : PlainText.quote(cell);
  }

  private static IllegalArgumentException fault(Table table, int column, int row, String what) {
    return TargetCells.fault(table, column, row, what);
  }
}
