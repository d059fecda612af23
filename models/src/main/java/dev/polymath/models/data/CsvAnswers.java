package dev.polymath.models.data;

import dev.polymath.models.internal.PlainText;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is to be learned of a table's rows, while they are read. */
interface CsvAnswers {

  /** More different whole numbers than these are no classes. */
  int MOST_CLASSES = 20;

  /** Classes have as many rows in the mean, or they are no classes. */
  int FEWEST_ROWS = 5;

  /** Adds that of the row at which the table stands. */
  void add(CsvTable table, int column) throws IOException;

  /** Whether a row says nothing. */
  boolean isMissing(String cell);

  /** How many were added. */
  int rows();

  /** The data set, once all rows are read. */
  DataSet with(Features features, ModelInput input);

  /**
   * Classes or a target.
   *
   * @param task null to let the cells decide
   * @param target the name of a target
   * @param notes is told how numbers were taken
   */
  static CsvAnswers of(@Nullable Task task, String target, Consumer<String> notes) {
    if (task == Task.CLASSIFICATION) {
      return CsvLabels.any();
    }
    return task == Task.REGRESSION ? new Targets(target) : new Undecided(target, notes);
  }

  /** Whether numbers are classes where nobody says so. */
  static boolean areClasses(boolean fractions, int different, int rows) {
    return !fractions
        && (different <= 2 || different <= MOST_CLASSES && rows >= (long) FEWEST_ROWS * different);
  }

  /** Tells that numbers were taken as classes; two of them are, beyond doubt. */
  static void noteClasses(String column, int different, Consumer<String> notes) {
    if (different > 2) {
      notes.accept(
          column
              + " has "
              + different
              + " different whole numbers, taken as classes; --task regression takes them as"
              + " numbers");
    }
  }

  /** Tells that numbers were taken as the target of a regression. */
  static void noteNumbers(String column, boolean fractions, Consumer<String> notes) {
    notes.accept(
        column
            + " has "
            + (fractions ? "numbers with fractions" : "many different numbers")
            + ", taken as the target of a regression; --task classification takes them as"
            + " classes");
  }

  /** Numbers. */
  final class Targets implements CsvAnswers {

    private final String name;
    private double[] values = new double[16];
    private int rows;

    Targets(String name) {
      this.name = name;
    }

    @Override
    public void add(CsvTable table, int column) throws IOException {
      double value = table.numberOrNaN(column);
      if (Double.isNaN(value)) {
        value = table.mark().decorated(table.cell(column));
      }
      if (!Double.isFinite(value)) {
        throw table.failCell(
            column,
            "expected a finite number as the target, found " + PlainText.quote(table.cell(column)));
      }
      add(value);
    }

    @Override
    public boolean isMissing(String cell) {
      return CellText.isMissingNumber(cell);
    }

    void add(double value) {
      if (rows == values.length) {
        values = Arrays.copyOf(values, rows + rows / 2);
      }
      values[rows++] = value;
    }

    @Override
    public int rows() {
      return rows;
    }

    @Override
    public DataSet with(Features features, ModelInput input) {
      double[] all = Arrays.copyOf(values, rows);
      return new DataSet(features, new Answers.Targets(all, List.of(name)), input);
    }
  }

  /** Both, until it shows which it is. */
  final class Undecided implements CsvAnswers {

    private final Consumer<String> notes;
    private final Targets targets;
    private final Set<Double> different = new HashSet<>();
    private @Nullable CsvLabels labels = CsvLabels.any();
    private boolean numbers = true;
    private boolean fractions;
    private String column = "";

    Undecided(String target, Consumer<String> notes) {
      this.targets = new Targets(target);
      this.notes = notes;
    }

    @Override
    public void add(CsvTable table, int place) throws IOException {
      column = table.name() + ": " + table.column(place);
      double value = numbers ? table.numberOrNaN(place) : Double.NaN;
      numbers &= !Double.isNaN(value);
      targets.add(value);
      if (numbers) {
        fractions |= value != Math.rint(value);
        if (different.size() <= MOST_CLASSES) {
          different.add(value);
        }
      }
      if (labels == null) {
        if (!numbers) {
          throw table.failCell(
              place,
              "expected a finite number, as in the rows before, found "
                  + PlainText.quote(table.cell(place)));
        }
      } else if (numbers && fractions && different.size() > MOST_CLASSES) {
        // Measurements: no more text is kept of them.
        labels = null;
      } else {
        labels.add(table, place);
      }
    }

    @Override
    public boolean isMissing(String cell) {
      return CellText.isMissing(cell);
    }

    @Override
    public int rows() {
      return targets.rows();
    }

    @Override
    public DataSet with(Features features, ModelInput input) {
      CsvLabels classes = labels;
      int count = different.size();
      if (classes != null && (!numbers || areClasses(fractions, count, rows()))) {
        if (numbers && !(input instanceof ModelInput.Pictures)) {
          noteClasses(column, count, notes);
        }
        return classes.with(features, input);
      }
      noteNumbers(column, fractions, notes);
      return targets.with(features, input);
    }
  }
}
