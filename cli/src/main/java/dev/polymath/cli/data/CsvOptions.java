package dev.polymath.cli.data;

import dev.polymath.cli.terminal.Heading;
import dev.polymath.models.data.Csv;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What may be said of a CSV file; the rest is detected. */
@Heading("Data options:")
public final class CsvOptions {

  @Option(
      names = {"--target", "--label"},
      paramLabel = "NAME|N",
      description =
          "CSV: the column that is to be predicted, by name or by number from 1; several with commas"
              + " between them. Default: the one that a header calls label, class or target, else the"
              + " last.")
  private @Nullable String label;

  @Option(
      names = "--header",
      negatable = true,
      description = "CSV: the first line names the columns, or does not. Default: detected.")
  private @Nullable Boolean header;

  CsvOptions() {}

  boolean given() {
    return label != null || header != null;
  }

  public Csv.Layout layout() {
    return new Csv.Layout(header, label);
  }
}
