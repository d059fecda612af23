package dev.polymath.cli.data;

import dev.polymath.cli.terminal.Heading;
import dev.polymath.models.data.TableEncoder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What may be said of the columns of a table that a model is trained on; the rest is detected. */
@Heading("Data options:")
public final class TableOptions {

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--numeric",
      split = ",",
      paramLabel = "COLUMN",
      description =
          "CSV: columns that hold numbers, by name or by number from 1. Default: detected, as is all"
              + " that follows.")
  private List<String> numeric = List.of();

  @Option(
      names = "--category",
      split = ",",
      paramLabel = "COLUMN",
      description = "CSV: columns that hold categories, though they may look like numbers.")
  private List<String> category = List.of();

  @Option(
      names = "--date",
      split = ",",
      paramLabel = "COLUMN",
      description =
          "CSV: columns that hold dates, which become days, hours and weekdays; 20240531 is one too.")
  private List<String> date = List.of();

  @Option(
      names = "--drop",
      split = ",",
      paramLabel = "COLUMN",
      description = "CSV: columns that are not to be learned from.")
  private List<String> drop = List.of();

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  TableOptions() {}

  /** Whether anything was said. */
  public boolean given() {
    return !(numeric.isEmpty() && category.isEmpty() && date.isEmpty() && drop.isEmpty());
  }

  /** How a table is encoded. */
  public TableEncoder.Options encoder() {
    Map<String, TableEncoder.Kind> told = new TreeMap<>();
    add(told, "--numeric", numeric, TableEncoder.Kind.NUMERIC);
    add(told, "--category", category, TableEncoder.Kind.CATEGORY);
    add(told, "--date", date, TableEncoder.Kind.DATE);
    add(told, "--drop", drop, TableEncoder.Kind.LEFT_OUT);
    TableEncoder.Options options = TableEncoder.Options.DEFAULT;
    for (Map.Entry<String, TableEncoder.Kind> column : told.entrySet()) {
      options = options.withKind(column.getKey(), column.getValue());
    }
    return options;
  }

  private void add(
      Map<String, TableEncoder.Kind> told,
      String option,
      List<String> columns,
      TableEncoder.Kind kind) {
    for (String column : columns) {
      TableEncoder.@Nullable Kind before = told.put(column.strip(), kind);
      if (before != null && before != kind) {
        throw new ParameterException(
            spec.commandLine(), option + " " + column + ": another option names this column too");
      }
    }
  }
}
