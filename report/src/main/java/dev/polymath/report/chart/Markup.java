package dev.polymath.report.chart;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Builds HTML with SVG inside that is well-formed XML as well. All text and every attribute's value
 * is escaped; elements close in order.
 */
public final class Markup {

  private static final char REPLACEMENT = '\ufffd';

  private final StringBuilder out = new StringBuilder(1 << 16);
  private final Deque<String> open = new ArrayDeque<>();

  /** Nothing yet. */
  public Markup() {}

  /**
   * Opens an element.
   *
   * @param attributes names and values by turns; a double is cut to two decimals
   */
  public Markup open(String tag, Object... attributes) {
    start(tag, attributes);
    out.append('>');
    open.push(tag);
    return this;
  }

  /** Closes the element that was opened last. */
  public Markup close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /** An element without content, of those that HTML lets be closed at once. */
  public Markup leaf(String tag, Object... attributes) {
    start(tag, attributes);
    out.append("/>");
    return this;
  }

  /** An element with text alone. */
  public Markup element(String tag, String text, Object... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** What a pointer that rests on the open SVG element shows, and a screen reader says. */
  public Markup tooltip(String text) {
    return element("title", text);
  }

  /** A term and its value, in an open {@code dl}. */
  public Markup fact(String term, String value) {
    return open("div").element("dt", term).element("dd", value).close();
  }

  /** Opens a figure and writes its heading and what it shows in a sentence. */
  public Markup figure(String title, String caption, Object... attributes) {
    open("figure", attributes).open("figcaption").element("h3", title);
    return (caption.isEmpty() ? this : element("p", caption)).close();
  }

  /** Text, escaped. */
  public Markup text(String text) {
    escape(text);
    return this;
  }

  /** Text of this package's own that needs no escaping, such as a style sheet. */
  public Markup raw(String markup) {
    out.append(markup);
    return this;
  }

  private void start(String tag, Object... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      Object value = attributes[i + 1];
      escape(value instanceof Double number ? number(number) : value.toString());
      out.append('"');
    }
  }

  /** At most two decimals, which is a fiftieth of a pixel. */
  public static String number(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("report: coordinate: expected a number, found " + value);
    }
    long hundredths = Math.round(value * 100);
    String text = Double.toString(hundredths / 100.0);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(allowed(c) ? c : REPLACEMENT);
              }
            });
  }

  /** What neither HTML nor XML can hold: control characters, halves of pairs, and two more. */
  private static boolean allowed(int c) {
    boolean control = Character.isISOControl(c) && c != '\n' && c != '\t';
    boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    return !control && !half && c != 0xfffe && c != 0xffff;
  }

  /** All of it; an error while an element is open. */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("report: not closed: " + open);
    }
    return out.toString();
  }
}
