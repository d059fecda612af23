package dev.polymath.cli.data;

import dev.polymath.models.data.GreyImage;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.PictureForm;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Reads picture files of any kind that the JDK reads, as grey. */
public final class Picture {

  private static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg", ".gif", ".bmp");

  /** The JDK reads others, too, which have kinds of samples that are not read here. */
  private static final List<String> FORMATS = List.of("PNG", "JPEG", "GIF", "BMP");

  static final long MOST_PIXELS = 100_000_000;

  /** Above this a picture is read in larger steps: more than any digit needs. */
  private static final long ENOUGH_PIXELS = 4_000_000;

  static {
    // Reading pixels needs no screen; some systems look for one otherwise.
    System.setProperty("java.awt.headless", "true");
  }

  private Picture() {}

  /** Whether a file's name has the ending of a picture. */
  public static boolean isNamed(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  /** Whether a file begins as the pictures do that the JDK reads. */
  public static boolean isPicture(byte[] start) {
    return starts(start, 0x89, 'P', 'N', 'G')
        || starts(start, 0xff, 0xd8, 0xff)
        || starts(start, 'G', 'I', 'F', '8')
        // A table may begin with BMI; in a bitmap's head four zeros follow its length.
        || starts(start, 'B', 'M')
            && start.length > 9
            && starts(Arrays.copyOfRange(start, 6, 10), 0, 0, 0, 0);
  }

  private static boolean starts(byte[] bytes, int... expected) {
    if (bytes.length < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (bytes[i] != (byte) expected[i]) {
        return false;
      }
    }
    return true;
  }

  /** Reads a picture and brings it into a form. */
  static GreyImage read(Path file, PictureForm form) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": is a folder, expected a picture");
    }
    try (InputStream bytes = Files.newInputStream(file)) {
      return read(file.toString(), bytes, form);
    }
  }

  /**
   * Reads a picture and brings it into a form.
   *
   * @param name in messages
   * @param bytes stay open
   */
  static GreyImage read(String name, InputStream bytes, PictureForm form) throws IOException {
    return read(name, bytes, form, MOST_PIXELS);
  }

  /** The same, of at most some pixels. */
  static GreyImage read(String name, InputStream bytes, PictureForm form, long mostPixels)
      throws IOException {
    GreyImage picture = read(name, bytes, mostPixels);
    try {
      return form.of(picture);
    } catch (IllegalArgumentException e) {
      throw new IOException(name + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a picture. It is turned as its EXIF data say. Colours become their luma; what is
   * transparent becomes white behind dark colours and black behind light ones.
   */
  private static GreyImage read(String name, InputStream bytes, long mostPixels)
      throws IOException {
    try (ImageInputStream in = new MemoryCacheImageInputStream(bytes)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException(name + ": is no picture, expected PNG, JPEG, GIF or BMP");
      }
      ImageReader reader = readers.next();
      try {
        String format = reader.getFormatName().toUpperCase(Locale.ROOT);
        if (!FORMATS.contains(format)) {
          throw new IOException(name + ": is " + format + ", expected PNG, JPEG, GIF or BMP");
        }
        int orientation = Orientation.of(in);
        boolean gif = format.equals("GIF");
        reader.setInput(in, true, !gif);
        return Orientation.upright(grey(name, decode(name, reader, gif, mostPixels)), orientation);
      } finally {
        reader.dispose();
      }
    }
  }

  private static BufferedImage decode(String name, ImageReader reader, boolean gif, long mostPixels)
      throws IOException {
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    long pixels;
    GifScreen screen;
    try {
      screen = gif ? GifScreen.of(reader) : null;
      pixels =
          screen == null
              ? (long) reader.getWidth(0) * reader.getHeight(0)
              : (long) screen.width() * screen.height();
    } catch (IOException | RuntimeException e) {
      throw broken(name, e);
    }
    if (pixels > mostPixels) {
      throw new IOException(
          String.format(
              Locale.ROOT, "%s: has %,d pixels, expected at most %,d", name, pixels, mostPixels));
    }
    ImageReadParam how = reader.getDefaultReadParam();
    int step = (int) Math.ceil(Math.sqrt((double) pixels / ENOUGH_PIXELS));
    if (step > 1) {
      how.setSourceSubsampling(step, step, 0, 0);
    }
    BufferedImage image;
    try {
      image = reader.read(0, how);
    } catch (IOException | RuntimeException e) {
      throw broken(name, e);
    }
    if (!warnings.isEmpty()) {
      throw new IOException(name + ": broken picture: " + warnings.get(0));
    }
    return screen == null ? image : screen.around(image, Math.max(1, step));
  }

  /** The JDK's decoders throw exceptions of all kinds at broken files. */
  private static IOException broken(String name, Exception e) {
    Throwable cause = e.getCause() != null && e.getCause().getMessage() != null ? e.getCause() : e;
    String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new IOException(name + ": broken picture: " + why, e);
  }

  private static GreyImage grey(String name, BufferedImage image) throws IOException {
    int width = image.getWidth();
    int height = image.getHeight();
    float[] luma = new float[width * height];
    float[] opacity = image.getColorModel().hasAlpha() ? new float[luma.length] : new float[0];
    Raster raster = image.getRaster();
    ColorModel colors = image.getColorModel();
    if (colors instanceof IndexColorModel palette) {
      readPalette(raster, palette, luma, opacity);
    } else {
      readSamples(raster, colors, mixing(name, raster, colors), luma, opacity);
    }
    if (opacity.length > 0) {
      flatten(luma, opacity);
    }
    return new GreyImage(new ImageSize(height, width), luma);
  }

  /** How the samples of a pixel become its luma. */
  private static Mixing mixing(String name, Raster raster, ColorModel colors) throws IOException {
    int type = colors.getColorSpace().getType();
    int bands = colors.getNumColorComponents();
    boolean whole = raster.getTransferType() <= DataBuffer.TYPE_INT;
    boolean plain = raster.getNumBands() == colors.getNumComponents() && whole;
    if (plain && !colors.isAlphaPremultiplied()) {
      if (type == ColorSpace.TYPE_GRAY && bands == 1) {
        return (s, at) -> s[at];
      }
      if (type == ColorSpace.TYPE_RGB && bands == 3) {
        return (s, at) -> luma(s[at], s[at + 1], s[at + 2]);
      }
      if (type == ColorSpace.TYPE_CMYK && bands == 4) {
        // Inks: each takes away its colour, black takes all.
        return (s, at) -> luma(1 - s[at], 1 - s[at + 1], 1 - s[at + 2]) * (1 - s[at + 3]);
      }
    }
    throw new IOException(
        name
            + ": has "
            + raster.getNumBands()
            + " samples a pixel in a form that is not read, expected grey, RGB, CMYK or a palette");
  }

  /** The luma of a pixel whose samples, from 0 to 1, begin at a place. */
  private interface Mixing {
    float luma(float[] samples, int at);
  }

  private static void readPalette(
      Raster raster, IndexColorModel palette, float[] luma, float[] opacity) {
    int[] row = new int[raster.getWidth()];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, row.length, 1, 0, row);
      for (int x = 0; x < row.length; x++) {
        int at = y * row.length + x;
        luma[at] =
            luma(
                palette.getRed(row[x]) / 255f,
                palette.getGreen(row[x]) / 255f,
                palette.getBlue(row[x]) / 255f);
        if (opacity.length > 0) {
          opacity[at] = palette.getAlpha(row[x]) / 255f;
        }
      }
    }
  }

  /**
   * The samples as they stand in the file. {@link BufferedImage#getRGB} would take those of grey
   * pictures as linear light and brighten them.
   */
  private static void readSamples(
      Raster raster, ColorModel colors, Mixing mixing, float[] luma, float[] opacity) {
    int bands = raster.getNumBands();
    float[] whites = new float[bands];
    for (int b = 0; b < bands; b++) {
      whites[b] = (1L << colors.getComponentSize(b)) - 1;
    }
    float[] row = new float[raster.getWidth() * bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
      for (int i = 0; i < row.length; i++) {
        row[i] /= whites[i % bands];
      }
      for (int x = 0; x < raster.getWidth(); x++) {
        int at = y * raster.getWidth() + x;
        luma[at] = mixing.luma(row, x * bands);
        if (opacity.length > 0) {
          opacity[at] = row[x * bands + bands - 1];
        }
      }
    }
  }

  /** The weights of ITU-R BT.601, for values as files have them. */
  private static float luma(float red, float green, float blue) {
    return Math.min(1, 0.299f * red + 0.587f * green + 0.114f * blue);
  }

  /** Puts the colours before a ground that they stand out from. */
  private static void flatten(float[] luma, float[] opacity) {
    double light = 0;
    double covered = 0;
    for (int i = 0; i < luma.length; i++) {
      light += luma[i] * opacity[i];
      covered += opacity[i];
    }
    float ground = light > 0.5 * covered ? 0 : 1;
    for (int i = 0; i < luma.length; i++) {
      luma[i] = Math.min(1, ground + opacity[i] * (luma[i] - ground));
    }
  }
}
