package dev.polymath.server;

import dev.polymath.Backend;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * Compares the server with a handler that reads the whole body and answers a constant, by turns on
 * one machine: how much each can do, and how long each takes at one rate. A program, no test: its
 * figures depend on the machine.
 *
 * <pre>
 * java -cp ... dev.polymath.server.LoadTool SECONDS ROUNDS [binary|integers|decimals|large|rate]...
 * </pre>
 */
final class LoadTool {

  private static final int CONNECTIONS = 8;

  /** Enough that one is free when a request is due, unless the server falls behind. */
  private static final int PACED = 16;

  private final double seconds;
  private final int rounds;
  private final int own;
  private final int constant;

  private LoadTool(double seconds, int rounds, int own, int constant) {
    this.seconds = seconds;
    this.rounds = rounds;
    this.own = own;
    this.constant = constant;
  }

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
    Server constant = new Server();
    ServerConnector connector = new ServerConnector(constant, 1, 1);
    connector.setHost("127.0.0.1");
    constant.addConnector(connector);
    constant.setHandler(new Constant());
    constant.start();
    try (Backend backend = Backends.open()) {
      Classifier model = Classifier.of(TestServer.DIGITS.snapshot(), backend);
      try (PredictionServer server =
          PredictionServer.builder().model("digits", model).port(0).build()) {
        server.start();
        System.out.println("backend " + backend.info().name());
        LoadTool tool =
            new LoadTool(
                Double.parseDouble(arguments[0]),
                Integer.parseInt(arguments[1]),
                server.uri().getPort(),
                connector.getLocalPort());
        List<String> what = List.of(arguments).subList(2, arguments.length);
        tool.run(
            what.isEmpty() ? List.of("binary", "integers", "decimals", "large", "rate") : what,
            model);
      }
    }
    constant.stop();
    TestServer.BACKEND.close();
  }

  private void run(List<String> what, Classifier model) throws Exception {
    for (String one : what) {
      switch (one) {
        case "binary" -> compare("binary, 1 row", LoadClient.infer(0, 1));
        case "integers" -> compare("JSON, 784 whole numbers", integers());
        case "decimals" -> compare("JSON, 784 decimals", decimals());
        case "large" -> large(model);
        case "rate" -> rate(LoadClient.infer(0, 1));
        default -> throw new IllegalArgumentException(one);
      }
    }
  }

  private static byte[] integers() {
    return LoadClient.request(
        "/predict/digits",
        "",
        Arrays.toString(TestServer.pixels(0)).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] decimals() {
    String infer =
        "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[1,784],\"data\":"
            + Arrays.toString(TestServer.digit(0))
            + "}]}";
    return LoadClient.request(
        "/v2/models/digits/infer", "", infer.getBytes(StandardCharsets.UTF_8));
  }

  private void compare(String what, byte[] request) throws Exception {
    List<Double> ratios = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    // What is compared is compiled code.
    throughput(request, own, 6 * seconds, CONNECTIONS);
    throughput(request, constant, 2 * seconds, CONNECTIONS);
    for (int i = 0; i < rounds; i++) {
      double mine = throughput(request, own, seconds, CONNECTIONS);
      double other = throughput(request, constant, seconds, CONNECTIONS);
      rates.add(mine);
      ratios.add(mine / other);
    }
    print(what, String.format(Locale.ROOT, "%.0f requests/s", median(rates)), "constant's", ratios);
  }

  private void large(Classifier model) throws Exception {
    int rows = 1024;
    byte[] request = LoadClient.infer(0, rows);
    float[] features = new float[rows * 784];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(TestServer.digit(i), 0, features, i * 784, 784);
    }
    float[] target = new float[rows * 10];
    List<Double> ratios = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    List<Double> most = new ArrayList<>();
    throughput(request, own, 6 * seconds, 1);
    throughput(request, constant, 2 * seconds, 1);
    for (int i = 0; i < rounds + 1; i++) {
      double served = throughput(request, own, seconds, 1);
      most.add(throughput(request, constant, seconds, 1));
      long passes = 0;
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < seconds * 1e9) {
        model.predictProbabilities(features, rows, target);
        passes++;
      }
      if (i > 0) {
        rates.add(served);
        ratios.add(served / (passes / ((System.nanoTime() - begin) / 1e9)));
      }
    }
    print(
        "binary, 1024 rows",
        String.format(Locale.ROOT, "%.0f requests/s (constant %.0f)", median(rates), median(most)),
        "predictProbabilities'",
        ratios);
  }

  /** At half of what the constant handler can do, how long each takes. */
  private void rate(byte[] request) throws Exception {
    throughput(request, own, 6 * seconds, CONNECTIONS);
    throughput(request, constant, 2 * seconds, CONNECTIONS);
    List<Double> most = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      most.add(throughput(request, constant, seconds, CONNECTIONS));
    }
    double rate = median(most) / 2;
    paced(request, own, rate);
    paced(request, constant, rate);
    List<Double> ratios = new ArrayList<>();
    List<Double> mine = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      double own99 = paced(request, own, rate);
      double other99 = paced(request, constant, rate);
      mine.add(own99);
      ratios.add(own99 / other99);
    }
    print(
        String.format(Locale.ROOT, "p99 at %.0f/s", rate),
        String.format(Locale.ROOT, "%.0f µs", median(mine)),
        "constant's",
        ratios);
  }

  private static void print(String what, String own, String of, List<Double> ratios) {
    System.out.printf(
        Locale.ROOT,
        "%-24s %18s, of the %s %.2f (%.2f to %.2f)%n",
        what,
        own,
        of,
        median(ratios),
        ratios.stream().min(Double::compare).orElseThrow(),
        ratios.stream().max(Double::compare).orElseThrow());
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** Answers per second, each connection asking again as soon as it is answered. */
  private static double throughput(byte[] request, int port, double seconds, int connections)
      throws Exception {
    AtomicLong answers = new AtomicLong();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    onConnections(
        connections,
        port,
        client -> {
          while (System.nanoTime() < end) {
            client.askForGood(request);
            answers.incrementAndGet();
          }
        });
    return answers.get() / seconds;
  }

  /**
   * The 99th percentile in microseconds of requests that are due at even intervals. Each is timed
   * from the moment when it was due: if all connections wait for answers, that wait counts too.
   */
  private double paced(byte[] request, int port, double rate) throws Exception {
    long[] took = new long[(int) (rate * seconds)];
    AtomicLong next = new AtomicLong();
    double interval = 1e9 / rate;
    long begin = System.nanoTime() + 20_000_000;
    onConnections(
        PACED,
        port,
        client -> {
          for (int i = (int) next.getAndIncrement();
              i < took.length;
              i = (int) next.getAndIncrement()) {
            long due = begin + (long) (i * interval);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
              LockSupport.parkNanos(left);
            }
            client.askForGood(request);
            took[i] = System.nanoTime() - due;
          }
        });
    Arrays.sort(took);
    return took[(int) (took.length * 0.99)] / 1e3;
  }

  /** What one connection does. */
  private interface Work {
    void on(LoadClient client) throws IOException;
  }

  private static void onConnections(int count, int port, Work work) throws Exception {
    List<Throwable> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Thread thread =
          new Thread(
              () -> {
                try (LoadClient client = new LoadClient(port)) {
                  work.on(client);
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
  }
}
