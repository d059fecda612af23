package dev.polymath.models.data;

import dev.polymath.models.internal.Ints;
import dev.polymath.models.internal.ScratchFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.security.MessageDigest;

/** Any real features, float32 on disk, row by row. */
final class DiskFloats implements DiskFeatures {

  private final DiskSpace space;
  private final int count;
  private final FloatBuffer[] pieces;
  private final int rowsPerPiece;
  private final Ints rows;

  private DiskFloats(
      DiskSpace space, int count, FloatBuffer[] pieces, int rowsPerPiece, Ints rows) {
    this.space = space;
    this.count = count;
    this.pieces = pieces;
    this.rowsPerPiece = rowsPerPiece;
    this.rows = rows;
  }

  /**
   * Encodes rows to disk.
   *
   * @param count features of a row
   */
  static DiskFloats write(DiskSpace space, TableEncoder.Block block, int rows, int count) {
    try {
      ScratchFile file = space.file();
      float[] values = new float[Math.multiplyExact(TableEncoder.BLOCK, count)];
      for (int from = 0; from < rows; from += TableEncoder.BLOCK) {
        int to = Math.min(rows, from + TableEncoder.BLOCK);
        block.write(from, to, values, 0);
        file.putFloats(values, (to - from) * count);
      }
      ScratchFile.Mapped mapped = file.map(count * Float.BYTES, false);
      FloatBuffer[] pieces = new FloatBuffer[mapped.pieces().length];
      for (int i = 0; i < pieces.length; i++) {
        ByteBuffer piece = mapped.pieces()[i];
        pieces[i] = piece.asFloatBuffer();
      }
      return new DiskFloats(
          space, count, pieces, (int) mapped.records(), Ints.of(rows, row -> row));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public void copy(int example, float[] target, int offset) {
    int row = rows.at(example);
    pieces[row / rowsPerPiece].get(row % rowsPerPiece * count, target, offset, count);
  }

  @Override
  public void gather(int[] examples, int from, int count, float[] target, int at, int step) {
    for (int i = 0; i < count; i++) {
      copy(examples[from + i], target, at + i * step);
    }
  }

  @Override
  public Features subset(int[] examples) {
    float[] chosen = new float[Math.multiplyExact(examples.length, count)];
    gather(examples, 0, examples.length, chosen, 0, count);
    return new FloatFeatures(count, chosen);
  }

  @Override
  public Features some(Ints examples) {
    return new DiskFloats(
        space, count, pieces, rowsPerPiece, DiskFeatures.compose(space, rows, examples));
  }

  /** Sums in the order of {@link FloatFeatures#statistics}, whose numbers these are. */
  @Override
  public FeatureStatistics statistics() {
    int n = rows.size();
    float[] row = new float[count];
    double[] means = new double[count];
    for (int i = 0; i < n; i++) {
      copy(i, row, 0);
      for (int j = 0; j < count; j++) {
        means[j] += row[j];
      }
    }
    double total = 0;
    for (int j = 0; j < count; j++) {
      total += means[j];
      means[j] /= n;
    }
    double overallMean = total / ((double) n * count);
    double[] squares = new double[count];
    for (int i = 0; i < n; i++) {
      copy(i, row, 0);
      for (int j = 0; j < count; j++) {
        double d = row[j] - means[j];
        squares[j] += d * d;
      }
    }
    double overall = 0;
    double[] deviations = new double[count];
    for (int j = 0; j < count; j++) {
      deviations[j] = Math.sqrt(squares[j] / n);
      double d = means[j] - overallMean;
      overall += squares[j] + n * d * d;
    }
    return new FeatureStatistics(
        means, deviations, overallMean, Math.sqrt(overall / ((double) n * count)));
  }

  @Override
  public String text() {
    return count + " features";
  }

  @Override
  public void digest(MessageDigest digest) {
    digest.update(ByteBuffer.allocate(8).putInt(0).putInt(count).flip());
    float[] row = new float[count];
    ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES);
    for (int i = 0; i < rows.size(); i++) {
      copy(i, row, 0);
      bytes.asFloatBuffer().put(row);
      digest.update(bytes.array());
    }
  }
}
