package dev.polymath.models.data;

import java.util.ArrayList;
import java.util.List;

/** The first lines of a file as text, cut into cells by one separator or another. */
final class CsvLines {

  /** Separators of one character. */
  static final String SEPARATORS = "\t;|,";

  /** Stands for runs of blanks and tabs. */
  static final char BLANKS = ' ';

  private CsvLines() {}

  /**
   * One line.
   *
   * @param start where it begins in the text
   * @param text without its end; a quoted cell may go over several lines of the file
   */
  record Line(int start, String text) {
    boolean isComment() {
      return text.startsWith("#");
    }
  }

  /**
   * The lines of a text that are not blank.
   *
   * @param complete whether the text is the whole file; otherwise its last line may be cut, and is
   *     left out unless it is the only one
   */
  static List<Line> of(String text, boolean complete) {
    List<Line> lines = new ArrayList<>();
    int start = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = quoted ? false : opens(text, start, i, SEPARATORS);
      } else if (!quoted && (c == '\n' || c == '\r')) {
        add(lines, start, text.substring(start, i));
        start = i + 1;
      }
    }
    if (complete || lines.isEmpty()) {
      add(lines, start, text.substring(start));
    }
    return lines;
  }

  private static void add(List<Line> lines, int start, String text) {
    if (!text.isBlank()) {
      lines.add(new Line(start, text));
    }
  }

  /** Whether a quote at {@code i} opens a cell: nothing but blanks stand before it. */
  private static boolean opens(String text, int start, int i, String separators) {
    int before = i - 1;
    while (before >= start && text.charAt(before) == ' ') {
      before--;
    }
    // A doubled quote is one quote within the cell, which goes on.
    return before < start
        || text.charAt(before) == '"'
        || text.charAt(start) != '#' && separators.indexOf(text.charAt(before)) >= 0;
  }

  /** The cells of a line, without the blanks and quotes around them. */
  static List<String> cells(String line, char separator) {
    String text = separator == BLANKS ? line.strip() : line;
    List<String> cells = new ArrayList<>();
    int start = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = quoted ? false : opens(text, start, i, "\t");
      } else if (!quoted && separates(c, separator)) {
        cells.add(unquoted(text.substring(start, i)));
        start = i + 1;
        while (separator == BLANKS && separates(text.charAt(start), separator)) {
          start++;
          i++;
        }
      }
    }
    cells.add(unquoted(text.substring(start)));
    return cells;
  }

  private static boolean separates(char c, char separator) {
    return c == separator || separator == BLANKS && c == '\t';
  }

  private static String unquoted(String cell) {
    String text = cell.strip();
    return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1).strip()
        : text;
  }
}
