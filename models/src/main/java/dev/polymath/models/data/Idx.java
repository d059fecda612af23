package dev.polymath.models.data;

import dev.polymath.models.internal.Ints;
import dev.polymath.models.internal.ScratchFile;
import dev.polymath.models.internal.Unpacked;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads image and label files in the IDX format, plain or gzip (told apart by content, not by
 * name).
 *
 * <p>A file is a big-endian header (two zero bytes, element type, number of dimensions, four bytes
 * a dimension), then the elements. Files are read strictly: whatever does not fit is an {@link
 * IOException} that names the file and the byte, counted after decompression. Sizes in a header are
 * not believed: memory grows with the bytes that are there.
 */
public final class Idx {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int BUFFER = 1 << 16;
  private static final int IMAGES_HEADER = 16;

  /** Of an image on disk. */
  private static final int MOST_PIXELS = 1 << 24;

  private Idx() {}

  /**
   * Reads a file of images, [n, height, width] unsigned bytes, and the file of their labels, [n]
   * unsigned bytes.
   *
   * @param classNames a name for each class; labels must be below their number
   * @throws IOException if a file cannot be read, is not a whole IDX file of this kind, or the two
   *     do not fit together
   */
  public static DataSet read(Path images, Path labels, List<String> classNames) throws IOException {
    Array pixels = Reader.read(images, 3);
    Array classes = Reader.read(labels, 1);
    requireLabels(images, pixels.dimensions[0], labels, classes, classNames);
    int[] numbers = new int[classes.elements.length];
    Arrays.setAll(numbers, i -> classes.elements[i] & 0xff);
    ImageSize size = new ImageSize(pixels.dimensions[1], pixels.dimensions[2]);
    return new DataSet(PixelFeatures.ofUnsigned(size, pixels.elements), numbers, classNames);
  }

  /**
   * The same without memory for the images, of which there may be more than an array holds. A plain
   * file is mapped as it is; gzip is unpacked onto disk. The files must not change meanwhile.
   */
  public static DataSet read(Path images, Path labels, List<String> classNames, DiskSpace disk)
      throws IOException {
    Array classes = Reader.read(labels, 1);
    int[] dimensions;
    ScratchFile.Mapped mapped;
    if (ScratchFile.isGzip(images)) {
      ScratchFile file = disk.file();
      dimensions = Reader.copy(images, file);
      mapped = file.map(dimensions[1] * dimensions[2], false);
    } else {
      dimensions = Reader.copy(images, null);
      mapped = ScratchFile.map(images, IMAGES_HEADER, dimensions[1] * dimensions[2]);
    }
    requireLabels(images, dimensions[0], labels, classes, classNames);
    ImageSize size = new ImageSize(dimensions[1], dimensions[2]);
    int examples = dimensions[0];
    DiskPixels pixels = new DiskPixels(disk, size, mapped, Ints.of(examples, i -> i));
    Ints numbers = Ints.of(examples, i -> classes.elements[i] & 0xff);
    return new DataSet(
        pixels,
        DiskAnswers.labels(disk, numbers, classNames),
        new ModelInput.Pictures(size, PictureForm.usual(size, classNames)));
  }

  private static void requireLabels(
      Path images, int examples, Path labels, Array classes, List<String> classNames)
      throws IOException {
    if (classes.dimensions[0] != examples) {
      throw new IOException(
          images
              + ": byte 4: "
              + examples
              + " images, but "
              + labels
              + " has "
              + classes.dimensions[0]
              + " labels");
    }
    for (int i = 0; i < examples; i++) {
      int number = classes.elements[i] & 0xff;
      if (number >= classNames.size()) {
        throw new IOException(
            labels
                + ": byte "
                + (8 + i)
                + ": label of example "
                + i
                + " is "
                + number
                + ", expected 0 to "
                + (classNames.size() - 1));
      }
    }
  }

  /**
   * The images of a file.
   *
   * @param size of each
   * @param pixels [n, height · width] in unsigned bytes
   */
  public record Images(ImageSize size, byte[] pixels) {
    /** How many images there are. */
    public int count() {
      return pixels.length / size.pixels();
    }
  }

  /**
   * Reads a file of images alone, [n, height, width] unsigned bytes.
   *
   * @throws IOException if the file cannot be read or is not a whole IDX file of this kind
   */
  public static Images readImages(Path images) throws IOException {
    Array pixels = Reader.read(images, 3);
    return new Images(new ImageSize(pixels.dimensions[1], pixels.dimensions[2]), pixels.elements);
  }

  /** The content of one file. */
  private record Array(int[] dimensions, byte[] elements) {}

  /** One file while it is read. */
  private static final class Reader {
    private final Path file;
    private final InputStream in;
    private final long fileSize;
    private long position;

    private Reader(Path file, InputStream in, long fileSize) {
      this.file = file;
      this.in = in;
      this.fileSize = fileSize;
    }

    static Array read(Path file, int dimensions) throws IOException {
      try (InputStream in = Unpacked.open(file)) {
        return new Reader(file, in, Files.size(file)).array(dimensions);
      } catch (NoSuchFileException e) {
        throw new NoSuchFileException(file.toString(), null, "no such file");
      }
    }

    /**
     * Copies the elements of a file of images.
     *
     * @param to null to check the file's length alone, which is plain then
     * @return the dimensions
     */
    static int[] copy(Path file, @Nullable ScratchFile to) throws IOException {
      try (InputStream in = Unpacked.open(file)) {
        long length = Files.size(file);
        Reader reader = new Reader(file, in, length);
        int[] dimensions = reader.dimensions(3);
        long pixels = (long) dimensions[1] * dimensions[2];
        if (pixels > MOST_PIXELS) {
          throw reader.fail(8, "images of %d pixels, expected at most %d", pixels, MOST_PIXELS);
        }
        long expected = pixels * dimensions[0];
        String shape = IMAGES_HEADER + " + " + shape(dimensions);
        long found = length - IMAGES_HEADER;
        if (to != null) {
          byte[] buffer = new byte[BUFFER];
          int filled = reader.fill(buffer, 0);
          while (filled > 0 && to.size() <= expected) {
            to.putBytes(buffer, 0, filled);
            filled = reader.fill(buffer, 0);
          }
          found = to.size();
        }
        if (found < expected) {
          throw reader.fail(IMAGES_HEADER + found, "the file ends, expected %s bytes", shape);
        }
        if (found > expected) {
          throw reader.fail(IMAGES_HEADER + expected, "the file goes on, expected %s bytes", shape);
        }
        return dimensions;
      } catch (NoSuchFileException e) {
        throw new NoSuchFileException(file.toString(), null, "no such file");
      }
    }

    private Array array(int expectedDimensions) throws IOException {
      int headerSize = 4 + 4 * expectedDimensions;
      int[] dimensions = dimensions(expectedDimensions);
      long elements = 1;
      for (int i = 0; i < dimensions.length; i++) {
        elements *= dimensions[i];
        // Some JVMs hold a few elements less than 2^31-1.
        if (elements > Integer.MAX_VALUE - 8) {
          throw fail(
              4 + 4 * i,
              "%s elements are more than an array holds",
              shape(Arrays.copyOf(dimensions, i + 1)));
        }
      }
      return new Array(
          dimensions, elements((int) elements, headerSize + " + " + shape(dimensions)));
    }

    private static String shape(int[] dimensions) {
      return Arrays.stream(dimensions)
          .mapToObj(Integer::toString)
          .collect(Collectors.joining(" x "));
    }

    private int[] dimensions(int expectedDimensions) throws IOException {
      int headerSize = 4 + 4 * expectedDimensions;
      byte[] header = new byte[headerSize];
      if (fill(header, 0) < headerSize) {
        throw fail(position, "the file ends, expected a header of " + headerSize + " bytes");
      }
      int magic = bigEndian(header, 0);
      int expectedMagic = UNSIGNED_BYTE << 8 | expectedDimensions;
      if (magic >>> 16 != 0) {
        throw fail(
            0, "not an IDX file: magic number 0x%08x, expected 0x%08x", magic, expectedMagic);
      }
      if (header[2] != UNSIGNED_BYTE) {
        throw fail(
            2, "element type 0x%02x, expected 0x%02x (unsigned byte)", header[2], UNSIGNED_BYTE);
      }
      if (header[3] != expectedDimensions) {
        throw fail(3, "%d dimensions, expected %d", header[3] & 0xff, expectedDimensions);
      }
      int[] dimensions = new int[expectedDimensions];
      for (int i = 0; i < dimensions.length; i++) {
        int offset = 4 + 4 * i;
        dimensions[i] = bigEndian(header, offset);
        if (dimensions[i] < 1) {
          throw fail(
              offset,
              "dimension %d is %d, expected 1 to %d",
              i,
              Integer.toUnsignedLong(dimensions[i]),
              Integer.MAX_VALUE);
        }
      }
      return dimensions;
    }

    private byte[] elements(int count, String expected) throws IOException {
      // MNIST shrinks fivefold in gzip; the guess spares it the copies of growing.
      byte[] elements = new byte[(int) Math.min(count, Math.max(BUFFER, 8 * fileSize))];
      int filled = fill(elements, 0);
      while (filled == elements.length && filled < count) {
        elements = Arrays.copyOf(elements, (int) Math.min(count, 2L * filled));
        filled = fill(elements, filled);
      }
      if (filled < count) {
        throw fail(position, "the file ends, expected %s bytes", expected);
      }
      if (fill(new byte[1], 0) > 0) {
        throw fail(position - 1, "the file goes on, expected %s bytes", expected);
      }
      return elements;
    }

    /** Reads until the array is full or the file ends; returns how far it is filled. */
    private int fill(byte[] target, int from) throws IOException {
      int filled = from;
      try {
        while (filled < target.length) {
          int read = in.read(target, filled, target.length - filled);
          if (read < 0) {
            break;
          }
          filled += read;
          position += read;
        }
      } catch (EOFException e) {
        throw fail(position, "the gzip data ends too early");
      } catch (ZipException e) {
        throw fail(position, "broken gzip data: %s", String.valueOf(e.getMessage()));
      }
      return filled;
    }

    private static int bigEndian(byte[] bytes, int offset) {
      return bytes[offset] << 24
          | (bytes[offset + 1] & 0xff) << 16
          | (bytes[offset + 2] & 0xff) << 8
          | bytes[offset + 3] & 0xff;
    }

    private IOException fail(long offset, String what, Object... arguments) {
      return new IOException(
          file + ": byte " + offset + ": " + String.format(Locale.ROOT, what, arguments));
    }
  }
}
