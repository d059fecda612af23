package dev.polymath.cli.data;

import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table that is brought to what a model of tables takes, its targets included. */
final class LaterTable {

  private LaterTable() {}

  /**
   * The examples of all rows that have a target.
   *
   * @param whole the table
   * @param layout that it was read with
   * @param encoder of the model
   * @param trained the model's target; its columns are found anew
   * @param cut says how the rows are to be split
   */
  static DataSet encoded(
      Table whole,
      Csv.Layout layout,
      TableEncoder encoder,
      Table.Target trained,
      UnaryOperator<Table> cut,
      Consumer<String> notes)
      throws IOException {
    try {
      boolean told = layout.label() != null && encoder.targets() == 1;
      int place = told ? whole.target() : encoder.targetColumn();
      Table.Target there = new Table.Target(place, trained.task(), trained.names());
      Table.Target target = told ? there : encoder.targetIn(whole, there);
      encoder.noteUnused(whole, notes);
      Table table = cut.apply(answered(whole, target.columns(), notes));
      return encoder.encode(table, target, notes);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** The rows in which no target is missing; how many are left out is said in a note. */
  static Table answered(Table table, int[] columns, Consumer<String> notes) {
    Table answered = table;
    for (int column : columns) {
      answered = answered.with(column);
    }
    int without = table.rows() - answered.rows();
    if (without > 0) {
      notes.accept(
          table.source()
              + ": left out "
              + (without == 1 ? "1 row" : without + " rows")
              + " without a target: "
              + IntStream.of(columns).mapToObj(table::describe).collect(Collectors.joining(" or "))
              + " is missing there");
    }
    return answered;
  }
}
