package dev.polymath.cli.data;

import dev.polymath.cli.files.FileErrors;
import dev.polymath.cli.files.InputFile;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.DiskSpace;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.data.Task;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A table on its way to examples: cut into rows to train on and rows to test with, then encoded by
 * what the rows to train on tell.
 *
 * @param layout of the files
 * @param test a file of rows to test with; null where they are taken from the same table
 * @param split says which rows those are
 * @param group the column whose rows stay together in a split; null for none
 * @param time the column that says which rows are the latest, to be tested on; null for none
 * @param encoding how columns are encoded
 * @param task null where the target decides
 * @param space where tables are read onto; null for memory
 */
record TrainingTable(
    Csv.Layout layout,
    @Nullable String test,
    TestSplit split,
    @Nullable String group,
    @Nullable String time,
    TableEncoder.Options encoding,
    @Nullable Task task,
    @Nullable DiskSpace space) {

  /** Whether an argument names something that is read as a table: a file or the standard input. */
  static boolean isTable(String argument) {
    return argument.equals(InputFile.STANDARD_INPUT)
        || Files.exists(Path.of(argument)) && !Files.isDirectory(Path.of(argument));
  }

  /**
   * Reads the table.
   *
   * @param source the argument that names it
   * @param name what a person calls it
   * @param training which rows will be held out for validation: the encoder must not see them
   */
  TrainingData read(String source, String name, TrainingOptions training) throws IOException {
    List<String> notes = new ArrayList<>();
    return FileErrors.named(
        InputFile.name(source), () -> read(table(source, null, notes), name, training, notes));
  }

  private Table table(String argument, @Nullable TableEncoder known, List<String> notes)
      throws IOException {
    Csv.Source bytes = source(argument);
    if (space != null) {
      return Table.read(bytes, layout, known, space, notes::add);
    }
    return known == null
        ? Table.read(bytes, layout, notes::add)
        : Table.read(bytes, layout, known, notes::add);
  }

  private static Csv.Source source(String argument) throws IOException {
    if (argument.equals(InputFile.STANDARD_INPUT)) {
      return Csv.Source.of(InputFile.name(argument), InputFile.standardInput());
    }
    Path path = Path.of(argument);
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return Csv.Source.of(argument, InputFile.stream(path));
  }

  private TrainingData read(Table whole, String name, TrainingOptions training, List<String> notes)
      throws IOException {
    try {
      int[] columns = whole.targets();
      Table table = cut(LaterTable.answered(whole, columns, notes::add));
      Table.Target target = Table.Target.of(table, columns, task, notes::add);
      if (target.task() == Task.CLASSIFICATION && target.names().size() < 2) {
        throw new IOException(
            name
                + ": expected at least 2 classes, found only "
                + target.names()
                + " in "
                + table.describe(columns[0])
                + "; --target names another column");
      }
      String file = test;
      Table.Parts parts = file == null ? table.split(target, split.fraction(), split.seed()) : null;
      Table train = parts == null ? table : parts.train();
      Table fitted =
          training.validation() > 0
              ? train.holdOut(target, training.validation(), training.seed()).train()
              : train;
      TableEncoder.Options options =
          group == null ? encoding : encoding.withKind(group, TableEncoder.Kind.GROUP);
      TableEncoder encoder = TableEncoder.fit(fitted, target, options);
      DataSet learned = encoder.encode(train, target, note -> {});
      Table testTable;
      DataSet tested;
      if (file != null) {
        Table read = FileErrors.named(file, () -> table(file, encoder, notes));
        Table.Target same = encoder.targetIn(read, target);
        testTable = LaterTable.answered(read, same.columns(), notes::add);
        encoder.noteUnused(testTable, notes::add);
        tested = encoder.encode(testTable, same, notes::add);
      } else {
        testTable = Objects.requireNonNull(parts).test();
        tested = encoder.encode(testTable, target, notes::add);
      }
      encoder.check(fitted, testTable, target, options, notes::add);
      Absent.note(learned, tested, notes::add);
      return new TrainingData(
          name,
          new TrainTest(learned, tested),
          described(table, columns),
          encoder.summary(fitted),
          notes);
    } catch (IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage());
      throw new IOException(why.startsWith(whole.source()) ? why : name + ": " + why, e);
    }
  }

  private static String described(Table table, int[] columns) {
    return (columns.length == 1 ? "the target is " : "the targets are ")
        + IntStream.of(columns).mapToObj(table::describe).collect(Collectors.joining(", "));
  }

  /**
   * Reads what a model is evaluated on, cut as its training was.
   *
   * @param trained the model's target; its column is found anew
   */
  DataSet forModel(String source, TableEncoder encoder, Table.Target trained, List<String> notes)
      throws IOException {
    return FileErrors.named(
        InputFile.name(source),
        () ->
            LaterTable.encoded(
                table(source, encoder, notes), layout, encoder, trained, this::cut, notes::add));
  }

  private Table cut(Table table) {
    if (group != null) {
      return table.groupedBy(table.column(group));
    }
    return time == null ? table : table.orderedBy(table.column(time));
  }
}
