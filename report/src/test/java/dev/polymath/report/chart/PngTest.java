package dev.polymath.report.chart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

class PngTest {

  private static final String PREFIX = "data:image/png;base64,";

  /** Reads the chunks and checks the sum of each. */
  private static Map<String, byte[]> chunks(String uri) {
    assertEquals(PREFIX, uri.substring(0, PREFIX.length()));
    ByteBuffer png = ByteBuffer.wrap(Base64.getDecoder().decode(uri.substring(PREFIX.length())));
    assertEquals(0x89504e470d0a1a0aL, png.getLong());
    Map<String, byte[]> chunks = new LinkedHashMap<>();
    while (png.hasRemaining()) {
      byte[] body = new byte[png.getInt() + 4];
      png.get(body);
      CRC32 sum = new CRC32();
      sum.update(body);
      assertEquals((int) sum.getValue(), png.getInt());
      chunks.put(
          new String(body, 0, 4, StandardCharsets.US_ASCII),
          Arrays.copyOfRange(body, 4, body.length));
    }
    return chunks;
  }

  private static byte[] inflate(byte[] data, int length) throws DataFormatException {
    Inflater inflater = new Inflater();
    inflater.setInput(data);
    byte[] rows = new byte[length];
    assertEquals(length, inflater.inflate(rows));
    inflater.end();
    return rows;
  }

  @Test
  void aGreyImageHasOneByteAPixelAfterAFilterByteARow() throws DataFormatException {
    Map<String, byte[]> png =
        chunks(Png.dataUri(new float[] {0, 0.5f, 1, 2, -1, 0.2f}, 2, 3, false));
    assertArrayEquals(new byte[] {0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 0}, png.get("IHDR"));
    byte[] expected = {0, 0, (byte) 128, (byte) 255, 0, (byte) 255, 0, 51};
    assertArrayEquals(expected, inflate(png.get("IDAT"), 8));
    assertArrayEquals(new byte[0], png.get("IEND"));
  }

  @Test
  void inkIsBlackWithThePixelAsItsOpacity() throws DataFormatException {
    Map<String, byte[]> png = chunks(Png.dataUri(new float[] {0, 1}, 1, 2, true));
    assertEquals(4, png.get("IHDR")[9]);
    assertArrayEquals(new byte[] {0, 0, 0, 0, (byte) 255}, inflate(png.get("IDAT"), 5));
  }
}
