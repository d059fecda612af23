package dev.polymath.models.data;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a CSV file; the rest is detected.
 *
 * <p>Unless it is known, the first line is compared with the next hundred. It is a header if it has
 * text above numbers, or text that never comes again in a column whose values do; it is data if it
 * has numbers above numbers, or values that come again. Where that says nothing, it is a header if
 * more of its cells are text than numbers, the label's own cell left aside. It is also one if it
 * only counts its columns from 0 or 1, or holds all names of a model's columns. The label is the
 * one column that a header calls {@code label}, {@code class} or {@code target}, in any case of
 * letters, or else the last one.
 *
 * @param header whether the first line names the columns; null to detect it
 * @param label the label's column by its name in the header, or by its number from 1; null to
 *     detect it. A name that is no number implies a header
 */
public record CsvLayout(@Nullable Boolean header, @Nullable String label) {
  /** Nothing is known. */
  public static final CsvLayout DETECTED = new CsvLayout(null, null);

  /** With or without a header. */
  public CsvLayout withHeader(boolean header) {
    return new CsvLayout(header, label);
  }

  /** With the label's column, by name or by number from 1. */
  public CsvLayout withLabel(String nameOrNumber) {
    return new CsvLayout(header, Objects.requireNonNull(nameOrNumber, "label"));
  }
}
