package dev.polymath.models.io;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/**
 * A file that is not what its format, or whoever reads it, asks for. The message names the file and
 * the fault.
 */
public final class ModelFormatException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  /** The longest piece of a file that a message repeats. */
  private static final int LONGEST_QUOTE = 200;

  /** The message is {@code file: fault}. */
  public ModelFormatException(Path file, String fault) {
    super(file + ": " + fault);
  }

  ModelFormatException(Path file, String fault, Throwable cause) {
    super(file + ": " + fault, cause);
  }

  /** Text of a file in quotes, fit for a terminal. */
  static String quote(String text) {
    return '"' + printable(text) + '"';
  }

  /** Cuts long text and escapes what is not plain: a file must not steer the terminal. */
  static String printable(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(LONGEST_QUOTE)
        .forEach(
            c -> {
              if (isPlain(c)) {
                out.appendCodePoint(c);
              } else {
                out.append(String.format("\\u%04x", c));
              }
            });
    return out + (text.codePoints().skip(LONGEST_QUOTE).findAny().isPresent() ? "..." : "");
  }

  /** Whether a character is neither a control, nor an invisible mark, nor half a pair. */
  static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      // Most of them turn the direction of text; the two joiners are part of words.
      case Character.FORMAT -> c == '\u200c' || c == '\u200d';
      default -> true;
    };
  }
}
