package dev.polymath.server;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;

/**
 * Closes connections that have begun a request and do not come to its end. Whoever sends a byte now
 * and then is never idle, and would hold a connection for ever.
 */
final class StalledConnections extends AbstractLifeCycle implements Connection.Listener, Runnable {

  private final long most;
  private final Map<Connection, State> open = new ConcurrentHashMap<>();
  private volatile Thread sweeper = new Thread(this, "polymath-stalled");

  /** How far a connection was when its number of requests last changed. */
  private record State(long messages, long bytes, long since) {}

  StalledConnections(Duration most) {
    this.most = most.toNanos();
  }

  @Override
  public void onOpened(Connection connection) {
    open.put(connection, new State(0, 0, 0));
  }

  @Override
  public void onClosed(Connection connection) {
    open.remove(connection);
  }

  @Override
  protected void doStart() {
    sweeper = new Thread(this, "polymath-stalled");
    sweeper.setDaemon(true);
    sweeper.start();
  }

  @Override
  protected void doStop() {
    sweeper.interrupt();
  }

  @Override
  public void run() {
    try {
      while (true) {
        Thread.sleep(Math.max(50, Math.min(1_000, most / 4_000_000)));
        long now = System.nanoTime();
        open.forEach((connection, state) -> look(connection, state, now));
      }
    } catch (InterruptedException e) {
      // The server stops.
    }
  }

  private void look(Connection connection, State before, long now) {
    long messages = connection.getMessagesIn();
    long bytes = connection.getBytesIn();
    if (messages != before.messages || connection.getMessagesOut() < messages) {
      // Past the header: the body and the answer have clocks of their own.
      open.replace(connection, before, new State(messages, bytes, 0));
    } else if (bytes > before.bytes) {
      if (before.since == 0) {
        open.replace(connection, before, new State(messages, before.bytes, now));
      } else if (now - before.since > most) {
        connection.getEndPoint().close(new TimeoutException("header"));
      }
    }
  }
}
