package dev.polymath.models.data;

import dev.polymath.models.internal.PlainText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lists the columns of a table for a person: kind, different values, how many are missing. */
final class ColumnList {

  private static final int MOST_LINES = 40;
  private static final int LONGEST_NAME = 28;

  private ColumnList() {}

  /**
   * A line for each column that is learned from, then one for those that are left out; a summary
   * where there are many.
   *
   * @param places of the encoder's columns in the table
   */
  static List<String> of(Table table, TableEncoder encoder, int[] places) {
    List<String> lines = new ArrayList<>();
    Map<String, List<String>> leftOut = new LinkedHashMap<>();
    int width = 0;
    for (int place : places) {
      width = Math.max(width, Math.min(LONGEST_NAME, name(table, place).length()));
    }
    int numbers = 0;
    int missing = 0;
    for (int i = 0; i < places.length; i++) {
      EncodedColumn column = encoder.columns().get(i);
      String name = name(table, places[i]);
      TableColumn cells = table.cells(places[i]);
      if (column instanceof EncodedColumn.LeftOut out) {
        leftOut.computeIfAbsent(out.why(), why -> new ArrayList<>()).add(name);
        continue;
      }
      int without = cells.size() - cells.present();
      numbers += column instanceof EncodedColumn.Numeric ? 1 : 0;
      missing += without > 0 ? 1 : 0;
      lines.add(
          String.format(
              Locale.ROOT,
              "%-" + Math.max(1, width) + "s  %-8s  %,7d different%s",
              name,
              kind(column),
              cells.distinct(),
              without == 0 ? "" : String.format(Locale.ROOT, ", %,d missing", without)));
    }
    if (lines.size() > MOST_LINES) {
      int used = lines.size();
      lines.clear();
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d numbers, %,d categories or dates, %,d with missing cells",
              numbers,
              used - numbers,
              missing));
    }
    leftOut.forEach(
        (why, names) -> lines.add("left out: " + ColumnNames.list(names) + " (" + why + ")"));
    return lines;
  }

  private static String kind(EncodedColumn column) {
    return column instanceof EncodedColumn.Numeric
        ? "number"
        : column instanceof EncodedColumn.Dates ? "date" : "category";
  }

  private static String name(Table table, int place) {
    String name = table.name(place);
    return name.isEmpty()
        ? table.describe(place)
        : PlainText.printable(
            name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME - 3) + "..." : name);
  }
}
