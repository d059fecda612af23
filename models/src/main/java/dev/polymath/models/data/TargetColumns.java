package dev.polymath.models.data;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the target columns of a table are, and what each row answers. See {@link Table.Target}. */
final class TargetColumns {

  private TargetColumns() {}

  static Table.Target of(Table table, int[] columns, @Nullable Task task, Consumer<String> notes) {
    if (columns.length == 1) {
      return TargetCells.target(table, columns[0], task, notes);
    }
    if (task == Task.CLASSIFICATION) {
      throw new IllegalArgumentException(
          table.source()
              + ": classification: expected one target, found "
              + described(table, columns)
              + "; --task labels learns several columns of yes and no");
    }
    if (task != null) {
      return task == Task.LABELS ? labels(table, columns) : numbers(table, columns);
    }
    boolean flags = IntStream.of(columns).allMatch(column -> LabelCells.areFlags(table, column));
    notes.accept(
        table.source()
            + ": "
            + described(table, columns)
            + (flags
                ? " have only yes and no, taken as labels; --task regression takes 0 and 1 as"
                    + " numbers"
                : " are taken as the targets of a regression; --task labels takes them as labels"));
    return flags ? labels(table, columns) : numbers(table, columns);
  }

  static Table.Target numbers(Table table, int... columns) {
    int[] ordered = IntStream.of(columns).sorted().toArray();
    for (int column : ordered) {
      TargetCells.requireNumbers(table, column);
    }
    return new Table.Target(ordered[0], Task.REGRESSION, names(table, ordered), others(ordered));
  }

  static Table.Target labels(Table table, int... columns) {
    int[] ordered = IntStream.of(columns).sorted().toArray();
    List<String> names =
        ordered.length == 1 ? LabelCells.names(table, ordered[0]) : names(table, ordered);
    Table.Target target = new Table.Target(ordered[0], Task.LABELS, names, others(ordered));
    int[] having = new int[names.size()];
    Row values = values(table, target);
    double[] row = new double[having.length];
    for (int i = 0; i < table.rows(); i++) {
      values.read(i, row, 0);
      for (int j = 0; j < having.length; j++) {
        having[j] += (int) row[j];
      }
    }
    for (int j = 0; j < having.length; j++) {
      if (having[j] == 0 || having[j] == table.rows()) {
        throw new IllegalArgumentException(
            table.source()
                + ": "
                + (ordered.length == 1
                    ? table.describe(ordered[0]) + ": label \"" + names.get(j) + "\""
                    : table.describe(ordered[j]))
                + ": expected rows with the label and rows without it, found only rows "
                + (having[j] == 0 ? "without it" : "with it")
                + "; leave it out of the targets");
      }
    }
    return target;
  }

  /** The columns' names, or their numbers where they have none; a single one is the target. */
  private static List<String> names(Table table, int[] columns) {
    return IntStream.of(columns)
        .mapToObj(
            column -> {
              String name = table.name(column);
              return !name.isEmpty()
                  ? name
                  : columns.length == 1 ? "target" : table.describe(column);
            })
        .toList();
  }

  private static List<Integer> others(int[] columns) {
    return IntStream.of(columns).skip(1).boxed().toList();
  }

  private static String described(Table table, int[] columns) {
    return IntStream.of(columns).mapToObj(table::describe).collect(Collectors.joining(", "));
  }

  /** What a row answers in numbers; labels are 1 and 0. */
  @FunctionalInterface
  interface Row {
    /** Writes one for each target to {@code values[at ..]}. */
    void read(int row, double[] values, int at);
  }

  /** The answers of numbers or labels, row by row; a row may be refused when it is read. */
  static Row values(Table table, Table.Target target) {
    if (target.task() == Task.LABELS) {
      return LabelCells.of(table, target);
    }
    int[] columns = target.columns();
    for (int column : columns) {
      TargetCells.requireNumbers(table, column);
    }
    List<TableColumn> cells = IntStream.of(columns).mapToObj(table::cells).toList();
    return (row, values, at) -> {
      for (int j = 0; j < columns.length; j++) {
        values[at + j] = cells.get(j).number(row);
      }
    };
  }

  /** In memory. */
  static Answers answers(Table table, Table.Target target) {
    if (target.task() == Task.CLASSIFICATION) {
      return new Answers.Labels(table.classes(target.column(), target.names()), target.names());
    }
    int width = target.names().size();
    double[] values = new double[Math.multiplyExact(table.rows(), width)];
    Row rows = values(table, target);
    for (int row = 0; row < table.rows(); row++) {
      rows.read(row, values, row * width);
    }
    return new Answers.Targets(values, target.names(), target.task(), null);
  }
}
