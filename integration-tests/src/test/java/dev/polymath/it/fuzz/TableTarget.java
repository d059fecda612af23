package dev.polymath.it.fuzz;

import dev.polymath.models.data.Csv;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import java.io.ByteArrayInputStream;

/** Bytes as a table in CSV or JSON; a sound one is encoded. */
public final class TableTarget {

  private TableTarget() {}

  /** Called with each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Readings.tried(
        input,
        bytes -> {
          Table table =
              Table.read(
                  Csv.Source.of("x", new ByteArrayInputStream(bytes)),
                  Csv.Layout.DETECTED,
                  note -> {});
          Table.Target target = Table.Target.of(table, table.target(), null, note -> {});
          TableEncoder encoder = TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT);
          encoder.encode(table, target, note -> {});
        });
  }
}
