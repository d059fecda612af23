package dev.polymath.cli.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.models.data.GreyImage;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.PictureForm;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.RenderedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A picture file")
class PictureTest {

  private static final int BLOCK = 16;

  @TempDir Path folder;

  private GreyImage read(String name, byte[] bytes) throws IOException {
    return Picture.read(Files.write(folder.resolve(name), bytes), PictureForm.AS_IS);
  }

  private static byte[] written(String format, IIOImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam how = writer.getDefaultWriteParam();
      if (format.equals("jpeg")) {
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality(1);
      }
      writer.write(null, image, how);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static byte[] written(String format, RenderedImage image) throws IOException {
    return written(format, new IIOImage(image, null, null));
  }

  private static byte[] inserted(byte[] file, int at, byte[] piece) {
    return ByteBuffer.allocate(file.length + piece.length)
        .put(file, 0, at)
        .put(piece)
        .put(file, at, file.length - at)
        .array();
  }

  private static byte[] segment(int marker, byte[] content) {
    return ByteBuffer.allocate(4 + content.length)
        .putShort((short) marker)
        .putShort((short) (content.length + 2))
        .put(content)
        .array();
  }

  private static byte[] chunk(String type, byte[] content) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + content.length).putInt(content.length);
    chunk.put(type.getBytes(StandardCharsets.US_ASCII)).put(content);
    CRC32 sum = new CRC32();
    sum.update(chunk.array(), 4, 4 + content.length);
    return chunk.putInt((int) sum.getValue()).array();
  }

  /** EXIF's TIFF structure with two entries, the orientation being the second. */
  private static byte[] exif(int orientation, ByteOrder order) {
    ByteBuffer tiff = ByteBuffer.allocate(8 + 2 + 2 * 12 + 4).order(order);
    tiff.put(order == ByteOrder.LITTLE_ENDIAN ? (byte) 'I' : (byte) 'M').put(tiff.get(0));
    tiff.putShort((short) 42).putInt(8).putShort((short) 2);
    tiff.putShort((short) 0x0100).putShort((short) 4).putInt(1).putInt(7);
    tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
    return tiff.array();
  }

  private static byte[] jpegExif(byte[] tiff) {
    byte[] content =
        ByteBuffer.allocate(6 + tiff.length)
            .put(new byte[] {'E', 'x', 'i', 'f', 0, 0})
            .put(tiff)
            .array();
    return segment(0xffe1, content);
  }

  /** Two rows of three blocks: 10 20 30 above 40 50 60. */
  private static BufferedImage blocks(int block) {
    BufferedImage image = new BufferedImage(3 * block, 2 * block, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < 2 * block; y++) {
      for (int x = 0; x < 3 * block; x++) {
        image.getRaster().setSample(x, y, 0, 10 * (x / block + 3 * (y / block) + 1));
      }
    }
    return image;
  }

  /** The levels in the middle of each block, row by row, in tens. */
  private static String levels(GreyImage image, int block) {
    StringBuilder levels = new StringBuilder();
    for (int y = block / 2; y < image.size().height(); y += block) {
      for (int x = block / 2; x < image.size().width(); x += block) {
        float level = image.brightness()[y * image.size().width() + x] * 25.5f;
        levels.append(Math.round(level)).append(' ');
      }
    }
    return levels.toString().strip();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2, 1 2 3 4 5 6",
    "2, 2, 3 2 1 6 5 4",
    "3, 2, 6 5 4 3 2 1",
    "4, 2, 4 5 6 1 2 3",
    "5, 3, 1 4 2 5 3 6",
    "6, 3, 4 1 5 2 6 3",
    "7, 3, 6 3 5 2 4 1",
    "8, 3, 3 6 2 5 1 4",
    "0, 2, 1 2 3 4 5 6",
    "9, 2, 1 2 3 4 5 6",
  })
  @DisplayName("is turned as EXIF says")
  void orientation(int orientation, int rows, String levels) throws IOException {
    byte[] jpeg = written("jpeg", blocks(BLOCK));
    byte[] png = written("png", blocks(1));
    byte[] xmp =
        segment(0xffe1, "http://ns.adobe.com/xap/1.0/\0<x/>".getBytes(StandardCharsets.US_ASCII));
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      byte[] exif = exif(orientation, order);
      GreyImage photo = read("a.jpg", inserted(inserted(jpeg, 2, jpegExif(exif)), 2, xmp));
      assertEquals(rows * BLOCK, photo.size().height());
      assertEquals(levels, levels(photo, BLOCK));
      int end = png.length - 12;
      for (int at : new int[] {33, end}) {
        GreyImage screenshot = read("a.png", inserted(png, at, chunk("eXIf", exif)));
        assertEquals(levels, levels(screenshot, 1));
      }
    }
  }

  @Test
  @DisplayName("with broken EXIF data is taken as it is stored")
  void brokenExif() throws IOException {
    byte[] jpeg = written("jpeg", blocks(BLOCK));
    byte[] exif = exif(6, ByteOrder.BIG_ENDIAN);
    for (int length = 0; length < exif.length; length++) {
      byte[] cut = Arrays.copyOf(exif, length);
      GreyImage image = read("a.jpg", inserted(jpeg, 2, jpegExif(cut)));
      boolean whole = length >= 8 + 2 + 2 * 12;
      assertEquals(whole ? "4 1 5 2 6 3" : "1 2 3 4 5 6", levels(image, BLOCK), "cut at " + length);
    }
    for (int i = 0; i < exif.length; i++) {
      byte[] wrong = exif.clone();
      wrong[i] = (byte) 0xff;
      assertEquals(
          6, levels(read("a.jpg", inserted(jpeg, 2, jpegExif(wrong))), BLOCK).split(" ").length);
    }
  }

  /** A JPEG of four samples a pixel, in blocks beside each other. */
  private byte[] inks(int[][] samples, int transform) throws IOException {
    WritableRaster raster =
        Raster.createInterleavedRaster(
            DataBuffer.TYPE_BYTE, samples.length * BLOCK, BLOCK, 4, null);
    for (int x = 0; x < samples.length * BLOCK; x++) {
      for (int y = 0; y < BLOCK; y++) {
        raster.setPixel(x, y, samples[x / BLOCK]);
      }
    }
    byte[] adobe = {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform};
    return inserted(written("jpeg", new IIOImage(raster, null, null)), 2, segment(0xffee, adobe));
  }

  private static List<Integer> blockLevels(GreyImage image) {
    List<Integer> levels = new ArrayList<>();
    for (int x = BLOCK / 2; x < image.size().width(); x += BLOCK) {
      levels.add(Math.round(image.brightness()[BLOCK / 2 * image.size().width() + x] * 255));
    }
    return levels;
  }

  private static void assertNear(List<Integer> expected, List<Integer> found) {
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), found.get(i), 2, () -> expected + " and " + found);
    }
  }

  @Test
  @DisplayName("of inks (CMYK, as Photoshop writes it) has white paper")
  void cmyk() throws IOException {
    // Inverted, as all such files are: 255 is no ink.
    int[][] samples = {
      {255, 255, 255, 255}, {255, 255, 255, 0}, {0, 0, 0, 255}, {255, 0, 0, 255},
      {0, 255, 0, 255}, {0, 0, 255, 255}, {128, 128, 128, 255}, {255, 255, 255, 128}
    };
    // Paper, black ink, all colours, red, green, blue, two greys.
    List<Integer> expected = List.of(255, 0, 0, 76, 150, 29, 128, 128);
    assertNear(expected, blockLevels(read("cmyk.jpg", inks(samples, 0))));
  }

  @Test
  @DisplayName("of inks as brightness and colour (YCCK) has white paper")
  void ycck() throws IOException {
    // The first three are those of the inks' complement; the decoder turns them over.
    int[][] samples = {
      {0, 128, 128, 255},
      {0, 128, 128, 0},
      {255, 128, 128, 255},
      {127, 128, 128, 255},
      {255 - 76, 255 - 85, 0, 255}
    };
    List<Integer> levels = blockLevels(read("ycck.jpg", inks(samples, 2)));
    assertNear(List.of(255, 0, 0, 128, 76), levels);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_USHORT_565_RGB,
        BufferedImage.TYPE_USHORT_555_RGB,
        BufferedImage.TYPE_BYTE_GRAY,
        BufferedImage.TYPE_USHORT_GRAY,
        BufferedImage.TYPE_BYTE_BINARY,
        BufferedImage.TYPE_BYTE_INDEXED
      })
  @DisplayName("has black and white of any depth, in every format that takes it")
  void depths(int type) throws IOException {
    BufferedImage image = new BufferedImage(2 * BLOCK, BLOCK, type);
    for (int y = 0; y < BLOCK; y++) {
      for (int x = 0; x < 2 * BLOCK; x++) {
        image.setRGB(x, y, x < BLOCK ? 0xff000000 : 0xffffffff);
      }
    }
    int formats = 0;
    for (String format : List.of("png", "jpeg", "gif", "bmp")) {
      ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
      boolean takes = writer.getOriginatingProvider().canEncodeImage(image);
      writer.dispose();
      if (takes) {
        assertNear(List.of(0, 255), blockLevels(read("a." + format, written(format, image))));
        formats++;
      }
    }
    assertEquals(true, formats > 0);
  }

  @Test
  @DisplayName("of 16 bits keeps what 8 bits cannot hold")
  void sixteenBits() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setSample(0, 0, 0, 1);
    image.getRaster().setSample(1, 0, 0, 40000);
    GreyImage grey = read("a.png", written("png", image));
    assertEquals(new ImageSize(1, 2), grey.size());
    assertArrayEquals(new float[] {1 / 65535f, 40000 / 65535f}, grey.brightness());
  }

  @Test
  @DisplayName("of another format is refused with its name")
  void otherFormats() throws IOException {
    byte[] tiff = written("tiff", blocks(1));
    IOException e = assertThrows(IOException.class, () -> read("a.png", tiff));
    assertEquals(
        folder.resolve("a.png") + ": is TIF, expected PNG, JPEG, GIF or BMP", e.getMessage());
  }

  /** A GIF of white and black beside each other, on a screen of 4 x 3 pixels with this offset. */
  private static byte[] onScreen(int left, int top, int background) throws IOException {
    byte[] reds = {(byte) 255, 0, 50};
    IndexColorModel palette = new IndexColorModel(2, 3, reds, reds, reds);
    BufferedImage frame = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY, palette);
    frame.getRaster().setSample(1, 0, 0, 1);
    byte[] gif = written("gif", frame);
    gif[6] = 4;
    gif[8] = 3;
    gif[11] = (byte) background;
    assertEquals(1, gif[10] >> 7 & 1, "has a global palette");
    int at = 13 + 3 * (2 << (gif[10] & 7));
    while (gif[at] != ',') {
      // An extension, and its pieces up to an empty one.
      for (at += 2; gif[at] != 0; at += 1 + (gif[at] & 0xff)) {}
      at++;
    }
    gif[at + 1] = (byte) left;
    gif[at + 3] = (byte) top;
    return gif;
  }

  @Test
  @DisplayName("of a GIF whose first frame is smaller than its screen is the screen")
  void gifScreen() throws IOException {
    GreyImage image = read("a.gif", onScreen(1, 2, 2));
    assertEquals(new ImageSize(3, 4), image.size());
    float ground = 50 / 255f;
    float[] expected = new float[12];
    Arrays.fill(expected, ground);
    expected[9] = 1;
    expected[10] = 0;
    assertArrayEquals(expected, image.brightness(), 1e-6f);
  }

  @Test
  @DisplayName("of a GIF whose frame goes beyond its screen is whole")
  void gifBeyondScreen() throws IOException {
    GreyImage image = read("a.gif", onScreen(3, 0, 1));
    assertEquals(new ImageSize(3, 5), image.size());
    float[] expected = new float[15];
    expected[3] = 1;
    assertArrayEquals(expected, image.brightness(), 1e-6f);
  }

  @Test
  @DisplayName("of a GIF with a screen of too many pixels is refused")
  void gifHugeScreen() throws IOException {
    byte[] gif = onScreen(0, 0, 0);
    Arrays.fill(gif, 6, 10, (byte) 255);
    IOException e = assertThrows(IOException.class, () -> read("a.gif", gif));
    assertEquals(
        folder.resolve("a.gif") + ": has 4,294,836,225 pixels, expected at most 100,000,000",
        e.getMessage());
  }
}
