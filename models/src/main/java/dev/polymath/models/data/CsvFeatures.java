package dev.polymath.models.data;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;

/** The features of a table's rows while they are read. */
sealed interface CsvFeatures {

  /** Some JVMs hold a few elements less than 2^31-1. */
  int MOST_VALUES = Integer.MAX_VALUE - 8;

  /** Features as a model takes them. */
  static CsvFeatures of(ModelInput input) {
    if (input instanceof ModelInput.Columns columns) {
      return new Encoded(columns.encoder());
    }
    return input instanceof ModelInput.Pictures pictures
        ? new Pixels(pictures)
        : new Numbers(input.features());
  }

  /** Adds those of the row at which the table stands. */
  void add(CsvTable table, int[] columns) throws IOException;

  /** All that were added. To be called once. */
  Features features();

  /** Says what was lost in reading. */
  void report(CsvTable table, int[] columns, Consumer<String> notes);

  /** The length of an array that has room for another row: half as much again. */
  private static int grown(CsvTable table, int length, int used, int row) throws IOException {
    if ((long) used + row <= length) {
      return length;
    }
    if ((long) used + row > MOST_VALUES) {
      throw table.fail("line " + table.line() + ": more values than an array holds");
    }
    long rows = Math.min((long) length / row * 3 / 2 + 16, MOST_VALUES / row);
    return (int) (rows * row);
  }

  /** A pixel of a table as a byte's 0 to 255. */
  static int pixel(CsvTable table, int column, ModelInput.Pictures pictures) throws IOException {
    try {
      return pictures.pixel((float) table.number(column));
    } catch (IllegalArgumentException e) {
      throw table.failCell(column, String.valueOf(e.getMessage()));
    }
  }

  /** Any numbers, as float32. */
  final class Numbers implements CsvFeatures {

    private final int count;
    private final CollapsedValues collapsed;
    private float[] values = {};
    private int used;

    Numbers(int count) {
      this.count = count;
      collapsed = new CollapsedValues(count);
    }

    @Override
    public void add(CsvTable table, int[] columns) throws IOException {
      int length = grown(table, values.length, used, count);
      if (length > values.length) {
        values = Arrays.copyOf(values, length);
      }
      for (int i = 0; i < count; i++) {
        double value = table.number(columns[i]);
        values[used++] = (float) value;
        collapsed.add(i, value);
      }
    }

    @Override
    public Features features() {
      return new FloatFeatures(count, Arrays.copyOf(values, used));
    }

    @Override
    public void report(CsvTable table, int[] columns, Consumer<String> notes) {
      collapsed.report(table, columns, used / count, notes);
    }
  }

  /** Cells of any kind, encoded row by row. */
  final class Encoded implements CsvFeatures {

    private final int count;
    private final RowEncoder encoder;
    private float[] values = {};
    private int used;

    Encoded(TableEncoder encoder) {
      this.encoder = new RowEncoder(encoder);
      count = encoder.features();
    }

    @Override
    public void add(CsvTable table, int[] columns) throws IOException {
      int length = grown(table, values.length, used, count);
      if (length > values.length) {
        values = Arrays.copyOf(values, length);
      }
      write(table, columns, values, used);
      used += count;
    }

    /** Writes the features of the row at which the table stands to {@code target[at ..]}. */
    void write(CsvTable table, int[] columns, float[] target, int at) throws IOException {
      encoder.encode(new CsvRow(table, columns), target, at);
    }

    @Override
    public Features features() {
      return new FloatFeatures(count, Arrays.copyOf(values, used));
    }

    @Override
    public void report(CsvTable table, int[] columns, Consumer<String> notes) {
      encoder.report(table.name(), Arrays.stream(columns).mapToObj(table::column).toList(), notes);
    }
  }

  /** The row at which a table stands. */
  record CsvRow(CsvTable table, int[] columns) implements RowEncoder.Cells {

    @Override
    public String cell(int column) {
      return table.cell(columns[column]);
    }

    @Override
    public double plainNumber(String cell) {
      return table.plainNumber(cell);
    }

    @Override
    public double decorated(String cell) {
      return table.mark().decorated(cell);
    }

    @Override
    public IOException fault(int column, String what) {
      return table.failCell(columns[column], what);
    }
  }

  /** Pixels, a byte each. */
  final class Pixels implements CsvFeatures {

    private final ModelInput.Pictures pictures;
    private byte[] pixels = {};
    private int used;

    Pixels(ModelInput.Pictures pictures) {
      this.pictures = pictures;
    }

    @Override
    public void add(CsvTable table, int[] columns) throws IOException {
      int length = grown(table, pixels.length, used, columns.length);
      if (length > pixels.length) {
        pixels = Arrays.copyOf(pixels, length);
      }
      for (int column : columns) {
        pixels[used++] = (byte) pixel(table, column, pictures);
      }
    }

    @Override
    public Features features() {
      return PixelFeatures.ofUnsigned(pictures.size(), Arrays.copyOf(pixels, used));
    }

    @Override
    public void report(CsvTable table, int[] columns, Consumer<String> notes) {}
  }
}
