package dev.polymath.models.data;

import com.fasterxml.jackson.core.io.NumberOutput;
import dev.polymath.models.internal.PlainText;
import java.io.IOException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes features of the rows of a later table, one after the other, as they are read: the same ones
 * as {@link TableEncoder#encode} makes of all rows at once. For one thread at a time.
 */
public final class RowEncoder {

  private final List<EncodedColumn> columns;
  private final List<ColumnWriter> writers;

  /** An encoder of rows, one by one. */
  public RowEncoder(TableEncoder encoder) {
    columns = encoder.used();
    writers = columns.stream().map(ColumnWriter::of).toList();
  }

  /** The columns that become features, in the order of the training table. */
  public List<EncodedColumn> columns() {
    return columns;
  }

  /**
   * Writes the features of a row of values. They are those of the same row in a CSV file: a number
   * in a column of categories is the category that its digits name, and text in a column of numbers
   * is read as a number with a decimal point. What is missing, as null, NaN or a word for it, is
   * encoded as it is in training.
   *
   * @param values one for each of {@link #columns()}: a number, text, a boolean, a {@link
   *     LocalDate} or {@link LocalDateTime}, or null; read
   * @param target {@code [features]} from {@code at} on; overwritten
   * @throws IllegalArgumentException if a value is none that the column takes; it names the column
   */
  public void encode(@Nullable Object[] values, float[] target, int at) {
    if (values.length != writers.size()) {
      throw new IllegalArgumentException(
          "row: expected " + writers.size() + " values, found " + values.length);
    }
    int to = at;
    for (int i = 0; i < values.length; i++) {
      ColumnWriter writer = writers.get(i);
      Object value = values[i];
      if (value instanceof LocalDate date && columns.get(i) instanceof EncodedColumn.Dates) {
        writer.number(date.toEpochDay() * DateForm.DAY, target, to);
      } else if (value instanceof LocalDateTime time
          && columns.get(i) instanceof EncodedColumn.Dates) {
        writer.number(time.toEpochSecond(ZoneOffset.UTC) + time.getNano() / 1e9, target, to);
      } else if (writer.takesNumbers()) {
        writer.number(number(columns.get(i), value), target, to);
      } else {
        writer.text(text(value), target, to);
      }
      to += columns.get(i).width();
    }
  }

  private static double number(EncodedColumn column, @Nullable Object value) {
    if (value == null) {
      return Double.NaN;
    }
    if (value instanceof Number n) {
      double number = decimal(n);
      return Double.isFinite(number) ? number : Double.NaN;
    }
    String cell = value.toString().strip();
    double number = CsvNumber.parse(cell);
    if (Double.isFinite(number)) {
      return number;
    }
    if (CellText.isMissingNumber(cell)) {
      return Double.NaN;
    }
    number = CellText.decorated(cell, '.');
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException(
          "column "
              + PlainText.printable(column.name())
              + ": expected a number as in training, found "
              + PlainText.quote(cell));
    }
    return number;
  }

  /** A float32 counts as the fewest digits that tell it, the same on every JDK: 0.1f is 0.1. */
  private static double decimal(Number number) {
    return number instanceof Float f && Float.isFinite(f)
        ? Double.parseDouble(NumberOutput.toString(f, true))
        : number.doubleValue();
  }

  private static @Nullable String text(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof Number n) {
      double number = decimal(n);
      return Double.isFinite(number) ? CellText.text(number) : null;
    }
    String cell = value.toString().strip();
    return CellText.isMissing(cell) ? null : CellText.category(cell, CsvNumber.parse(cell));
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
