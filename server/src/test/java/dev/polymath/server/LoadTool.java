package dev.polymath.server;

import dev.polymath.Backend;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * Compares the server with a handler that reads the whole body and answers a constant, by turns on
 * one machine. A program, no test: its figures depend on the machine.
 *
 * <pre>java -cp ... dev.polymath.server.LoadTool SECONDS ROUNDS</pre>
 */
final class LoadTool {

  private static final int CONNECTIONS = 8;

  private LoadTool() {}

  /** Reads all and says little. */
  private static final class Constant extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      ByteBuffer body = org.eclipse.jetty.io.Content.Source.asByteBuffer(request);
      if (body.remaining() == 0) {
        throw new IOException("no body");
      }
      response.getHeaders().put("Content-Type", "application/json");
      response.write(
          true, ByteBuffer.wrap("{\"constant\":1}".getBytes(StandardCharsets.UTF_8)), callback);
      return true;
    }
  }

  public static void main(String[] arguments) throws Exception {
    double seconds = Double.parseDouble(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    Server constant = new Server();
    ServerConnector connector = new ServerConnector(constant, 1, 1);
    connector.setHost("127.0.0.1");
    constant.addConnector(connector);
    constant.setHandler(new Constant());
    constant.start();
    try (Backend backend = Backends.open();
        PredictionServer server =
            PredictionServer.builder()
                .model("digits", Classifier.of(TestServer.DIGITS.snapshot(), backend))
                .port(0)
                .build()) {
      server.start();
      System.out.println("backend " + backend.info().name());
      int port = server.uri().getPort();
      int other = connector.getLocalPort();
      String pixels = Arrays.toString(TestServer.pixels(0));
      StringBuilder decimals = new StringBuilder("[");
      for (float value : TestServer.digit(0)) {
        decimals.append(decimals.length() > 1 ? "," : "").append(value);
      }
      String infer =
          "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[1,784],\"data\":"
              + decimals
              + "]}]}";
      compare(
          "JSON, 784 whole numbers",
          request("/predict/digits", "", pixels.getBytes(StandardCharsets.UTF_8)),
          port,
          other,
          seconds,
          rounds);
      compare(
          "JSON, 784 decimals",
          request("/v2/models/digits/infer", "", infer.getBytes(StandardCharsets.UTF_8)),
          port,
          other,
          seconds,
          rounds);
      compare("binary, 1 row", infer(1), port, other, seconds, rounds);
      alone(Classifier.of(TestServer.DIGITS.snapshot(), backend), port, seconds, rounds);
    }
    constant.stop();
    TestServer.BACKEND.close();
  }

  private static byte[] infer(int rows) {
    String head =
        "{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"input\",\"datatype\":"
            + "\"FP32\",\"shape\":["
            + rows
            + ",784],\"parameters\":{\"binary_data_size\":"
            + rows * 784 * 4
            + "}}],\"outputs\":[{\"name\":\"probabilities\"}]}";
    ByteBuffer body =
        ByteBuffer.allocate(head.length() + rows * 784 * 4).order(ByteOrder.LITTLE_ENDIAN);
    body.put(head.getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < rows; i++) {
      for (float value : TestServer.digit(i)) {
        body.putFloat(value);
      }
    }
    return request(
        "/v2/models/digits/infer",
        "Inference-Header-Content-Length: " + head.length() + "\r\n",
        body.array());
  }

  private static byte[] request(String path, String headers, byte[] body) {
    byte[] head =
        ("POST "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\n"
                + headers
                + "Content-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(head.length + body.length).put(head).put(body).array();
  }

  private static void compare(
      String what, byte[] request, int port, int other, double seconds, int rounds)
      throws Exception {
    List<Double> ratios = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    // What is compared is compiled code.
    throughput(request, port, 6 * seconds, CONNECTIONS);
    throughput(request, other, seconds, CONNECTIONS);
    for (int i = 0; i < rounds; i++) {
      double own = throughput(request, port, seconds, CONNECTIONS);
      double constant = throughput(request, other, seconds, CONNECTIONS);
      rates.add(own);
      ratios.add(own / constant);
    }
    System.out.printf(
        Locale.ROOT,
        "%-26s %8.0f requests/s, of the constant's %.2f (%.2f to %.2f)%n",
        what,
        median(rates),
        median(ratios),
        ratios.stream().min(Double::compare).orElseThrow(),
        ratios.stream().max(Double::compare).orElseThrow());
  }

  private static void alone(Classifier model, int port, double seconds, int rounds)
      throws Exception {
    int rows = 1024;
    byte[] request = infer(rows);
    float[] features = new float[rows * 784];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(TestServer.digit(i), 0, features, i * 784, 784);
    }
    float[] target = new float[rows * 10];
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < rounds + 1; i++) {
      double served = throughput(request, port, seconds, 1);
      long passes = 0;
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < seconds * 1e9) {
        model.predictProbabilities(features, rows, target);
        passes++;
      }
      if (i > 0) {
        ratios.add(served / (passes / ((System.nanoTime() - begin) / 1e9)));
      }
    }
    System.out.printf(
        Locale.ROOT, "%-26s %.2f of predictProbabilities%n", "binary, 1024 rows", median(ratios));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** Answers per second, each connection asking again as soon as it is answered. */
  private static double throughput(byte[] request, int port, double seconds, int connections)
      throws Exception {
    AtomicLong answers = new AtomicLong();
    List<Throwable> failures = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Thread thread =
          new Thread(
              () -> {
                try (Socket socket = new Socket("127.0.0.1", port)) {
                  socket.setTcpNoDelay(true);
                  InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
                  OutputStream out = socket.getOutputStream();
                  while (System.nanoTime() < end) {
                    out.write(request);
                    answer(in);
                    answers.incrementAndGet();
                  }
                } catch (IOException | RuntimeException e) {
                  synchronized (failures) {
                    failures.add(e);
                  }
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw new IOException("a request failed", failures.get(0));
    }
    return answers.get() / seconds;
  }

  private static void answer(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int length = 0;
    boolean first = true;
    while (true) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("closed");
      }
      if (c != '\n') {
        line.append((char) c);
        continue;
      }
      String header = line.toString().strip();
      line.setLength(0);
      if (first && !header.startsWith("HTTP/1.1 200")) {
        throw new IOException(header);
      }
      first = false;
      if (header.isEmpty()) {
        in.skipNBytes(length);
        return;
      }
      if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
  }
}
