package dev.polymath.models.data;

import dev.polymath.models.internal.Ints;
import dev.polymath.models.internal.ScratchFile;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Images on disk, one unsigned byte a pixel. A batch is copied into memory, and is then what a
 * batch of images in memory is; each thread has a copy of its own, which is made once.
 */
final class DiskPixels implements DiskFeatures, Pixels {

  private static final int CHUNK = 256;

  private final DiskSpace space;
  private final ImageSize size;
  private final ScratchFile.Mapped images;
  private final Ints rows;
  private final ThreadLocal<Batch> batches;

  /**
   * @param images mapped, none cut by the end of a piece
   * @param rows the images that are examples
   */
  DiskPixels(DiskSpace space, ImageSize size, ScratchFile.Mapped images, Ints rows) {
    this.space = space;
    this.size = size;
    this.images = images;
    this.rows = rows;
    this.batches = ThreadLocal.withInitial(() -> new Batch(size, 0));
  }

  /** Images in memory, and the numbers from 0 on. */
  private static final class Batch {
    final PixelFeatures pixels;
    final int[] numbers;

    Batch(ImageSize size, int count) {
      pixels = new PixelFeatures(size, new byte[Math.multiplyExact(count, size.pixels())]);
      numbers = new int[count];
      for (int i = 0; i < count; i++) {
        numbers[i] = i;
      }
    }
  }

  private Batch load(int[] examples, int from, int count) {
    Batch batch = batches.get();
    if (batch.numbers.length < count) {
      batch = new Batch(size, count);
      batches.set(batch);
    }
    byte[] stored = batch.pixels.stored();
    int pixels = size.pixels();
    for (int i = 0; i < count; i++) {
      read(examples[from + i], stored, i * pixels);
    }
    PixelFeatures.flipSign(stored, count * pixels);
    return batch;
  }

  /** The bytes of an example as the file has them. */
  private void read(int example, byte[] target, int offset) {
    int row = rows.at(example);
    ByteBuffer piece = images.pieces()[(int) (row / images.records())];
    int pixels = size.pixels();
    piece.get((int) (row % images.records()) * pixels, target, offset, pixels);
  }

  @Override
  public ImageSize size() {
    return size;
  }

  @Override
  public int count() {
    return size.pixels();
  }

  @Override
  public void copy(int example, float[] target, int offset) {
    byte[] image = new byte[count()];
    read(example, image, 0);
    for (int i = 0; i < image.length; i++) {
      target[offset + i] = PixelFeatures.fraction(image[i] & 0xff);
    }
  }

  @Override
  public void gather(int[] examples, int from, int count, float[] target, int at, int step) {
    Batch batch = load(examples, from, count);
    batch.pixels.gather(batch.numbers, 0, count, target, at, step);
  }

  @Override
  public void gatherShifted(
      int[] examples,
      int from,
      int count,
      int[] dx,
      int[] dy,
      int shiftsFrom,
      float ground,
      float[] target,
      int at,
      int step) {
    Batch batch = load(examples, from, count);
    batch.pixels.gatherShifted(
        batch.numbers, 0, count, dx, dy, shiftsFrom, ground, target, at, step);
  }

  @Override
  public Features subset(int[] examples) {
    byte[] chosen = new byte[Math.multiplyExact(examples.length, count())];
    for (int i = 0; i < examples.length; i++) {
      read(examples[i], chosen, i * count());
    }
    return PixelFeatures.ofUnsigned(size, chosen);
  }

  @Override
  public Features some(Ints examples) {
    return new DiskPixels(space, size, images, DiskFeatures.compose(space, rows, examples));
  }

  @Override
  public int ground() {
    PixelFeatures.Border border = new PixelFeatures.Border(size);
    byte[] image = new byte[count()];
    for (int i = 0; i < rows.size(); i++) {
      read(i, image, 0);
      PixelFeatures.flipSign(image, image.length);
      border.add(image, 0);
    }
    return border.median();
  }

  @Override
  public FeatureStatistics statistics() {
    PixelFeatures.Sums sums = new PixelFeatures.Sums(count());
    byte[] chunk = new byte[CHUNK * count()];
    for (int from = 0; from < rows.size(); from += CHUNK) {
      int images = Math.min(CHUNK, rows.size() - from);
      for (int i = 0; i < images; i++) {
        read(from + i, chunk, i * count());
      }
      PixelFeatures.flipSign(chunk, images * count());
      sums.add(chunk, 0, images);
    }
    return sums.statistics();
  }

  @Override
  public String text() {
    return PixelFeatures.text(size);
  }

  @Override
  public void digest(MessageDigest digest) {
    PixelFeatures.digestHead(size, digest);
    byte[] image = new byte[count()];
    for (int i = 0; i < rows.size(); i++) {
      read(i, image, 0);
      digest.update(image);
    }
  }
}
