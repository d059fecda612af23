package dev.polymath.server;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Writes a line of JSON for each request, without its body. A thread of its own writes: no request
 * waits for the log. Where the log can't keep up, lines are left out, and how many is said.
 */
final class AccessLog implements AutoCloseable {

  private static final int MOST_WAITING = 10_000;

  private final Consumer<String> lines;
  private final Queue<String> waiting = new ArrayDeque<>();
  private final Thread writer = new Thread(this::write, "polymath-log");
  private long lost;
  private boolean closed;

  /**
   * @param lines gets each line, without a line end; an empty text when it has to come out
   */
  AccessLog(Consumer<String> lines) {
    this.lines = lines;
    writer.setDaemon(true);
    writer.start();
  }

  void add(Exchange exchange, long nanos) {
    add(line(exchange, nanos));
  }

  /** What is logged of a request. */
  static String line(Exchange exchange, long nanos) {
    ServedModel model = exchange.model();
    StringBuilder line = new StringBuilder(200);
    line.append("{\"time\":\"").append(Instant.now().truncatedTo(ChronoUnit.MILLIS));
    line.append("\",\"method\":\"").append(Json.escaped(exchange.request.getMethod()));
    line.append("\",\"path\":\"").append(Json.escaped(shortened(exchange.path())));
    line.append("\",\"status\":").append(exchange.status());
    long micros = (nanos + 500) / 1000;
    line.append(",\"ms\":").append(micros / 1000).append('.');
    line.append(micros / 100 % 10).append(micros / 10 % 10).append(micros % 10);
    line.append(",\"in\":").append(exchange.bytesIn());
    line.append(",\"out\":").append(exchange.bytesOut());
    if (model != null) {
      line.append(",\"model\":\"").append(Json.escaped(model.name()));
      line.append("\",\"version\":\"").append(model.version());
      line.append("\",\"rows\":").append(exchange.rows());
    }
    return line.append('}').toString();
  }

  private static String shortened(String path) {
    return path.length() <= 200 ? path : path.substring(0, 200) + "...";
  }

  private synchronized void add(String line) {
    if (waiting.size() == MOST_WAITING) {
      lost++;
      return;
    }
    waiting.add(line);
    if (waiting.size() == 1) {
      notifyAll();
    }
  }

  private void write() {
    while (true) {
      String[] batch;
      synchronized (this) {
        while (waiting.isEmpty() && !closed) {
          try {
            wait();
          } catch (InterruptedException e) {
            return;
          }
        }
        if (waiting.isEmpty()) {
          return;
        }
        if (lost > 0) {
          waiting.add("{\"lost\":" + lost + "}");
          lost = 0;
        }
        batch = waiting.toArray(String[]::new);
        waiting.clear();
      }
      for (String line : batch) {
        lines.accept(line);
      }
      lines.accept("");
    }
  }

  /** Writes what waits. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      writer.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
