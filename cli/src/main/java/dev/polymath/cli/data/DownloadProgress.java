package dev.polymath.cli.data;

import dev.polymath.cli.terminal.StatusLine;
import java.util.List;
import java.util.Locale;

/** A download as it goes: a moving line, and a line that stays for each file. */
final class DownloadProgress implements MnistDownload.Progress {

  private final StatusLine line;

  DownloadProgress(StatusLine line) {
    this.line = line;
  }

  @Override
  public void received(String file, long bytes, long total) {
    line.show(
        () -> {
          String size = String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
          String bar = total > 0 ? " " + StatusLine.bar((double) bytes / total) : "";
          return List.of(
              "fetching " + file + bar + " " + size,
              "fetching " + file + " " + size,
              file + " " + size,
              size);
        });
  }

  @Override
  public void installed(String file) {
    line.print(List.of("fetched " + file));
  }
}
