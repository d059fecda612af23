package dev.polymath.models.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/** Many ints in a mapped file. */
public final class MappedInts implements Ints {

  private static final int BITS = 28;
  private static final int MASK = (1 << BITS) - 1;

  private final IntBuffer[] pieces;
  private final int size;

  private MappedInts(IntBuffer[] pieces, int size) {
    this.pieces = pieces;
    this.size = size;
  }

  /** Those that were written to a file. */
  public static MappedInts of(ScratchFile file) throws IOException {
    return of(file, false);
  }

  /** Those that were written to a file, to be changed. */
  public static MappedInts changing(ScratchFile file) throws IOException {
    return of(file, true);
  }

  private static MappedInts of(ScratchFile file, boolean writable) throws IOException {
    ByteBuffer[] bytes = file.map(Integer.BYTES, writable).pieces();
    IntBuffer[] pieces = new IntBuffer[bytes.length];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = bytes[i].asIntBuffer();
    }
    return new MappedInts(pieces, (int) (file.size() / Integer.BYTES));
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int at(int place) {
    return pieces[place >>> BITS].get(place & MASK);
  }

  /** Changes the number at a place. */
  public void set(int place, int value) {
    pieces[place >>> BITS].put(place & MASK, value);
  }
}
