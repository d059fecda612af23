package dev.polymath.server;

import dev.polymath.models.Classifier;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Locale;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** {@code POST /predict/NAME}: rows or pictures in, classes or numbers out. */
final class PredictEndpoint {

  private static final int SHOWN = 3;

  private static final HttpField CSV =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/csv; charset=utf-8");

  private final ServerLimits limits;

  PredictEndpoint(ServerLimits limits) {
    this.limits = limits;
  }

  void answer(Exchange exchange, ServedModel served, byte[] body, int length) throws Exception {
    int top = top(exchange, served);
    boolean csv = wantsCsv(exchange);
    String boundary = MultipartBody.boundary(exchange.header(HttpHeader.CONTENT_TYPE));
    Rows read = served.reader().read(body, length, boundary);
    exchange.rows(read.count());
    served
        .coalescer()
        .submit(
            new Coalescer.Job(
                served.model(),
                FloatBuffer.wrap(read.features()),
                read.count(),
                deadline(exchange, limits)) {
              @Override
              void done() {
                try {
                  count(exchange, served, outputs, rows);
                  PredictionWriter writer = new PredictionWriter(served, outputs, rows, top);
                  if (csv) {
                    exchange.send(200, CSV, ByteBuffer.wrap(writer.csv()));
                  } else {
                    Json.Bytes json = writer.json(read.notes());
                    exchange.json(200, json.array(), json.size());
                  }
                } catch (RuntimeException | Error e) {
                  exchange.fail(e);
                }
              }

              @Override
              void failed(Throwable why) {
                exchange.fail(why);
              }
            });
  }

  static long deadline(Exchange exchange, ServerLimits limits) {
    return exchange.begin() + limits.requestTime().toNanos();
  }

  /** Counts the predictions by class. */
  static void count(Exchange exchange, ServedModel served, Coalescer.Outputs outputs, int rows) {
    if (exchange.own()) {
      return;
    }
    for (int i = 0; i < rows; i++) {
      served
          .metrics()
          .predicted(
              served.model() instanceof Classifier
                  ? PredictionWriter.label(served.model(), outputs, i)
                  : 0);
    }
  }

  private static int top(Exchange exchange, ServedModel served) throws Refusal {
    int classes = served.model().outputNames().size();
    @Nullable String query = exchange.request.getHttpURI().getQuery();
    if (query == null) {
      return Math.min(SHOWN, classes);
    }
    Fields fields = Request.extractQueryParameters(exchange.request);
    String wanted = fields.getValue("top");
    for (String name : fields.getNames()) {
      if (!name.equals("top")) {
        throw Refusal.of(400, "expected no parameter but top, found " + name);
      }
    }
    try {
      int top = Integer.parseInt(wanted);
      if (top >= 1) {
        return Math.min(top, classes);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw Refusal.of(400, "top: expected a whole number of at least 1, found " + wanted);
  }

  private static boolean wantsCsv(Exchange exchange) throws Refusal {
    String accept = exchange.header(HttpHeader.ACCEPT);
    if (accept == null) {
      return false;
    }
    String wanted = accept.toLowerCase(Locale.ROOT);
    int json = place(wanted, "application/json", "application/*", "*/*");
    int csv = place(wanted, "text/csv", "text/*");
    if (json == Integer.MAX_VALUE && csv == Integer.MAX_VALUE) {
      throw Refusal.of(406, "expected application/json or text/csv to be accepted");
    }
    return csv < json;
  }

  private static int place(String accept, String... types) {
    int first = Integer.MAX_VALUE;
    for (String type : types) {
      int at = accept.indexOf(type);
      first = at < 0 ? first : Math.min(first, at);
    }
    return first;
  }
}
