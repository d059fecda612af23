package dev.polymath.server;

import java.time.Duration;

/**
 * What a server takes on at most. Whatever is beyond is refused with a status and a sentence.
 *
 * @param bodyBytes of one request, at least 1; more is answered 413
 * @param rows of one request, at least 1; more is answered 413
 * @param queue requests that wait for a model to be free, at least 1; more are answered 503
 * @param requestTime within which the body has to arrive and a place in the queue to come; 408 and
 *     503 otherwise
 * @param idleTime after which a connection on which nothing happens is closed
 * @param connections open at once; further ones wait to be accepted
 */
public record ServerLimits(
    int bodyBytes, int rows, int queue, Duration requestTime, Duration idleTime, int connections) {

  /** 16 MiB, 16,384 rows, 256 waiting, 10 s for a request, 30 s idle, 1,024 connections. */
  public static final ServerLimits DEFAULT =
      new ServerLimits(16 << 20, 16_384, 256, Duration.ofSeconds(10), Duration.ofSeconds(30), 1024);

  public ServerLimits {
    positive("bodyBytes", bodyBytes);
    positive("rows", rows);
    positive("queue", queue);
    positive("connections", connections);
    positive("requestTime", requestTime.toMillis());
    positive("idleTime", idleTime.toMillis());
  }

  private static void positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "server limits: " + name + ": expected at least 1, found " + value);
    }
  }

  /** With another limit for the body of a request. */
  public ServerLimits withBodyBytes(int bytes) {
    return new ServerLimits(bytes, rows, queue, requestTime, idleTime, connections);
  }

  /** With another limit for the rows of a request. */
  public ServerLimits withRows(int most) {
    return new ServerLimits(bodyBytes, most, queue, requestTime, idleTime, connections);
  }

  /** With another limit for the requests that wait. */
  public ServerLimits withQueue(int most) {
    return new ServerLimits(bodyBytes, rows, most, requestTime, idleTime, connections);
  }

  /** With another time for a request, and for a connection on which nothing happens. */
  public ServerLimits withTimes(Duration request, Duration idle) {
    return new ServerLimits(bodyBytes, rows, queue, request, idle, connections);
  }
}
