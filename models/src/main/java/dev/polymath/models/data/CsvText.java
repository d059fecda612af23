package dev.polymath.models.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The characters of a file: UTF-8, UTF-16 with a byte order mark, or Windows-1252.
 *
 * <p>A file is Windows-1252 if its first character beyond ASCII is no UTF-8. Everything before is
 * ASCII, which is the same in both, so that nothing must be read twice.
 */
final class CsvText extends Reader {

  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  private final InputStream in;
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
  private final CharBuffer chars = CharBuffer.allocate(1 << 15).flip();
  private CharsetDecoder decoder;
  private boolean beyondAscii;
  private boolean ended;

  /** Takes over the stream and reads its first bytes. */
  CsvText(InputStream in) throws IOException {
    this.in = in;
    while (bytes.remaining() < ZIP.length && more()) {}
    byte[] start = new byte[Math.min(ZIP.length, bytes.remaining())];
    bytes.duplicate().get(start);
    Charset charset = StandardCharsets.UTF_8;
    if (starts(start, 0xfe, 0xff)) {
      charset = StandardCharsets.UTF_16BE;
      bytes.position(2);
    } else if (starts(start, 0xff, 0xfe)) {
      charset = StandardCharsets.UTF_16LE;
      bytes.position(2);
    } else if (starts(start, 0xef, 0xbb, 0xbf)) {
      bytes.position(3);
      beyondAscii = true;
    } else if (starts(start, ZIP[0], ZIP[1], ZIP[2], ZIP[3])) {
      throw new NoText(
          "is a ZIP archive or an Excel workbook, expected a CSV file: save the sheet as CSV");
    }
    decoder = decoder(charset);
  }

  private static boolean starts(byte[] bytes, int... expected) {
    boolean same = bytes.length >= expected.length;
    for (int i = 0; same && i < expected.length; i++) {
      same = bytes[i] == (byte) expected[i];
    }
    return same;
  }

  private static CharsetDecoder decoder(Charset charset) {
    return charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  /** Whether the text turned out to be Windows-1252. */
  boolean isWindows1252() {
    return decoder.charset().equals(WINDOWS_1252);
  }

  /** The first character that is no white space, if it is among the first ones; otherwise −1. */
  int firstCharacter() throws IOException {
    if (!chars.hasRemaining() && !fill()) {
      return -1;
    }
    return chars.duplicate().chars().filter(c -> !Character.isWhitespace(c)).findFirst().orElse(-1);
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (!chars.hasRemaining() && !fill()) {
      return -1;
    }
    int count = Math.min(length, chars.remaining());
    chars.get(target, offset, count);
    return count;
  }

  /** Decodes the next characters; false at the end. */
  private boolean fill() throws IOException {
    chars.clear();
    while (chars.position() == 0) {
      CoderResult result = decoder.decode(bytes, chars, ended);
      check();
      if (result.isError()) {
        if (beyondAscii || !decoder.charset().equals(StandardCharsets.UTF_8)) {
          throw noText();
        }
        decoder = decoder(WINDOWS_1252);
      } else if (chars.position() == 0 && !more() && !bytes.hasRemaining()) {
        chars.flip();
        return false;
      }
    }
    chars.flip();
    return true;
  }

  private void check() throws NoText {
    char[] decoded = chars.array();
    int length = chars.position();
    int all = 0;
    boolean zero = false;
    for (int i = 0; i < length; i++) {
      all |= decoded[i];
      zero |= decoded[i] == 0;
    }
    beyondAscii |= all > 0x7f;
    if (zero) {
      throw noText();
    }
  }

  private NoText noText() {
    return new NoText(
        (isWindows1252() ? "is no text in UTF-8 or Windows-1252" : "is no text in UTF-8")
            + ", expected a CSV file: save it as \"CSV UTF-8\"");
  }

  /** Reads more bytes behind those that are left; false at the end. */
  private boolean more() throws IOException {
    if (ended) {
      return false;
    }
    bytes.compact();
    int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
    bytes.position(bytes.position() + Math.max(0, count)).flip();
    ended = count < 0;
    return !ended;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Bytes that are no text. */
  static final class NoText extends CharacterCodingException {

    private static final long serialVersionUID = 1;

    private final String message;

    NoText(String message) {
      this.message = message;
    }

    @Override
    public String getMessage() {
      return message;
    }
  }
}
