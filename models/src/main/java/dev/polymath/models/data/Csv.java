package dev.polymath.models.data;

import dev.polymath.models.internal.ClassNames;
import dev.polymath.models.internal.Unpacked;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads tables: an example a line, its features as numbers, its label as any text.
 *
 * <p>Files are UTF-8 (or UTF-16 with a byte order mark, or Windows-1252), plain or gzip, of lines
 * that end in LF or CRLF. Between cells are commas, semicolons, tabs, bars or blanks: whatever cuts
 * the first lines alike and leaves most numbers. Cells may be in double quotes. Numbers have a
 * decimal point, or all of them a decimal comma. Lines count for nothing if they are empty, have
 * empty cells only, or are comments: they begin with {@code #} and do not look like a row. Empty
 * columns behind the last one are left out. {@link Layout} says how the header and the label's
 * column are found. A first column without a name under a header that names the others holds row
 * names, as pandas and R write them, and is left out.
 *
 * <p>Whatever does not fit is an {@link IOException} that names file, line and column, both from 1.
 * A table is read once, line by line, so that it may come from a pipe: memory grows with the
 * numbers alone.
 *
 * <p>Several methods take {@code notes}. It is given a sentence on each thing that was done and may
 * not have been meant: columns that are left out, values that float32 cannot tell apart, a file
 * that is no UTF-8.
 */
public final class Csv {

  private static final Consumer<String> NOBODY = note -> {};

  private Csv() {}

  /** Takes the rows of a table as they are read. */
  @FunctionalInterface
  public interface RowConsumer {
    /**
     * One row.
     *
     * @param line where it stands in the file, from 1
     * @param features its numbers; the same array is filled again for the next row
     */
    void accept(long line, float[] features) throws IOException;
  }

  /** Reads a file of which nothing is known. */
  public static DataSet read(Path file) throws IOException {
    return read(file, Layout.DETECTED);
  }

  /** Reads all rows of a file as {@link #read(Source, Layout, Consumer)} does. */
  public static DataSet read(Path file, Layout layout) throws IOException {
    return read(Source.of(file), layout, NOBODY);
  }

  /**
   * Reads all rows of a table. Different labels are different classes, in the order of {@link
   * ClassNames#ordered}. If every label is a plain decimal number (digits, sign and point), they
   * are compared as numbers: {@code 3.0} is {@code 3}. Otherwise they are text, compared character
   * by character without the blanks around them.
   *
   * @throws IOException if the table cannot be read, has no rows, rows of different lengths or
   *     fewer than two columns, a feature that is missing or no finite float32 number, a label that
   *     is missing or plainly a measurement, or a label or name that a model file cannot hold
   */
  public static DataSet read(Source source, Layout layout, Consumer<String> notes)
      throws IOException {
    try (CsvTable table = new CsvTable(source, layout, List.of())) {
      CsvColumns columns = CsvColumns.all(table, layout);
      return read(table, columns, columns.input(table), CsvLabels.any(), notes);
    }
  }

  /**
   * Reads all rows of a table whose label may be a numeric target. Classes are read as {@link
   * #read(Source, Layout, Consumer)} reads them; of a target each cell has to be a finite number,
   * and it is named after its column, or {@code target} where the table has no header.
   *
   * <p>Where the task is not given, the label decides. Any text makes classes. So do whole numbers
   * of at most 20 different values, each of at least five rows on average; two values always do.
   * Other numbers are a target. How numbers were taken is said in a note.
   *
   * @param task null to let the label decide
   */
  public static DataSet read(
      Source source, Layout layout, @Nullable Task task, Consumer<String> notes)
      throws IOException {
    try (CsvTable table = new CsvTable(source, layout, List.of())) {
      CsvColumns columns = CsvColumns.all(table, layout);
      String name = table.names().isEmpty() ? "" : table.names().get(columns.label());
      CsvAnswers answers = CsvAnswers.of(task, name.isEmpty() ? "target" : name, notes);
      return read(table, columns, columns.input(table), answers, notes);
    }
  }

  /**
   * Reads all rows of a table for a model with one numeric target, which is in the column that has
   * the labels of {@link #read(Source, Layout, ModelInput, List, Consumer)}.
   *
   * @param target the name of the model's target
   * @throws IOException as there, or if a cell of the target is no finite number
   */
  public static DataSet readTarget(
      Source source, Layout layout, ModelInput input, String target, Consumer<String> notes)
      throws IOException {
    try (CsvTable table = open(source, layout, input)) {
      CsvColumns columns = CsvColumns.of(table, layout, input, true, notes);
      return read(table, columns, input, CsvAnswers.of(Task.REGRESSION, target, notes), notes);
    }
  }

  /**
   * Reads all rows of a table for a model: with its features, in its order, and its classes.
   *
   * <p>Where the table has a header and the model knows names, columns are matched by name, in any
   * order; of several columns of one name the first is taken for the first. Other columns are left
   * out, with a note. Otherwise columns are matched by place, and their number must fit. The label
   * is where the layout says, or else in the column of the name or place that it had in training.
   *
   * <p>A label is a class if it has its name, or the same number in its usual form ({@code 3} for
   * {@code 3.0}). Pixels are read in the range of the model's training.
   *
   * @param input what the model takes
   * @param classNames the model's classes
   * @return data whose {@link DataSet#input()} and {@link DataSet#classNames()} are those given
   * @throws IOException as {@link #read(Source, Layout, Consumer)} does, or if a column or the
   *     label is missing, the number of columns does not fit, a class is unknown or a pixel is out
   *     of range
   */
  public static DataSet read(
      Source source,
      Layout layout,
      ModelInput input,
      List<String> classNames,
      Consumer<String> notes)
      throws IOException {
    try (CsvTable table = open(source, layout, input)) {
      CsvColumns columns = CsvColumns.of(table, layout, input, true, notes);
      boolean encoded = input instanceof ModelInput.Columns;
      return read(table, columns, input, CsvLabels.among(classNames, encoded), notes);
    }
  }

  private static DataSet read(
      CsvTable table,
      CsvColumns columns,
      ModelInput input,
      CsvAnswers labels,
      Consumer<String> notes)
      throws IOException {
    CsvFeatures features = CsvFeatures.of(input);
    table.useLabel(columns.label());
    int without = 0;
    while (table.next()) {
      if (input instanceof ModelInput.Columns && labels.isMissing(table.cell(columns.label()))) {
        without++;
        continue;
      }
      features.add(table, columns.features());
      labels.add(table, columns.label());
    }
    if (without > 0) {
      notes.accept(
          table.name()
              + ": "
              + (without == 1 ? "1 row" : without + " rows")
              + " without a target left out");
    }
    if (labels.rows() == 0) {
      throw table.fail("expected at least one row of numbers, found none");
    }
    features.report(table, columns.features(), notes);
    table.report(notes);
    return labels.with(features.features(), input);
  }

  /**
   * Reads the rows of a table for a model, one after the other, without their labels. Columns are
   * matched as {@link #read(Source, Layout, ModelInput, List, Consumer)} does; the label may be
   * there or not.
   *
   * @param input what the model takes
   * @param rows takes them in the order of the table; pixels are fractions of white
   * @throws IOException if the table cannot be read, a column is missing, the number of columns
   *     does not fit, or a feature is missing, no finite float32 number or no pixel
   */
  public static void readFeatures(
      Source source, Layout layout, ModelInput input, Consumer<String> notes, RowConsumer rows)
      throws IOException {
    try (CsvTable table = open(source, layout, input)) {
      CsvColumns columns = CsvColumns.of(table, layout, input, false, notes);
      table.useLabel(columns.label());
      float[] row = new float[input.features()];
      if (input instanceof ModelInput.Columns encoded) {
        CsvFeatures.Encoded features = new CsvFeatures.Encoded(encoded.encoder());
        while (table.next()) {
          features.write(table, columns.features(), row, 0);
          rows.accept(table.line(), row);
        }
        features.report(table, columns.features(), notes);
      }
      while (table.next()) {
        for (int i = 0; i < row.length; i++) {
          int column = columns.features()[i];
          row[i] =
              input instanceof ModelInput.Pictures pictures
                  ? PixelFeatures.fraction(CsvFeatures.pixel(table, column, pictures))
                  : (float) table.number(column);
        }
        rows.accept(table.line(), row);
      }
      table.report(notes);
    }
  }

  /** A table whose header is known by the names that a model wants. */
  static CsvTable open(Source source, Layout layout, ModelInput input) throws IOException {
    if (input instanceof ModelInput.Columns columns) {
      TableEncoder encoder = columns.encoder();
      List<String> names = encoder.matched().stream().map(EncodedColumn::name).toList();
      return new CsvTable(source, layout, names, encoder::isRow);
    }
    return new CsvTable(source, layout, input.table().names());
  }

  /**
   * What is known of a CSV file; the rest is detected.
   *
   * <p>Unless it is known, the first line is compared with the next hundred. It is a header if it
   * has text above numbers, or text that never comes again in a column whose values do; it is data
   * if it has numbers above numbers, or values that come again. Where that says nothing, it is a
   * header if more of its cells are text than numbers, the label's own cell left aside. It is also
   * one if it only counts its columns from 0 or 1, or holds all names of a model's columns. The
   * label is the one column that a header calls {@code label}, {@code class} or {@code target}, in
   * any case of letters, or else the last one.
   *
   * @param header whether the first line names the columns; null to detect it
   * @param label the label's column by its name in the header, or by its number from 1; null to
   *     detect it. A name that is no number implies a header
   */
  public record Layout(@Nullable Boolean header, @Nullable String label) {
    /** Nothing is known. */
    public static final Layout DETECTED = new Layout(null, null);

    /** With or without a header. */
    public Layout withHeader(boolean header) {
      return new Layout(header, label);
    }

    /** With the label's column, by name or by number from 1. */
    public Layout withLabel(String nameOrNumber) {
      return new Layout(header, Objects.requireNonNull(nameOrNumber, "label"));
    }
  }

  /**
   * Where the bytes of a table come from: a file, or a stream such as a pipe. They are read once,
   * from begin to end, and may be gzip: that is told by their content.
   */
  public static final class Source {

    private final String name;
    private final Opener opener;

    private Source(String name, Opener opener) {
      this.name = name;
      this.opener = opener;
    }

    /** A file; its path is its name in messages. */
    public static Source of(Path file) {
      String name = file.toString();
      return new Source(
          name,
          () -> {
            if (Files.isDirectory(file)) {
              throw new IOException(name + ": is a folder, expected a CSV file");
            }
            return Unpacked.open(file);
          });
    }

    /**
     * A stream, which can be read once and is closed then.
     *
     * @param name what messages call it
     */
    public static Source of(String name, InputStream bytes) {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(bytes, "bytes");
      return new Source(name, () -> Unpacked.open(name, bytes));
    }

    /** The plain bytes. */
    InputStream open() throws IOException {
      return opener.open();
    }

    /** The name in messages. */
    @Override
    public String toString() {
      return name;
    }

    private interface Opener {
      InputStream open() throws IOException;
    }
  }
}
