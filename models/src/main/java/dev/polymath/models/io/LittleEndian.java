package dev.polymath.models.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** float32 as all the formats here have it: four bytes each, the lowest first. */
final class LittleEndian {

  private static final int CHUNK_BYTES = 1 << 16;

  private LittleEndian() {}

  /** Writes every value, in blocks. */
  static void write(OutputStream out, float[] values) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int done = 0; done < values.length; ) {
      int count = Math.min(values.length - done, CHUNK_BYTES / Float.BYTES);
      chunk.clear();
      chunk.asFloatBuffer().put(values, done, count);
      out.write(chunk.array(), 0, count * Float.BYTES);
      done += count;
    }
  }
}
