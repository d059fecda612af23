package dev.polymath.cli.terminal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

/**
 * How many columns the terminal has, as {@code stty} says. It is asked again about once a second,
 * in the background, so that a resize is followed.
 */
final class TerminalWidth implements IntSupplier {

  private static final int UNKNOWN = 80;
  private static final long FRESH_NANOS = 1_000_000_000L;
  private static final File TERMINAL = new File("/dev/tty");

  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile int columns = ask();
  private long asked = System.nanoTime();

  @Override
  public int getAsInt() {
    long now = System.nanoTime();
    if (now - asked > FRESH_NANOS && asking.compareAndSet(false, true)) {
      asked = now;
      Thread thread =
          new Thread(
              () -> {
                columns = ask();
                asking.set(false);
              },
              "polymath-terminal-width");
      thread.setDaemon(true);
      thread.start();
    }
    return columns;
  }

  private static int ask() {
    if (!TERMINAL.exists()) {
      return UNKNOWN;
    }
    Process stty = null;
    try {
      stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(TERMINAL)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        return UNKNOWN;
      }
      String answer =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      int columns = Integer.parseInt(answer.substring(answer.indexOf(' ') + 1));
      return columns > 0 ? columns : UNKNOWN;
    } catch (IOException | NumberFormatException e) {
      return UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return UNKNOWN;
    } finally {
      if (stty != null) {
        stty.destroy();
      }
    }
  }
}
