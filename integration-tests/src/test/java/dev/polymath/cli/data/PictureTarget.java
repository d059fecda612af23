package dev.polymath.cli.data;

import dev.polymath.models.data.PictureForm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Bytes as a picture of a digit. In this package, since only the commands read pictures. */
public final class PictureTarget {

  /** So many are decoded each time. A picture of fifty bytes may say that it has millions. */
  private static final long USUAL_PIXELS = 1 << 16;

  /** Of larger ones one in so many, or a fuzzer would get nowhere. */
  private static final int SOME = 32;

  private PictureTarget() {}

  /** How many pixels a picture says that it has; 0 where it says nothing. */
  private static long pixels(byte[] input) {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(input))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        return 0;
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in);
        return (long) reader.getWidth(0) * reader.getHeight(0);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      return 0; // Whatever is wrong is said when it is read.
    }
  }

  /** Called with each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (pixels(input) > USUAL_PIXELS && Math.floorMod(Arrays.hashCode(input), SOME) != 0) {
      return;
    }
    try {
      Picture.read("x", new ByteArrayInputStream(input), PictureForm.MNIST);
    } catch (IOException e) {
      if (e.getMessage() == null || !e.getMessage().startsWith("x: ")) {
        throw new AssertionError("the message does not begin with the picture's name", e);
      }
    }
  }
}
