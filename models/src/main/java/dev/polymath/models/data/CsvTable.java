package dev.polymath.models.data;

import dev.polymath.models.internal.PlainText;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One CSV file while it is read. Columns count from 0 here, from 1 in messages. */
final class CsvTable implements Closeable {
  private static final Set<String> LABELS = Set.of("label", "class", "target");

  private final Csv.Source source;
  private final RowSource records;
  private final DecimalMark mark = new DecimalMark();
  private final List<String> names;
  private final int columns;
  private final int firstFeature;
  private final long firstLine;
  private RowSource.Row row;
  private int label = -1;

  /**
   * Opens a table and decides on its layout by its first lines.
   *
   * @param wanted names of columns that are looked for; where the first line has them all, it is a
   *     header
   */
  CsvTable(Csv.Source source, Csv.Layout layout, List<String> wanted) throws IOException {
    this(source, layout, wanted, cells -> false);
  }

  /**
   * Opens a table for a model.
   *
   * @param isRow tells of a first line that no name shows to be a header whether it is a row
   */
  CsvTable(Csv.Source source, Csv.Layout layout, List<String> wanted, Predicate<List<String>> isRow)
      throws IOException {
    this.source = source;
    records = RowSource.open(source);
    try {
      List<? extends RowSource.Row> rows = records.ahead();
      if (rows.isEmpty()) {
        throw fail("the file is empty");
      }
      row = rows.get(0);
      firstLine = row.line();
      List<List<String>> sample = rows.stream().map(CsvTable::stripped).toList();
      List<String> first = sample.get(0);
      boolean header = records.named() || isHeader(sample, layout, wanted, isRow);
      columns = width(sample);
      if (columns == 0) {
        throw fail("expected at least one column, found none"); // JSON's {} and []
      }
      names = header ? first.subList(0, columns) : List.of();
      firstFeature = header && columns > 2 && first.get(0).isEmpty() ? 1 : 0;
      if (header) {
        records.next();
      }
      for (int i = header ? 1 : 0; i < rows.size(); i++) {
        for (String cell : sample.get(i)) {
          mark.see(cell, rows.get(i).line());
        }
      }
    } catch (Throwable e) {
      records.close();
      throw e;
    }
  }

  private static List<String> stripped(RowSource.Row row) {
    return IntStream.range(0, row.cells()).mapToObj(i -> row.cell(i).strip()).toList();
  }

  private static boolean isHeader(
      List<List<String>> sample,
      Csv.Layout layout,
      List<String> wanted,
      Predicate<List<String>> isRow) {
    List<String> first = sample.get(0);
    String label = layout.label();
    if (layout.header() != null) {
      return layout.header();
    }
    if (label != null && Stream.of(label.split(",")).anyMatch(part -> columnNumber(part) < 0)) {
      return true;
    }
    int place = label == null ? first.size() - 1 : columnNumber(label.split(",", 2)[0]);
    return !wanted.isEmpty() && ColumnMatch.isComplete(wanted, first)
        || !isRow.test(first) && CsvHeader.detect(sample, place);
  }

  /** Cells of the first line, without the last ones that are empty in every line. */
  private static int width(List<List<String>> sample) {
    int width = sample.get(0).size();
    while (width > 1 && isEmpty(sample, width - 1)) {
      width--;
    }
    return width;
  }

  private static boolean isEmpty(List<List<String>> sample, int column) {
    return sample.size() > 1
        && sample.stream().allMatch(row -> row.size() <= column || row.get(column).isEmpty());
  }

  /** Refuses names that a model file cannot hold. */
  void requirePlainNames() throws IOException {
    for (int i = 0; i < names.size(); i++) {
      String code = PlainText.firstNotPlain(names.get(i));
      if (code != null) {
        throw fail(
            "line "
                + firstLine
                + ", column "
                + (i + 1)
                + ": a model file cannot hold the character "
                + code
                + " in the name "
                + PlainText.quote(names.get(i)));
      }
    }
  }

  /** From 0, or −1 if it is no number of a column. */
  private static int columnNumber(String label) {
    try {
      return Math.max(-1, Integer.parseInt(label.strip()) - 1);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /**
   * The label's column: as the layout says, or else as the header or the place does; −1 where there
   * is but one column.
   */
  int findLabel(Csv.Layout layout) throws IOException {
    String told = layout.label();
    if (told == null) {
      int[] named = named(LABELS);
      if (named.length == 1) {
        return named[0];
      }
      return columns - firstFeature > 1 ? columns - 1 : -1;
    }
    int[] named = named(Set.of(told.strip().toLowerCase(Locale.ROOT)));
    if (named.length > 1) {
      throw fail(
          "label " + PlainText.quote(told) + ": there are " + named.length + " such columns");
    }
    int column = named.length == 1 ? named[0] : columnNumber(told);
    if (column < 0 || column >= columns) {
      throw fail(
          "label "
              + PlainText.quote(told)
              + ": no such column, expected 1 to "
              + columns
              + (names.isEmpty() ? "" : " or a name of " + ColumnNames.list(names)));
    }
    return columns - firstFeature > 1 ? column : -1;
  }

  /**
   * The columns of all targets, in the order of the table: those that the layout names with commas
   * between them, or else the one of {@link #findLabel}; a column whose own name has commas is one.
   *
   * @return none where there is but one column
   */
  int[] findTargets(Csv.Layout layout) throws IOException {
    String told = layout.label();
    String[] parts = told == null ? new String[0] : told.split(",", -1);
    if (told == null
        || parts.length < 2
        || named(Set.of(told.strip().toLowerCase(Locale.ROOT))).length > 0) {
      int label = findLabel(layout);
      return label < 0 ? new int[0] : new int[] {label};
    }
    int[] found = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      found[i] = findLabel(layout.withLabel(parts[i].strip()));
    }
    int[] targets = IntStream.of(found).distinct().sorted().toArray();
    if (targets.length < found.length) {
      throw fail("target " + PlainText.quote(told) + ": names a column twice");
    }
    if (targets.length == columns - firstFeature) {
      throw fail(
          "target " + PlainText.quote(told) + ": names all columns, expected one to learn from");
    }
    return targets;
  }

  private int[] named(Set<String> wanted) {
    return IntStream.range(0, names.size())
        .filter(i -> wanted.contains(names.get(i).toLowerCase(Locale.ROOT)))
        .toArray();
  }

  /** What messages call the table. */
  String name() {
    return source.toString();
  }

  /** All names of the header; empty where there is none. */
  List<String> names() {
    return names;
  }

  /** How many cells a row has. */
  int columns() {
    return columns;
  }

  /** 1 where the first column holds row names, which are no feature; otherwise 0. */
  int firstFeature() {
    return firstFeature;
  }

  /** Says which column is taken as the label, for messages; −1 for none. */
  void useLabel(int column) {
    label = column;
  }

  /** Says in which doubtful way the text was read. */
  void report(Consumer<String> notes) {
    records.report(notes);
  }

  /** Goes to the next row; false at the end. */
  boolean next() throws IOException {
    RowSource.Row next = records.next();
    if (next == null) {
      return false;
    }
    row = next;
    int cells = row.cells();
    while (cells > columns && row.cell(cells - 1).isBlank()) {
      cells--;
    }
    if (cells != columns) {
      throw fail(
          "line "
              + line()
              + ": expected "
              + columns
              + " cells as in line "
              + firstLine
              + ", found "
              + cells
              + (row.cell(0).startsWith("#") ? "; a comment can stand before the rows" : ""));
    }
    return true;
  }

  /** The line in which the row begins, from 1. */
  long line() {
    return row.line();
  }

  /** A cell of the row, without the blanks around it. */
  String cell(int column) {
    return row.cell(column).strip();
  }

  /** A cell as a plain number; NaN if it is none. */
  double plainNumber(String cell) {
    return mark.number(cell, line());
  }

  /** Which sign stands before decimals, as far as the rows that were read tell. */
  DecimalMark mark() {
    return mark;
  }

  /** A cell as a number that float32 holds. */
  double number(int column) throws IOException {
    String cell = cell(column);
    double value = mark.number(cell, line());
    if (!Float.isFinite((float) value)) {
      throw notANumber(column, cell, value);
    }
    return value;
  }

  /** A cell as any finite number; NaN if it is none. */
  double numberOrNaN(int column) throws IOException {
    double value = mark.number(cell(column), line());
    return Double.isFinite(value) ? value : Double.NaN;
  }

  private IOException notANumber(int column, String cell, double value) {
    String what;
    if (cell.isEmpty()) {
      what = "expected a number, found nothing";
    } else if (Double.isInfinite((float) value)) {
      what = "expected a number up to 3.4e38, found " + PlainText.quote(cell);
    } else if (CsvNumber.isMissing(cell)) {
      what = "expected a finite number, found " + PlainText.quote(cell);
    } else {
      what = "expected a number, found " + PlainText.quote(cell);
    }
    boolean asData = line() == firstLine && !CsvNumber.isMissing(cell);
    return failCell(
        column,
        what
            + mark.hint(cell)
            + (asData ? " (the line is taken as data, not as a header)" : "")
            + (label < 0 ? "" : "; the label is " + column(label)));
  }

  /** The row's label. */
  String label(int label) throws IOException {
    String cell = cell(label);
    if (cell.isEmpty() || cell.equalsIgnoreCase("nan")) {
      throw failCell(
          label, "expected a label, found " + (cell.isEmpty() ? "nothing" : PlainText.quote(cell)));
    }
    String code = PlainText.firstNotPlain(cell);
    if (code != null) {
      throw failCell(
          label,
          "a model file cannot hold the character "
              + code
              + " in the label "
              + PlainText.quote(cell));
    }
    return cell;
  }

  /** Such as {@code column 5 (petal width)}. */
  String column(int column) {
    String name = names.isEmpty() ? "" : names.get(column);
    return "column "
        + (column + 1)
        + (name.isEmpty() ? "" : " (" + PlainText.printable(name) + ")");
  }

  IOException failCell(int column, String what) {
    return fail("line " + line() + ", " + column(column) + ": " + what);
  }

  IOException fail(String what) {
    return new IOException(source + ": " + what);
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
