package dev.polymath.models.data;

import dev.polymath.models.internal.ClassNames;
import dev.polymath.models.internal.PlainText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The labels of a table's rows while they are read. */
final class CsvLabels implements CsvAnswers {

  /** So many different fractions are measurements, not classes. */
  private static final int MOST_FRACTIONS = 100;

  private final @Nullable List<String> classes;
  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private int[] labels = new int[16];
  private final boolean numbersByValue;
  private int rows;
  private int fractions;
  private boolean decimals = true;

  private CsvLabels(@Nullable List<String> classes, boolean numbersByValue) {
    this.classes = classes;
    this.numbersByValue = numbersByValue;
  }

  /** Labels of which each different one is a class. */
  static CsvLabels any() {
    return new CsvLabels(null, false);
  }

  /**
   * Labels that are among the classes of a model.
   *
   * @param numbersByValue whether {@code 1e2} is the class 100, as {@link Table} has it
   */
  static CsvLabels among(List<String> classes, boolean numbersByValue) {
    CsvLabels labels = new CsvLabels(classes, numbersByValue);
    for (String name : classes) {
      labels.numbers.put(name, labels.numbers.size());
    }
    return labels;
  }

  @Override
  public boolean isMissing(String cell) {
    return CellText.isMissing(cell) || CellText.isMissingNumber(cell) && !numbers.containsKey(cell);
  }

  @Override
  public void add(CsvTable table, int column) throws IOException {
    String cell = table.label(column);
    Integer number = numbers.get(cell);
    if (number == null) {
      number = classes == null ? another(table, column, cell) : known(table, column, cell, classes);
    }
    if (rows == labels.length) {
      labels = Arrays.copyOf(labels, rows + rows / 2);
    }
    labels[rows++] = number;
  }

  private int another(CsvTable table, int column, String cell) throws IOException {
    boolean decimal = CsvNumber.isPlainDecimal(cell);
    decimals &= decimal;
    boolean fraction =
        decimal
            ? CsvNumber.canonical(cell).indexOf('.') >= 0
            : cell.matches("[-+\\d.]*[.][-+\\de]*");
    if (fraction && ++fractions > MOST_FRACTIONS) {
      throw table.fail(
          "line "
              + table.line()
              + ": "
              + table.column(column)
              + ", taken as the label, has more than "
              + MOST_FRACTIONS
              + " different fractions, expected classes");
    }
    int number = numbers.size();
    numbers.put(cell, number);
    return number;
  }

  private int known(CsvTable table, int column, String cell, List<String> classes)
      throws IOException {
    Integer number = CsvNumber.isPlainDecimal(cell) ? numbers.get(CsvNumber.canonical(cell)) : null;
    if (number == null && numbersByValue) {
      number = numbers.get(CellText.category(cell, table.plainNumber(cell)));
    }
    if (number == null) {
      throw table.failCell(
          column,
          "expected one of the model's classes "
              + ColumnNames.list(classes)
              + ", found "
              + PlainText.quote(cell));
    }
    return number;
  }

  @Override
  public int rows() {
    return rows;
  }

  /** The class numbers of all rows, and their names in order. */
  @Override
  public DataSet with(Features features, ModelInput input) {
    if (classes != null) {
      return new DataSet(features, new Answers.Labels(Arrays.copyOf(labels, rows), classes), input);
    }
    // Only now is it known whether the whole column is plain numbers.
    List<String> names = new ArrayList<>();
    for (String cell : numbers.keySet()) {
      names.add(decimals ? CsvNumber.canonical(cell) : cell);
    }
    List<String> ordered = ClassNames.ordered(names);
    Map<String, Integer> places = new HashMap<>();
    for (String name : ordered) {
      places.put(name, places.size());
    }
    int[] renumbered = new int[rows];
    for (int i = 0; i < rows; i++) {
      renumbered[i] = places.getOrDefault(names.get(labels[i]), -1);
    }
    return new DataSet(features, new Answers.Labels(renumbered, ordered), input);
  }
}
