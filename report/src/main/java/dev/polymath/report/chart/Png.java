package dev.polymath.report.chart;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** A grey image as a data URI: PNG, 8 bits a sample, without the JDK's desktop module. */
public final class Png {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int GREY = 0;
  private static final int GREY_ALPHA = 4;

  private Png() {}

  /**
   * Encodes an image.
   *
   * @param pixels [height, width], each from 0 to 1
   * @param ink whether a pixel is how much black ink is there, on a ground that shows through; else
   *     it is a grey from black to white
   */
  public static String dataUri(float[] pixels, int height, int width, boolean ink) {
    int samples = ink ? 2 : 1;
    byte[] rows = new byte[height * (1 + width * samples)];
    int at = 0;
    for (int r = 0; r < height; r++) {
      at++; // filter type 0: none
      for (int c = 0; c < width; c++) {
        at += samples;
        rows[at - 1] = (byte) Math.round(255 * Math.max(0, Math.min(1, pixels[r * width + c])));
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(SIGNATURE);
    byte[] head = new byte[13];
    number(head, 0, width);
    number(head, 4, height);
    head[8] = 8;
    head[9] = (byte) (ink ? GREY_ALPHA : GREY);
    chunk(png, "IHDR", head);
    chunk(png, "IDAT", deflated(rows));
    chunk(png, "IEND", new byte[0]);
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
  }

  private static byte[] deflated(byte[] data) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try {
      deflater.setInput(data);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[4096];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
    byte[] word = new byte[4];
    number(word, 0, data.length);
    png.writeBytes(word);
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    png.writeBytes(name);
    png.writeBytes(data);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(data);
    number(word, 0, (int) sum.getValue());
    png.writeBytes(word);
  }

  private static void number(byte[] target, int offset, int value) {
    for (int i = 0; i < 4; i++) {
      target[offset + i] = (byte) (value >>> (24 - 8 * i));
    }
  }
}
