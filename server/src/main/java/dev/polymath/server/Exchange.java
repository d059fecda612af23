package dev.polymath.server;

import dev.polymath.cli.terminal.ErrorText;
import dev.polymath.models.internal.PlainText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** One request and its answer, with what is logged and counted of both. */
final class Exchange {

  static final String JSON = "application/json";

  private static final HttpField NO_SNIFF =
      new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
  private static final HttpField NO_STORE =
      new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");
  private static final HttpField NOTHING_RUNS =
      new PreEncodedHttpField(
          "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  private static final HttpField NO_REFERRER =
      new PreEncodedHttpField("Referrer-Policy", "no-referrer");
  private static final HttpField SAME_ORIGIN =
      new PreEncodedHttpField("Cross-Origin-Resource-Policy", "same-origin");
  private static final HttpField JSON_TYPE = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, JSON);

  final Request request;
  final Response response;
  private final Callback callback;
  private final long begin = System.nanoTime();
  private final AtomicBoolean answered = new AtomicBoolean();
  private final Ends ends;
  private @Nullable ServedModel model;
  private String endpoint = "other";
  private HttpField policy = NOTHING_RUNS;
  private boolean own;
  private int status;
  private int rows;
  private long bytesIn;
  private long bytesOut;

  /** Is told of each exchange that ended. */
  interface Ends {
    void ended(Exchange exchange, long nanos);
  }

  Exchange(Request request, Response response, Callback callback, Ends ends) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.ends = ends;
    response.getHeaders().add(NO_SNIFF).add(NO_STORE).add(NO_REFERRER).add(SAME_ORIGIN);
  }

  long begin() {
    return begin;
  }

  String path() {
    return request.getHttpURI().getPath();
  }

  @Nullable String header(HttpHeader header) {
    return request.getHeaders().get(header);
  }

  /** What was asked for, for the metrics: one of a few names. */
  void endpoint(String name) {
    endpoint = name;
  }

  String endpoint() {
    return endpoint;
  }

  /** Takes over a retained model, and releases it at the end. */
  void model(ServedModel retained) {
    model = retained;
  }

  @Nullable ServedModel model() {
    return model;
  }

  /** What a browser lets the answer do; nothing if not set. */
  void policy(String text) {
    policy = new HttpField("Content-Security-Policy", text);
  }

  /** Marks a request of the server itself, which counts for nothing. */
  void own(boolean yes) {
    own = yes;
  }

  boolean own() {
    return own;
  }

  void rows(int count) {
    rows = count;
  }

  int rows() {
    return rows;
  }

  void bytesIn(long bytes) {
    bytesIn = bytes;
  }

  long bytesIn() {
    return bytesIn;
  }

  long bytesOut() {
    return bytesOut;
  }

  int status() {
    return status;
  }

  /** Answers with JSON. */
  void json(int code, byte[] bytes, int length) {
    send(code, JSON_TYPE, ByteBuffer.wrap(bytes, 0, length));
  }

  /** Answers with a text of some type. */
  void text(int code, String contentType, String text) {
    send(
        code,
        new HttpField(HttpHeader.CONTENT_TYPE, contentType),
        ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Answers; only the first answer counts. */
  void send(int code, HttpField contentType, ByteBuffer body) {
    if (!answered.compareAndSet(false, true)) {
      return;
    }
    status = code;
    bytesOut = body.remaining();
    response.setStatus(code);
    HttpFields.Mutable headers = response.getHeaders();
    headers.add(contentType);
    headers.add(HttpHeader.CONTENT_LENGTH, bytesOut);
    headers.add(policy);
    response.write(
        true,
        body,
        Callback.from(
            () -> {
              try {
                end();
              } finally {
                callback.succeeded();
              }
            },
            failure -> {
              try {
                end();
              } finally {
                callback.failed(failure);
              }
            }));
  }

  /** Answers with the sentence of a failure. */
  void fail(Throwable why) {
    if (why instanceof Refusal refusal) {
      if (refusal.retryAfter() > 0) {
        response.getHeaders().put(HttpHeader.RETRY_AFTER, refusal.retryAfter());
      }
      error(refusal.status(), refusal.sentence());
    } else if (why instanceof IOException
        || why instanceof IllegalArgumentException
        || why instanceof ArithmeticException) {
      error(
          400,
          ErrorText.sentence(
              why instanceof ArithmeticException ? new IOException(why.getMessage(), why) : why));
    } else if (why instanceof OutOfMemoryError) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
      error(503, "out of memory");
    } else {
      error(500, "a defect of the server: " + why.getClass().getName());
      if (System.getProperty("polymath.debug") != null) {
        why.printStackTrace();
      }
    }
  }

  private void error(int code, String sentence) {
    byte[] body =
        ("{\"error\":\"" + Json.escaped(PlainText.printable(sentence)) + "\"}\n")
            .getBytes(StandardCharsets.UTF_8);
    json(code, body, body.length);
  }

  private void end() {
    ServedModel used = model;
    ends.ended(this, System.nanoTime() - begin);
    if (used != null) {
      used.release();
    }
  }
}
