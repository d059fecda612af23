package dev.polymath.models.data;

import dev.polymath.models.internal.Ints;
import dev.polymath.models.internal.PlainText;
import dev.polymath.models.internal.Randomness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table as it was read: columns of numbers and of text, some cells missing. Immutable.
 *
 * <p>Columns and rows count from 0. A cell is missing if it is empty, {@code ?}, {@code NA}, {@code
 * N/A}, {@code NaN} or {@code null}, in any case of letters. A column is numeric if every other
 * cell is a number; there {@code none}, {@code -} and infinities are missing too. Numbers may have
 * signs between thousands, a currency sign or a percent sign.
 *
 * <p>{@link TableEncoder} makes features of it.
 */
public final class Table {

  private final String source;
  private final List<String> names;
  private final int firstColumn;
  private final int[] targets;
  private final List<TableColumn> columns;
  private final int[] lines;
  private final @Nullable RowSplit rowSplit;
  private final @Nullable DiskTable disk;

  private Table(
      String source,
      List<String> names,
      int firstColumn,
      int[] targets,
      List<TableColumn> columns,
      int[] lines,
      @Nullable RowSplit rowSplit,
      @Nullable DiskTable disk) {
    this.source = source;
    this.names = names;
    this.firstColumn = firstColumn;
    this.targets = targets;
    this.columns = columns;
    this.lines = lines;
    this.rowSplit = rowSplit;
    this.disk = disk;
  }

  /** A table in two, by its rows. */
  public record Parts(Table train, Table test) {}

  /** Reads a file of which nothing is known. */
  public static Table read(Path file) throws IOException {
    return read(Csv.Source.of(file), Csv.Layout.DETECTED, note -> {});
  }

  /**
   * Reads all rows of a table in CSV.
   *
   * @param layout whether there is a header, and which column is the target, as far as is known
   * @param notes is given a sentence on each thing that may not have been meant
   * @throws IOException if the table cannot be read, has no rows, or rows of different lengths
   */
  public static Table read(Csv.Source source, Csv.Layout layout, Consumer<String> notes)
      throws IOException {
    try (CsvTable csv = new CsvTable(source, layout, List.of())) {
      return read(csv, layout, notes);
    }
  }

  /**
   * The same on disk: for tables that do not fit the heap. Everything that is made of the table is
   * on disk too, and lives as long as {@code disk}.
   *
   * @param known the encoder of the training table; null for the training table itself
   */
  public static Table read(
      Csv.Source source,
      Csv.Layout layout,
      @Nullable TableEncoder known,
      DiskSpace disk,
      Consumer<String> notes)
      throws IOException {
    try (CsvTable csv =
        known == null
            ? new CsvTable(source, layout, List.of())
            : Csv.open(source, layout, new ModelInput.Columns(known))) {
      csv.requirePlainNames();
      int[] targets = targets(csv, layout);
      DiskTable.Read read = DiskTable.read(csv, disk);
      return of(csv, targets, read.columns(), new int[0], read.place(), notes);
    }
  }

  /**
   * Reads a later table, whose header is known by the names that an encoder has.
   *
   * @param known the encoder of the training table
   */
  public static Table read(
      Csv.Source source, Csv.Layout layout, TableEncoder known, Consumer<String> notes)
      throws IOException {
    try (CsvTable csv = Csv.open(source, layout, new ModelInput.Columns(known))) {
      return read(csv, layout, notes);
    }
  }

  private static Table read(CsvTable csv, Csv.Layout layout, Consumer<String> notes)
      throws IOException {
    csv.requirePlainNames();
    int first = csv.firstFeature();
    ColumnReader[] readers = new ColumnReader[csv.columns() - first];
    Arrays.setAll(readers, i -> new ColumnReader());
    int[] targets = targets(csv, layout);
    int[] lines = new int[16];
    int rows = 0;
    while (csv.next()) {
      for (int i = 0; i < readers.length; i++) {
        String cell = csv.cell(first + i);
        readers[i].add(cell, readers[i].knows(cell) ? Double.NaN : csv.plainNumber(cell));
      }
      lines = rows < lines.length ? lines : Arrays.copyOf(lines, rows + (rows >> 1));
      lines[rows++] = (int) Math.min(csv.line(), Integer.MAX_VALUE);
    }
    List<TableColumn> columns = Stream.of(readers).map(r -> r.column(csv.mark())).toList();
    return of(csv, targets, columns, Arrays.copyOf(lines, rows), null, notes);
  }

  private static int[] targets(CsvTable csv, Csv.Layout layout) throws IOException {
    int first = csv.firstFeature();
    return IntStream.of(csv.findTargets(layout)).map(i -> i - first).toArray();
  }

  private static Table of(
      CsvTable csv,
      int[] targets,
      List<TableColumn> columns,
      int[] lines,
      @Nullable DiskTable disk,
      Consumer<String> notes)
      throws IOException {
    if (columns.get(0).size() == 0) {
      throw csv.fail("expected at least one row, found none");
    }
    csv.report(notes);
    int first = csv.firstFeature();
    List<String> names =
        csv.names().isEmpty() ? List.of() : List.copyOf(csv.names().subList(first, csv.columns()));
    return new Table(csv.name(), names, first, targets, columns, lines, null, disk);
  }

  /** What messages call the table: its file. */
  public String source() {
    return source;
  }

  /** Number of rows, at least 1. */
  public int rows() {
    return disk == null ? lines.length : disk.rows().size();
  }

  /** Whether it is on disk; see {@link DiskSpace}. */
  public boolean onDisk() {
    return disk != null;
  }

  /** Number of columns; one of row names, which has no name itself, is not counted. */
  public int columns() {
    return columns.size();
  }

  /** The names of the columns; empty where there is no header. */
  public List<String> names() {
    return names;
  }

  /** The line of the file in which a row begins, from 1. */
  public int line(int row) {
    return disk == null ? lines[row] : disk.line(row);
  }

  /** The column that was told or taken as the target when the table was read. */
  public int target() {
    return targets()[0];
  }

  /** All columns that were told or taken as targets, in the order of the table; a copy. */
  public int[] targets() {
    if (targets.length == 0) {
      throw new IllegalArgumentException(
          source
              + ": expected at least 2 columns, features and a target, with commas, semicolons,"
              + " tabs, bars or blanks between them, found 1");
    }
    return targets.clone();
  }

  /**
   * A column by its name, in any case of letters if that tells, or by its number in the file, from
   * 1.
   *
   * @throws IllegalArgumentException if there is none, or several
   */
  public int column(String nameOrNumber) {
    return ColumnNames.find(nameOrNumber.strip(), names, firstColumn, columns(), source);
  }

  /** What messages call a column: {@code column 5 (petal width)}, as the file counts. */
  public String describe(int column) {
    String name = name(column);
    return "column "
        + (firstColumn + column + 1)
        + (name.isEmpty() ? "" : " (" + PlainText.printable(name) + ")");
  }

  /** The name of a column; empty where it has none. */
  String name(int column) {
    return names.isEmpty() ? "" : names.get(column);
  }

  TableColumn cells(int column) {
    return columns.get(column);
  }

  /** The rows named, in that order; repeats allowed. */
  public Table subset(int... rows) {
    if (rows.length == 0) {
      throw new IllegalArgumentException(source + ": subset: expected at least one row");
    }
    for (int row : rows) {
      Objects.checkIndex(row, rows());
    }
    if (disk != null) {
      return subset(Ints.of(rows));
    }
    return new Table(
        source,
        names,
        firstColumn,
        targets,
        columns.stream().map(column -> column.subset(rows)).toList(),
        IntStream.of(rows).map(row -> lines[row]).toArray(),
        rowSplit == null ? null : rowSplit.subset(rows),
        null);
  }

  private Table subset(Ints rows) {
    if (disk == null) {
      return subset(rows.toArray());
    }
    DiskTable some = disk.subset(rows);
    List<TableColumn> cells = columns.stream().map(some::of).toList();
    return new Table(source, names, firstColumn, targets, cells, lines, null, some);
  }

  /**
   * The rows in which a column is not missing.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Table with(int column) {
    TableColumn cells = columns.get(column);
    Ints rows =
        disk != null
            ? disk.present(cells)
            : Ints.of(IntStream.range(0, rows()).filter(row -> !cells.isMissing(row)).toArray());
    if (rows.size() == 0) {
      throw new IllegalArgumentException(
          source + ": " + describe(column) + ", the target, is missing in every row");
    }
    return rows.size() == rows() ? this : subset(rows);
  }

  /**
   * A column as numbers; NaN where one is missing.
   *
   * @throws IllegalArgumentException if a cell is no number
   */
  public double[] numbers(int column) {
    return TargetCells.numbers(this, column);
  }

  /** Whether every cell of a column that is not missing is a number. */
  public boolean isNumeric(int column) {
    return columns.get(column).isNumeric();
  }

  /** How many different cells a column has, the missing ones aside. */
  public int distinct(int column) {
    return columns.get(column).distinct();
  }

  /**
   * The classes that a column's cells are: its different cells, numbers by value, then text.
   *
   * @throws IllegalArgumentException if the column is plainly a measurement
   */
  public List<String> classNames(int column) {
    return TargetCells.classNames(this, column);
  }

  /**
   * The class number of each row.
   *
   * @throws IllegalArgumentException if a cell is missing, or none of the classes
   */
  public int[] classes(int column, List<String> classNames) {
    return TargetCells.classes(this, column, classNames);
  }

  /**
   * The same table, to be cut so that rows with the same cell in a column stay together. A row
   * where it is missing is a group by itself.
   */
  public Table groupedBy(int column) {
    requireInMemory("grouped by a column");
    return splitBy(RowSplit.Groups.of(columns.get(column)));
  }

  /**
   * The same table, to be cut so that the latest rows are held out. A row without a time counts as
   * the earliest.
   *
   * @param column of dates or numbers
   * @throws IllegalArgumentException if it is neither
   */
  public Table orderedBy(int column) {
    requireInMemory("cut by time");
    return splitBy(
        RowSplit.Latest.of(columns.get(column))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        source
                            + ": "
                            + describe(column)
                            + ": expected times, dates or numbers, found text")));
  }

  private void requireInMemory(String what) {
    if (disk != null) {
      throw new IllegalArgumentException(
          source + ": a table on disk can't be " + what + "; it takes more memory, such as -Xmx8g");
    }
  }

  private Table splitBy(RowSplit split) {
    return new Table(source, names, firstColumn, targets, columns, lines, split, null);
  }

  /** How it is to be cut, where that is not by classes. */
  @Nullable RowSplit rowSplit() {
    return rowSplit;
  }

  /**
   * What is to be learned of a table.
   *
   * @param column from 0; of several the first in the table
   * @param task whether the columns' cells are classes, numbers or labels
   * @param names of all classes, in order; of the columns of numbers or labels; or of the labels
   *     that the cells of one column list
   * @param others the further columns, in the order of their names; empty where there is one
   */
  public record Target(int column, Task task, List<String> names, List<Integer> others) {

    public Target {
      names = List.copyOf(names);
      others = List.copyOf(others);
      if (!others.isEmpty() && (task == Task.CLASSIFICATION || names.size() != others.size() + 1)) {
        throw new IllegalArgumentException(
            "target: expected one column of classes, or a name for each column, found "
                + (others.size() + 1)
                + " columns and the names "
                + names);
      }
    }

    /** A single column. */
    public Target(int column, Task task, List<String> names) {
      this(column, task, names, List.of());
    }

    /** The classes that a column's cells are; see {@link Table#classNames}. */
    public static Target classes(Table table, int column) {
      return new Target(column, Task.CLASSIFICATION, table.classNames(column));
    }

    /** The numbers of one or more columns, which are ordered as in the table. */
    public static Target numbers(Table table, int... columns) {
      return TargetColumns.numbers(table, columns);
    }

    /**
     * The labels that columns say: of several columns each is a label, and its cells are {@code 1}
     * and {@code 0}, {@code yes} and {@code no}, {@code true} and {@code false} or their first
     * letters; the cells of a single column are labels with semicolons or bars between them.
     *
     * @throws IllegalArgumentException if a cell is neither, or a label never varies
     */
    public static Target labels(Table table, int... columns) {
      return TargetColumns.labels(table, columns);
    }

    /**
     * The target that a column is: text and few whole numbers are classes, other numbers are
     * numbers. Several columns are labels if all have only 0 and 1, or else numbers.
     *
     * @param task decides where it is not null
     * @param notes is told how numbers were taken
     * @throws IllegalArgumentException if the columns can't be what {@code task} says
     */
    public static Target of(
        Table table, int[] columns, @Nullable Task task, Consumer<String> notes) {
      return TargetColumns.of(table, columns, task, notes);
    }

    /** The same of a single column. */
    public static Target of(Table table, int column, @Nullable Task task, Consumer<String> notes) {
      return of(table, new int[] {column}, task, notes);
    }

    /** All columns, the first included. */
    public int[] columns() {
      return IntStream.concat(IntStream.of(column), others.stream().mapToInt(i -> i)).toArray();
    }

    /** What each row of a table answers. */
    Answers answers(Table table) {
      DiskTable disk = table.disk;
      return disk == null ? TargetColumns.answers(table, this) : disk.answers(table, this);
    }
  }

  /**
   * Keeps rows apart for the test, class by class, just as {@link TrainTest#split} does.
   *
   * @param target missing in no row
   * @param fraction of the rows, in (0, 1)
   */
  public Parts split(Target target, double fraction, long seed) {
    return split(target, fraction, new Randomness(seed));
  }

  /**
   * Holds out the rows that {@link DataSet#split} holds out of the same rows as examples. An
   * encoder that is fitted on the others has seen nothing of them.
   */
  public Parts holdOut(Target target, double fraction, long seed) {
    return split(target, fraction, new Randomness(seed, Randomness.Purpose.VALIDATION));
  }

  private Parts split(Target target, double fraction, Randomness random) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "split: fraction: expected between 0 and 1, found " + fraction);
    }
    StratifiedSplit parts = StratifiedSplit.of(target.answers(this), rowSplit, fraction, random);
    return new Parts(subset(parts.kept()), subset(parts.heldOut()));
  }

  /** For example {@code adult.csv: 32561 rows of 15 columns}. */
  @Override
  public String toString() {
    return source + ": " + rows() + " rows of " + columns() + " columns";
  }

  /** Where it is on disk; null if it is in memory. */
  @Nullable DiskTable disk() {
    return disk;
  }

  /** A number for each row, the same for rows that are the same in all columns. */
  long[] hashes() {
    return IntStream.range(0, rows()).mapToLong(this::hash).toArray();
  }

  /** The number of one row. */
  long hash(int row) {
    long hash = 0;
    for (TableColumn cells : columns) {
      hash = (hash + cells.hash(row)) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 29;
    }
    return hash;
  }
}
