package dev.polymath.models.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes features of the rows of a table: numbers are scaled, categories become a feature each, what
 * is missing is filled in and marked. All that this needs is learned from training rows, once, and
 * applied to every later row. Immutable; a model file holds it.
 */
public final class TableEncoder {

  /** Why a column is left out that is a target, but not the first. */
  static final String ANOTHER_TARGET = "another target";

  static final int BLOCK = 256;

  private final List<EncodedColumn> columns;
  private final boolean named;
  private final @Nullable String target;
  private final int targetColumn;
  private final List<String> featureNames;

  private TableEncoder(
      List<EncodedColumn> columns, boolean named, @Nullable String target, int targetColumn) {
    this.columns = List.copyOf(columns);
    this.named = named;
    this.target = target;
    this.targetColumn = targetColumn;
    this.featureNames = FeatureNames.of(this.columns, targetColumn);
    if (featureNames.isEmpty()) {
      throw new IllegalArgumentException(
          "no column is left to learn from: "
              + String.join(", ", FeatureNames.leftOut(this.columns, targetColumn)));
    }
  }

  /** The kinds that a column may have, or be told to have. */
  public enum Kind {
    NUMERIC,
    CATEGORY,
    /** Dates, all of one form; also {@code 20240531}, which is taken as a number otherwise. */
    DATE,
    /** It says which rows belong together, and is left out. */
    GROUP,
    LEFT_OUT
  }

  /** How numbers are scaled. */
  public enum Scaling {
    /** To mean 0 and deviation 1. */
    STANDARD,
    /**
     * By median and quartiles, clipped smoothly to −3 and 3: a far value does not move the others.
     */
    ROBUST
  }

  /**
   * How a table is encoded.
   *
   * @param scaling of numbers
   * @param bins into how many parts, of as many training rows each, a column of numbers is cut
   *     further, at most: 256 in all columns together, and none at all where that leaves a column
   *     fewer than 4; 0 for none
   * @param mostValues so many values of a category have a feature of their own, the most frequent
   * @param fewestRows in so many training rows a value must occur for that
   * @param kinds of columns by name or by number from 1, where the detected ones are not right
   */
  public record Options(
      Scaling scaling, int bins, int mostValues, int fewestRows, Map<String, Kind> kinds) {

    /** Robust scaling, 16 bins, at most 64 values that occur twice, kinds as detected. */
    public static final Options DEFAULT = new Options(Scaling.ROBUST, 16, 64, 2, Map.of());

    public Options {
      kinds = Map.copyOf(kinds);
      if (bins < 0 || bins == 1 || mostValues < 1 || fewestRows < 1) {
        throw new IllegalArgumentException(
            "encoder: expected bins 0 or at least 2, values and rows at least 1, found "
                + bins
                + ", "
                + mostValues
                + " and "
                + fewestRows);
      }
    }

    /** With another scaling. */
    public Options withScaling(Scaling scaling) {
      return new Options(scaling, bins, mostValues, fewestRows, kinds);
    }

    /** With another number of bins, 0 for none. */
    public Options withBins(int bins) {
      return new Options(scaling, bins, mostValues, fewestRows, kinds);
    }

    /** With the kind of a column, by name or by number from 1. */
    public Options withKind(String column, Kind kind) {
      Map<String, Kind> told = new LinkedHashMap<>(kinds);
      told.put(column, kind);
      return new Options(scaling, bins, mostValues, fewestRows, told);
    }
  }

  /**
   * Learns from training rows.
   *
   * @param target the column that is to be predicted, no feature
   * @throws IllegalArgumentException if no column is left, a told column is not there, or one that
   *     is told to be numeric has a cell that is no number
   */
  public static TableEncoder fit(Table training, Table.Target target, Options options) {
    int column = Objects.checkIndex(target.column(), training.columns());
    List<EncodedColumn> columns = ColumnFitting.columns(training, target, options);
    boolean named = !training.names().isEmpty();
    return new TableEncoder(columns, named, named ? training.names().get(column) : null, column);
  }

  /**
   * An encoder as a model file describes it.
   *
   * @param columns all but the target, in the order of the table
   * @param named whether the table has names
   * @param target the target's name; null where it has none
   * @param targetColumn the target's place in the table, from 0; −1 where it has none
   */
  public static TableEncoder of(
      List<EncodedColumn> columns, boolean named, @Nullable String target, int targetColumn) {
    if (targetColumn < -1 || targetColumn > columns.size()) {
      throw new IllegalArgumentException(
          "table: target: expected a column from 0 to "
              + columns.size()
              + ", found "
              + targetColumn);
    }
    return new TableEncoder(columns, named, target, targetColumn);
  }

  /** All columns but the target, in the order of the training table. */
  public List<EncodedColumn> columns() {
    return columns;
  }

  /** A name for each of {@link #columns()}, such as {@code column 3} where the table had none. */
  public List<String> columnNames() {
    return FeatureNames.columns(columns, targetColumn);
  }

  /** Whether the training table had a header, so that later ones are matched by name. */
  public boolean named() {
    return named;
  }

  /** The name of the target's column; null where it has none. */
  public @Nullable String target() {
    return target;
  }

  /** The place of the target's column, from 0 and with all columns but row names counted; or −1. */
  public int targetColumn() {
    return targetColumn;
  }

  /** How many features a row becomes, at least 1. */
  public int features() {
    return featureNames.size();
  }

  /** A name for each feature, such as {@code age}, {@code age missing} or {@code sex=Female}. */
  public List<String> featureNames() {
    return featureNames;
  }

  /**
   * The cell of a column as text, read back from the features of a row: the number of the fewest
   * digits that becomes the same feature, the value of a category, the day of a date, or {@code
   * missing}. What training had no feature for can't be told.
   *
   * @param column of {@link #columns()}, from 0
   * @param row {@code [features]}; read
   */
  public String cell(int column, float[] row) {
    Objects.checkIndex(column, columns.size());
    Objects.checkFromIndexSize(0, features(), row.length);
    int at = columns.stream().limit(column).mapToInt(EncodedColumn::width).sum();
    return ReadBack.cell(columns.get(column), row, at);
  }

  /**
   * The features of a table that has the columns of the training table, and what is to be learned.
   *
   * @param target missing in no row
   * @param notes is given a sentence on values that training did not have
   * @throws IllegalArgumentException if columns are missing, or a cell is no number where one is
   *     wanted, or none of the classes
   */
  public DataSet encode(Table table, Table.Target target, Consumer<String> notes) {
    Answers answers = target.answers(table);
    return new DataSet(
        features(table, notes), answers, new ModelInput.Columns(this), table.rowSplit());
  }

  /** The features of a table alone, as {@link #encode} makes them. */
  Features features(Table table, Consumer<String> notes) {
    int[] places = places(table);
    int rows = table.rows();
    int width = features();
    List<ColumnWriter> writers = new ArrayList<>();
    List<TableColumn> cells = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      if (columns.get(i) instanceof EncodedColumn.LeftOut) {
        continue;
      }
      ColumnWriter writer = ColumnWriter.of(columns.get(i));
      TableColumn column = table.cells(places[i]);
      if (writer.takesNumbers() && !column.isNumeric()) {
        // Throws, with the cell that is no number; a column that is all missing has none.
        TargetCells.requireNumbers(table, places[i]);
      }
      writers.add(writer);
      cells.add(column);
      names.add(table.describe(places[i]));
    }
    List<EncodedColumn> used = used();
    Block block =
        (from, to, target, first) -> {
          int at = first;
          for (int i = 0; i < used.size(); i++) {
            writers.get(i).write(cells.get(i), from, to, target, width, at);
            at += used.get(i).width();
          }
        };
    DiskTable disk = table.disk();
    Features features =
        disk == null
            ? inMemory(block, rows, width)
            : DiskFloats.write(disk.space(), block, rows, width);
    StrangeCells.report(table.source(), writers, names, notes);
    return features;
  }

  /** Encodes some rows. */
  interface Block {
    /** Writes the features of the rows to {@code target[first ..]}. */
    void write(int from, int to, float[] target, int first);
  }

  private static FloatFeatures inMemory(Block block, int rows, int width) {
    float[] values = new float[Math.multiplyExact(rows, width)];
    // Some rows at once, for else each value of a wide table would be far from the one before.
    for (int from = 0; from < rows; from += BLOCK) {
      block.write(from, Math.min(rows, from + BLOCK), values, from * width);
    }
    return new FloatFeatures(width, values);
  }

  /** Whether a column is a target, but not the first. */
  static boolean isAnotherTarget(EncodedColumn column) {
    return column instanceof EncodedColumn.LeftOut out && out.why().equals(ANOTHER_TARGET);
  }

  /** How many target columns the training table had. */
  public int targets() {
    return 1 + (int) columns.stream().filter(TableEncoder::isAnotherTarget).count();
  }

  /**
   * The target in a later table: by its name where both have names, otherwise by its place; of
   * several columns likewise.
   *
   * @param trained its task and names are those of the training; its columns count only where
   *     nothing else tells
   * @throws IllegalArgumentException if the table has no such column
   */
  public Table.Target targetIn(Table table, Table.Target trained) {
    int column =
        target == null || table.names().isEmpty() ? trained.column() : table.column(target);
    if (column >= table.columns()) {
      throw new IllegalArgumentException(
          table.source()
              + ": expected "
              + (columns.size() + 1)
              + " columns, found "
              + table.columns());
    }
    return new Table.Target(column, trained.task(), trained.names(), othersIn(table));
  }

  /** The further target columns in a later table. */
  private List<Integer> othersIn(Table table) {
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (isAnotherTarget(columns.get(i))) {
        boolean byName = target != null && !table.names().isEmpty();
        others.add(byName ? table.column(columns.get(i).name()) : i + 1);
      }
    }
    return others;
  }

  /** Notes the columns of a later table that the training table did not have. */
  public void noteUnused(Table table, Consumer<String> notes) {
    List<String> known = allNames();
    List<String> unused =
        table.names().stream().filter(name -> named && !known.contains(name)).toList();
    if (!unused.isEmpty()) {
      notes.accept(CsvColumns.ignored(table.source(), unused));
    }
  }

  /**
   * Lists the columns for a person: a line for each, with its kind, how many different cells it has
   * and how many are missing; at the end those that are left out, and why.
   *
   * @param training the table that it was fitted on, or one like it
   */
  public List<String> summary(Table training) {
    return ColumnList.of(training, this, places(training));
  }

  /**
   * Looks for what makes a model's figures better than the model is: rows that come again, test
   * rows that were trained on, columns that tell the class alone.
   *
   * @param notes is given a sentence on each
   */
  public void check(
      Table train, Table test, Table.Target target, Options options, Consumer<String> notes) {
    TableChecks.duplicates(train, test, notes);
    int[] places = places(train);
    List<Integer> told = new ArrayList<>(target.others());
    options.kinds().keySet().forEach(name -> told.add(train.column(name)));
    TableChecks.mixed(
        train, IntStream.of(places).filter(place -> !told.contains(place)).boxed().toList(), notes);
    List<Integer> used =
        IntStream.range(0, places.length)
            .filter(i -> !(columns.get(i) instanceof EncodedColumn.LeftOut))
            .mapToObj(i -> places[i])
            .toList();
    if (target.task() == Task.CLASSIFICATION) {
      TableChecks.leaks(
          train, used, TargetCells.classOf(train, target.column(), target.names()), notes);
    } else {
      for (int column : target.columns()) {
        TableChecks.copies(train, used, column, notes);
      }
    }
  }

  /** Whether cells are as a row's are, by their places: numbers where numbers are wanted. */
  boolean isRow(List<String> cells) {
    boolean target = targetColumn >= 0 && cells.size() == columns.size() + 1;
    if (!target && cells.size() != columns.size()) {
      return false;
    }
    int numbers = 0;
    for (int i = 0; i < columns.size(); i++) {
      String cell = cells.get(target && i >= targetColumn ? i + 1 : i);
      if (columns.get(i) instanceof EncodedColumn.Numeric && !CellText.isMissingNumber(cell)) {
        if (!CsvNumber.isNumberInAnyForm(cell)) {
          return false;
        }
        numbers++;
      }
    }
    return numbers > 0;
  }

  /** Where the columns are in a table; of one that is left out it may be −1. */
  private int[] places(Table table) {
    int[] places = new int[columns.size()];
    if (!named || table.names().isEmpty() || table.names().equals(allNames())) {
      int all = columns.size() + (targetColumn < 0 ? 0 : 1);
      if (table.columns() != all) {
        throw new IllegalArgumentException(
            table.source() + ": expected " + all + " columns, found " + table.columns());
      }
      Arrays.setAll(places, i -> targetColumn >= 0 && i >= targetColumn ? i + 1 : i);
      return places;
    }
    List<EncodedColumn> matched = matched();
    int[] found;
    try {
      List<String> wanted = matched.stream().map(EncodedColumn::name).toList();
      found = ColumnMatch.of(wanted, table.names()).columns();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(table.source() + ": " + e.getMessage(), e);
    }
    Arrays.fill(places, -1);
    for (int i = 0, next = 0; i < places.length && next < found.length; i++) {
      if (columns.get(i).equals(matched.get(next))) {
        places[i] = found[next++];
      }
    }
    return places;
  }

  /** The names that the training table had, the target's included. */
  private List<String> allNames() {
    List<String> names = new ArrayList<>(columns.stream().map(EncodedColumn::name).toList());
    if (target != null && targetColumn >= 0) {
      names.add(targetColumn, target);
    }
    return names;
  }

  /**
   * The columns that a table must have, if it has names: those that become features, and left-out
   * ones of the same names, for several columns of one name are told by their order.
   */
  List<EncodedColumn> matched() {
    if (!named) {
      return List.of();
    }
    Set<String> names = new HashSet<>();
    used().forEach(column -> names.add(column.name()));
    return columns.stream().filter(column -> names.contains(column.name())).toList();
  }

  /** The columns that become features. */
  List<EncodedColumn> used() {
    return columns.stream().filter(c -> !(c instanceof EncodedColumn.LeftOut)).toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableEncoder e
        && columns.equals(e.columns)
        && named == e.named
        && Objects.equals(target, e.target)
        && targetColumn == e.targetColumn;
  }

  @Override
  public int hashCode() {
    return Objects.hash(columns, named, target, targetColumn);
  }

  /** How many columns it takes and how many features it makes. */
  @Override
  public String toString() {
    return "TableEncoder["
        + used().size()
        + " of "
        + columns.size()
        + " columns, "
        + features()
        + " features]";
  }
}
