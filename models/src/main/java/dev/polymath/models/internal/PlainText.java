package dev.polymath.models.internal;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Text from files and arguments, fit for a terminal and a log: what is no plain character is shown
 * as its code, and long text is cut.
 */
public final class PlainText {

  /** The longest piece that a message repeats. */
  private static final int LONGEST = 200;

  private PlainText() {}

  /** The text in quotes. */
  public static String quote(String text) {
    return '"' + shown(text, LONGEST) + '"';
  }

  /**
   * The text with {@code \\u001b} and the like for what is not plain, cut behind 200 characters.
   */
  public static String printable(String text) {
    return shown(text, LONGEST);
  }

  /** The whole text with {@code \\u001b} and the like for what is not plain. */
  public static String escaped(String text) {
    return isPlain(text) ? text : shown(text, Integer.MAX_VALUE);
  }

  private static String shown(String text, int longest) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(longest)
        .forEach(
            c -> {
              if (isPlain(c)) {
                out.appendCodePoint(c);
              } else {
                out.append(String.format(Locale.ROOT, "\\u%04x", c));
              }
            });
    return out + (text.codePointCount(0, text.length()) > longest ? "..." : "");
  }

  /** Whether every character is plain. */
  public static boolean isPlain(String text) {
    return text.codePoints().allMatch(PlainText::isPlain);
  }

  /** The code of the first character that is not plain, such as {@code U+00AD}; null if all are. */
  public static @Nullable String firstNotPlain(String text) {
    return text.codePoints()
        .filter(c -> !isPlain(c))
        .mapToObj(c -> String.format(Locale.ROOT, "U+%04X", c))
        .findFirst()
        .orElse(null);
  }

  /** Whether a character is neither a control, nor an invisible mark, nor half a pair. */
  public static boolean isPlain(int c) {
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
