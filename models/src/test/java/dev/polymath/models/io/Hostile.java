package dev.polymath.models.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files put together by hand. */
final class Hostile {

  private Hostile() {}

  /** A file of a header and data, its header length right. */
  static Path file(Path folder, String header, byte[] data) throws IOException {
    return file(folder, header.getBytes(StandardCharsets.UTF_8), data);
  }

  static Path file(Path folder, byte[] header, byte[] data) throws IOException {
    return file(folder, header.length, header, data);
  }

  /** A file with any header length. */
  static Path file(Path folder, long length, byte[] header, byte[] data) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put(header).put(data);
    return Files.write(folder.resolve("x.safetensors"), bytes.array());
  }

  /** The same file with its checksum under a key of the same length that nobody knows. */
  static byte[] unchecked(byte[] file) {
    return new String(file, StandardCharsets.ISO_8859_1)
        .replace("\"checksum\":", "\"whatever\":")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
