package dev.polymath.server;

import dev.polymath.models.Model;
import dev.polymath.models.data.EncodedColumn;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.TableEncoder;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Sends requests to the server itself before it calls itself ready: the first requests of a JVM run
 * code that is not compiled yet, and take a hundred times as long.
 */
final class WarmUp {

  /** For all models together; a busy machine may be slow to compile. */
  private static final long MOST_NANOS = 3_000_000_000L;

  /** So many are compared with as many before: more help as long as they get faster. */
  private static final int WINDOW = 50;

  private static final int LEAST_WINDOWS = 3;

  /** Of the time that the window before took. */
  private static final double NO_FASTER = 0.8;

  private static final String HEADER = "Polymath-Warm-Up";

  private final String authorization;
  private final Map<String, Integer> answers = new TreeMap<>();
  private final String secret = UUID.randomUUID().toString();

  /**
   * @param authorization a line for the header; empty if there is no token
   */
  WarmUp(String authorization) {
    this.authorization = authorization;
  }

  /** Whether a request is one of these, and counts for nothing. */
  boolean isOwn(Exchange exchange) {
    return secret.equals(exchange.request.getHeaders().get(HEADER));
  }

  /** How many requests to each model were answered before the server called itself ready. */
  Map<String, Integer> answers() {
    return Map.copyOf(answers);
  }

  void run(int port, String host, List<ServedModel> models) {
    long end = System.nanoTime() + MOST_NANOS;
    for (int i = 0; i < models.size(); i++) {
      long share = (end - System.nanoTime()) / (models.size() - i);
      try {
        requests(port, host, models.get(i), System.nanoTime() + share);
      } catch (IOException e) {
        // It will be slow at first, no more.
      }
    }
  }

  private void requests(int port, String host, ServedModel served, long end) throws IOException {
    Model model = served.model();
    List<byte[]> requests = new ArrayList<>();
    if (model.input() instanceof ModelInput.Columns columns) {
      requests.add(request(host, port, "/predict/" + served.name(), row(columns.encoder()) + "\n"));
    } else {
      String row = Arrays.toString(new int[model.inputs()]);
      requests.add(request(host, port, "/predict/" + served.name(), row));
      requests.add(
          request(
              host,
              port,
              "/v2/models/" + served.name() + "/infer",
              "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[1,"
                  + model.inputs()
                  + "],\"data\":"
                  + row
                  + "}]}"));
    }
    InetAddress address = InetAddress.getByName(host);
    if (address.isAnyLocalAddress()) {
      address = InetAddress.getLoopbackAddress();
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 1_000);
      socket.setSoTimeout(1_000);
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      long before = Long.MAX_VALUE;
      for (int window = 1; System.nanoTime() < end; window++) {
        long begin = System.nanoTime();
        for (int i = 0; i < WINDOW && System.nanoTime() < end; i++) {
          out.write(requests.get(i % requests.size()));
          answer(in);
          answers.merge(served.name(), 1, Integer::sum);
        }
        long took = System.nanoTime() - begin;
        if (window >= LEAST_WINDOWS && took > NO_FASTER * before) {
          return;
        }
        before = took;
      }
    }
  }

  /** A row as the training table may have had it: medians, and the most frequent values. */
  private static String row(TableEncoder encoder) {
    return Json.bytes(
            256,
            json -> {
              if (encoder.named()) {
                json.writeStartObject();
              } else {
                json.writeStartArray();
              }
              for (int i = 0; i < encoder.columns().size(); i++) {
                if (encoder.named()) {
                  json.writeFieldName(encoder.columnNames().get(i));
                }
                EncodedColumn column = encoder.columns().get(i);
                if (column instanceof EncodedColumn.Numeric number) {
                  json.writeNumber(number.median());
                } else if (column instanceof EncodedColumn.Category category
                    && !category.values().isEmpty()) {
                  json.writeString(category.values().get(0));
                } else {
                  json.writeNull();
                }
              }
              if (encoder.named()) {
                json.writeEndObject();
              } else {
                json.writeEndArray();
              }
            })
        .toString(StandardCharsets.UTF_8);
  }

  private byte[] request(String host, int port, String path, String body) {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return String.format(
            Locale.ROOT,
            "POST %s HTTP/1.1\r\nHost: %s:%d\r\n%s: %s\r\n%sContent-Length: %d\r\n\r\n%s",
            path.replace(" ", "%20"),
            name,
            port,
            HEADER,
            secret,
            authorization,
            body.getBytes(StandardCharsets.UTF_8).length,
            body)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void answer(InputStream in) throws IOException {
    int length = 0;
    StringBuilder line = new StringBuilder();
    while (true) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("the connection was closed");
      }
      if (c != '\n') {
        line.append((char) c);
        continue;
      }
      String header = line.toString().strip().toLowerCase(Locale.ROOT);
      line.setLength(0);
      if (header.isEmpty()) {
        in.skipNBytes(length);
        return;
      }
      if (header.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring("content-length:".length()).strip());
      }
    }
  }
}
