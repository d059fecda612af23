package dev.polymath.models.data;

import dev.polymath.models.internal.PlainText;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes features of the rows of a later table, one after the other, as they are read. */
final class RowEncoder {

  private final List<EncodedColumn> columns;
  private final List<ColumnWriter> writers;

  RowEncoder(TableEncoder encoder) {
    columns = encoder.used();
    writers = columns.stream().map(ColumnWriter::of).toList();
  }

  /** The cells of a row, by the place of their columns among those that become features. */
  interface Cells {
    /** A cell without blanks around it. */
    String cell(int column);

    /** A cell as a plain number, NaN if it is none. */
    double plainNumber(String cell);

    /** A cell as a number with signs in it, NaN if it is none. */
    double decorated(String cell);

    /** What a fault in a cell is reported as. */
    IOException fault(int column, String what);
  }

  /** Writes the features of a row to {@code target[at ..]}. */
  void encode(Cells row, float[] target, int at) throws IOException {
    int to = at;
    for (int i = 0; i < writers.size(); i++) {
      ColumnWriter writer = writers.get(i);
      String cell = row.cell(i);
      if (writer.takesNumbers()) {
        writer.number(number(row, i, cell), target, to);
      } else {
        writer.text(text(row, cell), target, to);
      }
      to += columns.get(i).width();
    }
  }

  private static @Nullable String text(Cells row, String cell) {
    return CellText.isMissing(cell) ? null : CellText.category(cell, row.plainNumber(cell));
  }

  private static double number(Cells row, int column, String cell) throws IOException {
    double number = row.plainNumber(cell);
    if (Double.isFinite(number)) {
      return number;
    }
    if (CellText.isMissingNumber(cell)) {
      return Double.NaN;
    }
    number = row.decorated(cell);
    if (!Double.isFinite(number)) {
      throw row.fault(
          column,
          "expected a number as in training, found "
              + PlainText.quote(cell)
              + "; leave the cell empty if it is not known");
    }
    return number;
  }

  /**
   * Says which cells training had no feature for.
   *
   * @param source what the table is called
   * @param names what the columns are called
   */
  void report(String source, List<String> names, Consumer<String> notes) {
    StrangeCells.report(source, writers, names, notes);
  }
}
