package dev.polymath.models.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/** Many longs in a mapped file. */
public final class MappedLongs {

  private static final int BITS = 27;
  private static final int MASK = (1 << BITS) - 1;

  private final LongBuffer[] pieces;
  private final long size;

  private MappedLongs(LongBuffer[] pieces, long size) {
    this.pieces = pieces;
    this.size = size;
  }

  /** Those that were written to a file. */
  public static MappedLongs of(ScratchFile file) throws IOException {
    return of(file, false);
  }

  /** So many zeros, to be changed. */
  public static MappedLongs zeros(ScratchFile file, long size) throws IOException {
    file.fillTo(size * Long.BYTES);
    return of(file, true);
  }

  private static MappedLongs of(ScratchFile file, boolean writable) throws IOException {
    ByteBuffer[] bytes = file.map(Long.BYTES, writable).pieces();
    LongBuffer[] pieces = new LongBuffer[bytes.length];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = bytes[i].asLongBuffer();
    }
    return new MappedLongs(pieces, file.size() / Long.BYTES);
  }

  /** How many there are. */
  public long size() {
    return size;
  }

  /** The number at a place. */
  public long at(long place) {
    return pieces[(int) (place >>> BITS)].get((int) place & MASK);
  }

  /** Changes the number at a place. */
  public void set(long place, long value) {
    pieces[(int) (place >>> BITS)].put((int) place & MASK, value);
  }
}
