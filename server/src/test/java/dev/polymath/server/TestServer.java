package dev.polymath.server;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.training.TrainingOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Small models, a server of them, and a client. */
final class TestServer implements AutoCloseable {

  static final Backend BACKEND = Backends.open("arrays", BackendOptions.defaults().threads(1));

  static final TrainTest DIGITS_DATA = Digits.generate(1);

  /** Pictures of 28 × 28 pixels. */
  static final Classifier DIGITS = digits();

  /** A table with numbers and text. */
  static final Classifier COLOURS = colours();

  /** Two numbers to their weighted sum. */
  static final Regressor SUM = sum();

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  final PredictionServer server;
  private final String authorization;

  private static Classifier digits() {
    Classifier model =
        ThreeLayerClassifier.builder(BACKEND).inputs(784).classes(10).seed(1).build();
    model.fit(DIGITS_DATA.train(), TrainingOptions.defaults().epochs(1));
    return model;
  }

  private static Classifier colours() {
    StringBuilder csv = new StringBuilder("size,shape,colour\n");
    for (int i = 0; i < 200; i++) {
      boolean large = i % 2 == 0;
      csv.append(large ? 10 + i % 7 : i % 5).append(i % 3 == 0 ? ",round," : ",square,");
      csv.append(large ? "red\n" : "blue\n");
    }
    try {
      Table table =
          Table.read(
              Csv.Source.of("colours", stream(csv.toString())), Csv.Layout.DETECTED, note -> {});
      Table.Target target = Table.Target.classes(table, table.column("colour"));
      DataSet data =
          TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT)
              .encode(table, target, note -> {});
      Classifier model = Classifier.builder(BACKEND).table(data).members(2).build();
      model.fit(data, TrainingOptions.tables(data.size()).epochs(5));
      return model;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Regressor sum() {
    int n = 200;
    float[] features = new float[2 * n];
    double[] targets = new double[n];
    for (int i = 0; i < n; i++) {
      features[2 * i] = i % 17;
      features[2 * i + 1] = i % 5;
      targets[i] = 3 * features[2 * i] + features[2 * i + 1];
    }
    Regressor model = Regressor.builder(BACKEND).inputs(2).hidden(8).seed(1).build();
    model.fit(
        DataSet.ofTargets(2, features, targets, List.of("sum")),
        TrainingOptions.defaults().epochs(3));
    return model;
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  /** With all three models. */
  TestServer() throws IOException {
    this(PredictionServer.builder(), "");
  }

  TestServer(PredictionServer.Builder builder, String authorization) throws IOException {
    this.authorization = authorization;
    server =
        builder.model("digits", DIGITS).model("colours", COLOURS).model("sum", SUM).port(0).build();
    server.start();
  }

  /** An answer. */
  record Answer(int status, byte[] bytes, HttpResponse<byte[]> response) {
    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  /**
   * @param headers names and values by turns
   */
  Answer post(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request(path).POST(BodyPublishers.ofByteArray(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return send(request);
  }

  Answer post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return post(path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.uri() + path.substring(1)));
    return authorization.isEmpty() ? request : request.header("Authorization", authorization);
  }

  private static Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    return new Answer(response.statusCode(), response.body(), response);
  }

  /** Sends bytes as they are, and reads to the end of the connection. */
  String raw(String request) throws IOException {
    try (Socket socket = socket()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  Socket socket() throws IOException {
    Socket socket = new Socket("127.0.0.1", server.uri().getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** The features of a test digit. */
  static float[] digit(int example) {
    float[] features = new float[784];
    DIGITS_DATA.test().copyFeatures(example, features, 0);
    return features;
  }

  /** Its pixels from 0 to 255. */
  static int[] pixels(int example) {
    float[] features = digit(example);
    int[] pixels = new int[features.length];
    Arrays.setAll(pixels, i -> Math.round(255 * features[i]));
    return pixels;
  }

  @Override
  public void close() {
    server.close();
  }
}
