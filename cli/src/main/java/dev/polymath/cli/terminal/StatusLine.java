package dev.polymath.cli.terminal;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Work as it goes: on a terminal one line that is written again and again and never wraps; nothing
 * elsewhere. Lines that stay are printed on both.
 */
public final class StatusLine {

  private static final int BAR = 24;
  private static final long BETWEEN_UPDATES_NANOS = 100_000_000L;

  /** Back to the line's start, and erase what stands there. */
  private static final String CLEAR = "\r\u001b[K";

  /** The terminal cuts a line at its edge, should it have become narrower a moment ago. */
  private static final String CUT = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";

  private final PrintWriter out;
  private final boolean moving;
  private final IntSupplier columns;
  private long lastUpdate = System.nanoTime() - BETWEEN_UPDATES_NANOS;
  private volatile boolean ended;

  /**
   * @param moving whether {@code out} is a terminal
   * @param columns of the terminal; asked at each line
   */
  StatusLine(PrintWriter out, boolean moving, IntSupplier columns) {
    this.out = out;
    this.moving = moving;
    this.columns = columns;
  }

  /**
   * One on the standard output: it moves where the launcher found a terminal. Where the JVM ends in
   * the middle, as at Ctrl-C, the line is taken away.
   */
  public static StatusLine on(PrintWriter out) {
    boolean terminal = Boolean.getBoolean("polymath.terminal");
    StatusLine line = new StatusLine(out, terminal, terminal ? new TerminalWidth() : () -> 80);
    if (terminal) {
      Runtime.getRuntime().addShutdownHook(new Thread(line::end, "polymath-line"));
    }
    return line;
  }

  /** Takes the moving line away; none is shown any more. */
  public void end() {
    if (moving && !ended) {
      ended = true;
      PlainWriter.control(out, CLEAR);
      out.flush();
    }
  }

  /**
   * Shows a state for a moment, at most ten times a second.
   *
   * @param forms the same state in several lengths, the longest first; the first that fits is shown
   */
  public void show(Supplier<List<String>> forms) {
    long now = System.nanoTime();
    if (moving && !ended && now - lastUpdate >= BETWEEN_UPDATES_NANOS) {
      lastUpdate = now;
      String line = fitting(forms.get());
      PlainWriter.control(out, CLEAR + CUT);
      out.print(line);
      PlainWriter.control(out, WRAP);
      out.flush();
    }
  }

  /** Prints a line that stays; on a terminal the first form that fits, elsewhere the longest. */
  public void print(List<String> forms) {
    if (moving && !ended) {
      PlainWriter.control(out, CLEAR);
    }
    out.println(moving ? fitting(forms) : forms.get(0));
    out.flush();
  }

  private String fitting(List<String> forms) {
    // A character in the last column makes some terminals wrap.
    int most = Math.max(1, columns.getAsInt() - 1);
    String shortest = forms.get(forms.size() - 1);
    return forms.stream()
        .filter(form -> form.length() <= most)
        .findFirst()
        .orElseGet(() -> shortest.substring(0, Math.min(most, shortest.length())));
  }

  /** A bar, {@code fraction} of it filled. */
  public static String bar(double fraction) {
    int filled = (int) (Math.min(1, fraction) * BAR);
    return "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "]";
  }
}
