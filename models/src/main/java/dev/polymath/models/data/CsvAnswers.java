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

  /** Adds that of the row at which the table stands. */
  void add(CsvTable table, int column) throws IOException;

  /** Whether a cell says that a row has none. */
  default boolean isMissing(String cell) {
    return CellText.isMissingNumber(cell);
  }

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
        if (different.size() <= TaskChoice.MOST_CLASSES) {
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
      } else if (numbers && fractions && different.size() > TaskChoice.MOST_CLASSES) {
        // Measurements: no more text is kept of them.
        labels = null;
      } else {
        labels.add(table, place);
      }
    }

    @Override
    public int rows() {
      return targets.rows();
    }

    @Override
    public DataSet with(Features features, ModelInput input) {
      CsvLabels classes = labels;
      TaskChoice choice = new TaskChoice(numbers, fractions, different.size(), rows());
      boolean pictures = input instanceof ModelInput.Pictures;
      if (classes != null && choice.task() == Task.CLASSIFICATION) {
        if (!pictures) {
          choice.report(column, notes);
        }
        return classes.with(features, input);
      }
      choice.report(column, notes);
      return targets.with(features, input);
    }
  }
}
