package dev.polymath.models.data;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Watches for different values of a column that float32 cannot tell apart, such as 1000000001 and
 * 1000000002. For each column it remembers the latest value of each of some groups of float32
 * numbers: where many values collapse, some do so among the remembered ones.
 */
final class CollapsedValues {

  /** Whole numbers below are float32 numbers. */
  private static final double EXACT = 1 << 24;

  private static final int GROUPS = 256;

  /** In wide tables, so that memory stays small. */
  private static final int FEW_GROUPS = 16;

  private static final int WIDE = 4096;

  /** In longer tables values may meet by chance. */
  private static final int ROWS_PER_COLLAPSE = 1000;

  private final int groups;

  /** For each column and group, NaN where there is none; empty where a column needs none yet. */
  private final double[][] latest;

  private final int[] collapses;
  private final double[] first;
  private final double[] second;

  CollapsedValues(int columns) {
    groups = columns < WIDE ? GROUPS : FEW_GROUPS;
    latest = new double[columns][0];
    collapses = new int[columns];
    first = new double[columns];
    second = new double[columns];
  }

  void add(int column, double value) {
    if (value == Math.rint(value) && Math.abs(value) < EXACT) {
      return;
    }
    double[] known = latest[column];
    if (known.length == 0) {
      known = new double[groups];
      Arrays.fill(known, Double.NaN);
      latest[column] = known;
    }
    float single = (float) value;
    int bits = Float.floatToIntBits(single) * 0x9e3779b9;
    int group = (bits >>> 16) & (groups - 1);
    if ((float) known[group] == single && known[group] != value) {
      collapses[column]++;
      first[column] = known[group];
      second[column] = value;
    }
    known[group] = value;
  }

  /** A sentence for the columns in which it is so. */
  void report(CsvTable table, int[] columns, int rows, Consumer<String> notes) {
    int more = 0;
    int shown = -1;
    for (int i = 0; i < columns.length; i++) {
      if (collapses[i] * (long) ROWS_PER_COLLAPSE >= Math.max(rows, ROWS_PER_COLLAPSE)) {
        more += shown < 0 ? 0 : 1;
        shown = shown < 0 ? i : shown;
      }
    }
    if (shown >= 0) {
      notes.accept(
          table.name()
              + ": "
              + table.column(columns[shown])
              + (more == 0 ? "" : " and " + more + " more")
              + ": different values become one float32 number, such as "
              + text(first[shown])
              + " and "
              + text(second[shown])
              + "; subtract what they have in common");
    }
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
