package dev.polymath.models.data;

import java.io.IOException;
import java.io.Reader;

/** Text in which each run of blanks and tabs becomes one tab, but for those in double quotes. */
final class BlankSeparated extends Reader {

  private static final int NONE = -1;

  private final Reader text;
  private boolean quoted;
  private boolean blank;
  private boolean begun;
  private int left = NONE;

  BlankSeparated(Reader text) {
    this.text = text;
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (left != NONE) {
      target[offset] = (char) left;
      left = NONE;
      return 1;
    }
    // Of one character that is read become two at most.
    char[] read = new char[Math.max(1, length / 2)];
    char[] written = new char[2 * read.length];
    int count = 0;
    while (count == 0) {
      int some = text.read(read, 0, read.length);
      if (some < 0) {
        return -1;
      }
      for (int i = 0; i < some; i++) {
        count = put(read[i], written, count);
      }
    }
    if (count > length) {
      count--;
      left = written[count];
    }
    System.arraycopy(written, 0, target, offset, count);
    return count;
  }

  private int put(char c, char[] written, int count) {
    int next = count;
    if (!quoted && (c == ' ' || c == '\t')) {
      blank = true;
      return next;
    }
    boolean end = !quoted && (c == '\n' || c == '\r');
    if (blank && begun && !end) {
      written[next++] = '\t';
    }
    if (c == '"') {
      quoted = !quoted && (blank || !begun);
    }
    blank = false;
    begun = !end;
    written[next++] = c;
    return next;
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
