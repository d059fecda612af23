package dev.polymath.models.data;

import dev.polymath.models.internal.ClassNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads tables: an example a line, its features as numbers, its label as any text.
 *
 * <p>Files are UTF-8 (or UTF-16 with a byte order mark), plain or gzip, of lines that end in LF or
 * CRLF, with cells between commas, semicolons or tabs (whichever the first line has most of) and,
 * where needed, in double quotes. Empty lines count for nothing. {@link CsvLayout} says how the
 * header and the label's column are found. A first column without a name under a header that names
 * the others holds row names, as pandas and R write them, and is left out.
 *
 * <p>Whatever does not fit is an {@link IOException} that names file, line and column, both from 1.
 * A file is read once, line by line: memory grows with the numbers alone.
 */
public final class Csv {
  /** Some JVMs hold a few elements less than 2^31-1. */
  private static final int MOST_VALUES = Integer.MAX_VALUE - 8;

  /** So many different fractions are measurements, not classes. */
  private static final int MOST_FRACTIONS = 100;

  private Csv() {}

  /** Takes the rows of a table as they are read. */
  @FunctionalInterface
  public interface RowConsumer {
    /**
     * One row.
     *
     * @param line where it stands in the file, from 1
     * @param features its numbers; the same array is filled again for the next row
     */
    void accept(long line, float[] features) throws IOException;
  }

  /** Reads a file of which nothing is told. */
  public static DataSet read(Path file) throws IOException {
    return read(file, CsvLayout.DETECTED);
  }

  /**
   * Reads all rows of a file. Different labels are different classes, in the order of {@link
   * ClassNames#ordered}; a whole number in another form ({@code 3.0}, {@code 3e0}) is taken as
   * {@code 3}. For a model's own classes see {@link DataSet#withClassNames}.
   *
   * @throws IOException if the file cannot be read, has no rows, rows of different lengths or fewer
   *     than two columns, a feature that is missing or no finite float32 number, or a label that is
   *     missing or plainly a measurement
   */
  public static DataSet read(Path file, CsvLayout layout) throws IOException {
    try (CsvTable table = new CsvTable(file, layout)) {
      int label = table.labelColumn();
      if (label < 0) {
        throw table.fail(
            "expected at least 2 columns, features and a label, with commas, semicolons or tabs between"
                + " them, found 1");
      }
      Map<String, Integer> numbers = new LinkedHashMap<>();
      int features = table.features(label);
      float[] values = new float[Math.multiplyExact(features, 16)];
      int[] labels = new int[16];
      int rows = 0;
      int fractions = 0;
      while (table.next()) {
        if ((rows + 1L) * features > MOST_VALUES) {
          throw table.fail("line " + table.line() + ": more values than an array holds");
        }
        if ((rows + 1) * features > values.length) {
          values = Arrays.copyOf(values, grown(values.length, features));
        }
        if (rows == labels.length) {
          labels = Arrays.copyOf(labels, grown(rows, 1));
        }
        table.copyFeatures(label, values, rows * features);
        String name = table.label(label);
        Integer known = numbers.putIfAbsent(name, numbers.size());
        labels[rows++] = known == null ? numbers.size() - 1 : known;
        if (known == null && CsvTable.isFraction(name) && ++fractions > MOST_FRACTIONS) {
          throw table.fail(
              "line "
                  + table.line()
                  + ": "
                  + table.column(label)
                  + ", taken as the label, has more than "
                  + MOST_FRACTIONS
                  + " different fractions, expected classes");
        }
      }
      if (rows == 0) {
        throw table.fail("expected at least one row of numbers, found none");
      }
      return dataSet(
          new FloatFeatures(features, Arrays.copyOf(values, rows * features)),
          Arrays.copyOf(labels, rows),
          new ArrayList<>(numbers.keySet()),
          table.input(label));
    }
  }

  /**
   * The column that {@link #read(Path, CsvLayout)} takes as the label, in words: {@code column 5
   * (species)}. Only the first line is read.
   *
   * @throws IOException if the file cannot be read, or has no such column
   */
  public static String labelColumn(Path file, CsvLayout layout) throws IOException {
    try (CsvTable table = new CsvTable(file, layout)) {
      int label = table.labelColumn();
      if (label < 0) {
        throw table.fail("expected at least 2 columns, features and a label, found 1");
      }
      return table.column(label);
    }
  }

  /** Half as much again, a whole number of rows, no more than an array holds. */
  private static int grown(int length, int row) {
    long rows = Math.min((long) length / row * 3 / 2 + 1, MOST_VALUES / row);
    return (int) (rows * row);
  }

  private static DataSet dataSet(
      FloatFeatures features, int[] labels, List<String> names, ModelInput input) {
    List<String> ordered = ClassNames.ordered(names);
    int[] renumbered = DataSet.renumbering(names, ordered);
    for (int i = 0; i < labels.length; i++) {
      labels[i] = renumbered[labels[i]];
    }
    return new DataSet(features, labels, ordered, input);
  }

  /**
   * Reads rows without labels: each has {@code features} numbers, or a label besides, which is left
   * out.
   *
   * @param features how many features a row has
   * @param rows takes them in the order of the file
   * @throws IOException as {@link #read(Path, CsvLayout)} does, or if a row has another number of
   *     cells
   */
  public static void readFeatures(Path file, CsvLayout layout, int features, RowConsumer rows)
      throws IOException {
    try (CsvTable table = new CsvTable(file, layout)) {
      int label = -1;
      if (table.features(label) != features) {
        label = table.labelColumn();
      }
      if (table.features(label) != features) {
        throw table.fail(
            "expected " + features + " features, found " + table.features(-1) + " columns");
      }
      float[] row = new float[features];
      while (table.next()) {
        table.copyFeatures(label, row, 0);
        rows.accept(table.line(), row);
      }
    }
  }
}
