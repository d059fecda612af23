package dev.polymath.models.data;

import dev.polymath.models.internal.ScratchFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Texts on disk, each with the number that it was read as, found again by where it begins. */
final class DiskText {

  private static final int HEAD = Double.BYTES + Integer.BYTES;
  private static final long PIECE = 1L << 30;

  private final ScratchFile file;
  private ByteBuffer @Nullable [] pieces;

  DiskText(ScratchFile file) {
    this.file = file;
  }

  /** Writes a text; returns where it begins. */
  long add(String text, double number) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long end = (file.size() / PIECE + 1) * PIECE;
    if (file.size() + HEAD + bytes.length > end) {
      file.fillTo(end);
    }
    long at = file.size();
    file.putDouble(number);
    file.putInt(bytes.length);
    file.putBytes(bytes, 0, bytes.length);
    return at;
  }

  /** To be called once all is written. */
  void end() throws IOException {
    pieces = file.map(1, false).pieces();
  }

  private ByteBuffer piece(long at) {
    ByteBuffer[] all = pieces;
    if (all == null) {
      throw new IllegalStateException("the texts are still being written");
    }
    return all[(int) (at / PIECE)];
  }

  String text(long at) {
    ByteBuffer piece = piece(at);
    int start = (int) (at % PIECE);
    byte[] bytes = new byte[piece.getInt(start + Double.BYTES)];
    piece.get(start + HEAD, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  double number(long at) {
    return piece(at).getDouble((int) (at % PIECE));
  }
}
