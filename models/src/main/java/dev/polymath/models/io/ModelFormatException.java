package dev.polymath.models.io;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/** A file that is not what its format asks for. The message names the file and the fault. */
public final class ModelFormatException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  /** The longest piece of a file that a message repeats. */
  private static final int LONGEST_QUOTE = 200;

  /** The message is {@code file: fault}. */
  ModelFormatException(Path file, String fault) {
    super(file + ": " + fault);
  }

  /** Text of a file in quotes, fit for a terminal. */
  static String quote(String text) {
    return '"' + printable(text) + '"';
  }

  /** Cuts long text and replaces control characters: a file must not steer the terminal. */
  static String printable(String text) {
    StringBuilder out = new StringBuilder();
    int end = Math.min(text.length(), LONGEST_QUOTE);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (isPlain(c)) {
        out.append(c);
      } else {
        out.append(String.format("\\u%04x", (int) c));
      }
    }
    return out + (end < text.length() ? "..." : "");
  }

  /** Whether a character is neither a control nor an invisible mark. */
  static boolean isPlain(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
