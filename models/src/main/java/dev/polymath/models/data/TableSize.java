package dev.polymath.models.data;

import dev.polymath.models.internal.Unpacked;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * How much memory a table takes while a model is trained on it, as far as its first megabyte and
 * its length tell.
 */
final class TableSize {

  private static final int SAMPLE = 1 << 20;

  /** Where the first rows say nothing: numbers and features take so much more than text. */
  private static final int USUAL = 20;

  /** Of a table in memory: its cells, and once more those of its parts. */
  private static final int BYTES_PER_CELL = 16;

  /** Other networks that are trained at once have copies of their own. */
  private static final int MOST_COPIES = 4;

  private TableSize() {}

  /** Bytes in memory. */
  static double inMemory(Path file, Csv.Layout layout) throws IOException {
    Counting counting = new Counting(Files.newInputStream(file));
    byte[] sample;
    boolean packed;
    try (InputStream in = Unpacked.open(file.toString(), counting)) {
      sample = in.readNBytes(SAMPLE);
      packed = in instanceof GZIPInputStream;
    } catch (IOException e) {
      // Whatever is wrong is said, with the file's name, when the table is read.
      return 0;
    }
    double bytes = Files.size(file);
    if (sample.length < SAMPLE) {
      bytes = sample.length;
    } else if (packed) {
      bytes *= (double) SAMPLE / counting.count;
    }
    return bytes * perByte(file.toString(), sample, layout);
  }

  /** What a byte of text takes in memory. */
  private static double perByte(String name, byte[] sample, Csv.Layout layout) {
    int end = sample.length;
    while (end > 0 && sample[end - 1] != '\n') {
      end--;
    }
    byte[] whole = end == 0 ? sample : Arrays.copyOf(sample, end);
    try {
      Table table =
          Table.read(Csv.Source.of(name, new ByteArrayInputStream(whole)), layout, note -> {});
      Table.Target target = new Table.Target(table.target(), Task.REGRESSION, List.of("target"));
      int features = TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT).features();
      int copies = 1 + Math.min(MOST_COPIES, Runtime.getRuntime().availableProcessors());
      double row = (double) BYTES_PER_CELL * table.columns() + 4.0 * copies * features;
      return row * table.rows() / whole.length;
    } catch (IOException | IllegalArgumentException e) {
      return USUAL; // as above
    }
  }

  private static final class Counting extends FilterInputStream {
    private long count;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int read = super.read(bytes, from, length);
      count += Math.max(0, read);
      return read;
    }
  }
}
