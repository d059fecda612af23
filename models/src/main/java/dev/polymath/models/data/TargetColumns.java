package dev.polymath.models.data;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the target columns of a table are, and what each row answers. See {@link Table.Target}. */
final class TargetColumns {

  private TargetColumns() {}

  static Table.Target of(Table table, int[] columns, @Nullable Task task, Consumer<String> notes) {
    if (columns.length > 1) {
      return several(table, columns, task, notes);
    }
    int column = columns[0];
    if (task != null) {
      return switch (task) {
        case CLASSIFICATION -> Table.Target.classes(table, column);
        case REGRESSION -> numbers(table, column);
        case LABELS -> labels(table, column);
      };
    }
    if (!table.isNumeric(column)) {
      return Table.Target.classes(table, column);
    }
    double[] values = table.numbers(column);
    boolean fractions = Arrays.stream(values).anyMatch(value -> value != Math.rint(value));
    String what = table.source() + ": " + table.describe(column);
    if (CsvAnswers.areClasses(fractions, table.distinct(column), table.rows())) {
      CsvAnswers.noteClasses(what, table.distinct(column), notes);
      return Table.Target.classes(table, column);
    }
    CsvAnswers.noteNumbers(what, fractions, notes);
    return numbers(table, column);
  }

  private static Table.Target several(
      Table table, int[] columns, @Nullable Task task, Consumer<String> notes) {
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
      table.numbers(column);
    }
    return new Table.Target(ordered[0], Task.REGRESSION, names(table, ordered), others(ordered));
  }

  static Table.Target labels(Table table, int... columns) {
    int[] ordered = IntStream.of(columns).sorted().toArray();
    List<String> names =
        ordered.length == 1 ? LabelCells.names(table, ordered[0]) : names(table, ordered);
    Table.Target target = new Table.Target(ordered[0], Task.LABELS, names, others(ordered));
    boolean[] has = LabelCells.values(table, target);
    for (int j = 0; j < names.size(); j++) {
      int label = j;
      long having =
          IntStream.range(0, table.rows()).filter(i -> has[i * names.size() + label]).count();
      if (having == 0 || having == table.rows()) {
        throw new IllegalArgumentException(
            table.source()
                + ": "
                + (ordered.length == 1
                    ? table.describe(ordered[0]) + ": label \"" + names.get(j) + "\""
                    : table.describe(ordered[j]))
                + ": expected rows with the label and rows without it, found only rows "
                + (having == 0 ? "without it" : "with it")
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

  static Answers answers(Table table, Table.Target target) {
    return switch (target.task()) {
      case CLASSIFICATION ->
          new Answers.Labels(table.classes(target.column(), target.names()), target.names());
      case REGRESSION -> new Answers.Targets(values(table, target.columns()), target.names());
      case LABELS -> Answers.Targets.labels(LabelCells.values(table, target), target.names());
    };
  }

  private static double[] values(Table table, int[] columns) {
    if (columns.length == 1) {
      return table.numbers(columns[0]);
    }
    double[] values = new double[Math.multiplyExact(table.rows(), columns.length)];
    for (int j = 0; j < columns.length; j++) {
      double[] column = table.numbers(columns[j]);
      for (int i = 0; i < column.length; i++) {
        values[i * columns.length + j] = column[i];
      }
    }
    return values;
  }
}
