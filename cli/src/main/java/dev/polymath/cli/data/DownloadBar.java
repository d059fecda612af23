package dev.polymath.cli.data;

import java.io.PrintWriter;
import java.util.Locale;

/** A download as it goes: a bar that moves on a terminal, a line for each file elsewhere. */
final class DownloadBar implements MnistDownload.Progress {

  private static final int BAR = 24;
  private static final long BETWEEN_UPDATES_NANOS = 100_000_000L;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintWriter out;
  private final boolean terminal;
  private long lastUpdate = System.nanoTime() - BETWEEN_UPDATES_NANOS;

  DownloadBar(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void received(String file, long bytes, long total) {
    long now = System.nanoTime();
    if (!terminal || now - lastUpdate < BETWEEN_UPDATES_NANOS) {
      return;
    }
    lastUpdate = now;
    String bar = "";
    if (total > 0) {
      int filled = (int) Math.min(BAR, BAR * bytes / total);
      bar = " [" + "#".repeat(filled) + ".".repeat(BAR - filled) + "]";
    }
    out.print(
        String.format(Locale.ROOT, "%sfetching %s%s %.1f MB", CLEAR_LINE, file, bar, bytes / 1e6));
    out.flush();
  }

  @Override
  public void installed(String file) {
    out.println((terminal ? CLEAR_LINE : "") + "fetched " + file);
    out.flush();
  }
}
