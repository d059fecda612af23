package dev.polymath.cli.terminal;

import dev.polymath.models.internal.PlainText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;

/**
 * Prints plain characters alone. What a terminal would obey (controls, marks that turn the
 * direction of text) is shown by its code, wherever it comes from: names of files and classes,
 * arguments, messages. Lines and tabs stay as they are.
 */
public final class PlainWriter extends PrintWriter {

  private final Writer raw;

  /** Around a writer that takes what is plain; each line is flushed. */
  public PlainWriter(Writer raw) {
    super(new Escaping(raw), true);
    this.raw = raw;
  }

  /** Whether something could not be written, here or by the writer behind. */
  @Override
  public boolean checkError() {
    return super.checkError() | (raw instanceof PrintWriter writer && writer.checkError());
  }

  /** Prints codes for the terminal, which come from the command and not from a file's name. */
  static void control(PrintWriter out, String codes) {
    if (out instanceof PlainWriter plain) {
      plain.flush();
      try {
        plain.raw.write(codes);
      } catch (IOException e) {
        plain.setError();
      }
    } else {
      out.print(codes);
    }
  }

  /** The text as this writer would print it, in UTF-16 codes that JSON understands, too. */
  public static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    try (Escaping escaping = new Escaping(new StringBuilderWriter(out))) {
      escaping.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }

  /** Appends to a builder. */
  private static final class StringBuilderWriter extends Writer {
    private final StringBuilder out;

    StringBuilderWriter(StringBuilder out) {
      this.out = out;
    }

    @Override
    public void write(char[] buffer, int offset, int length) {
      out.append(buffer, offset, length);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  /** Escapes character by character; keeps back what depends on the next one. */
  private static final class Escaping extends Writer {
    private final Writer out;
    private char held;

    Escaping(Writer out) {
      this.out = out;
    }

    @Override
    public void write(char[] buffer, int offset, int length) throws IOException {
      StringBuilder plain = new StringBuilder(length + 16);
      for (int i = offset; i < offset + length; i++) {
        add(buffer[i], plain);
      }
      out.write(plain.toString());
    }

    private void add(char c, StringBuilder plain) {
      char before = held;
      held = 0;
      if (before == '\r' && c == '\n') {
        plain.append("\r\n");
        return;
      }
      if (Character.isHighSurrogate(before) && Character.isLowSurrogate(c)) {
        if (PlainText.isPlain(Character.toCodePoint(before, c))) {
          plain.append(before).append(c);
        } else {
          escape(before, plain);
          escape(c, plain);
        }
        return;
      }
      if (before != 0) {
        escape(before, plain);
      }
      if (c == '\r' || Character.isHighSurrogate(c)) {
        held = c;
      } else if (c == '\n' || c == '\t' || PlainText.isPlain(c)) {
        plain.append(c);
      } else {
        escape(c, plain);
      }
    }

    private static void escape(char c, StringBuilder plain) {
      plain.append("\\u");
      String digits = Integer.toHexString(c);
      plain.append("0".repeat(4 - digits.length())).append(digits);
    }

    private void release() throws IOException {
      if (held != 0) {
        StringBuilder plain = new StringBuilder();
        escape(held, plain);
        held = 0;
        out.write(plain.toString());
      }
    }

    @Override
    public void flush() throws IOException {
      release();
      out.flush();
    }

    @Override
    public void close() throws IOException {
      release();
      out.close();
    }
  }
}
