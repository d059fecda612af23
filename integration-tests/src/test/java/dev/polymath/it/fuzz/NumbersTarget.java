package dev.polymath.it.fuzz;

import dev.polymath.models.data.Csv;
import java.io.ByteArrayInputStream;

/** Bytes as a table of numbers with a class. */
public final class NumbersTarget {

  private NumbersTarget() {}

  /** Called with each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Readings.tried(
        input,
        bytes ->
            Csv.read(
                Csv.Source.of("x", new ByteArrayInputStream(bytes)),
                Csv.Layout.DETECTED,
                note -> {}));
  }
}
