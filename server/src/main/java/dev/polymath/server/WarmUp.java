package dev.polymath.server;

import dev.polymath.models.Model;
import dev.polymath.models.data.EncodedColumn;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.TableEncoder;
import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.imageio.ImageIO;

/**
 * Sends requests to the server itself before it calls itself ready: the first requests of a JVM run
 * code that is not compiled yet, and take a hundred times as long.
 */
final class WarmUp {

  /** For all models together; a busy machine may be slow to compile. */
  private static final long MOST_NANOS = 3_000_000_000L;

  /**
   * Each kind of request is sent so often to each model. After that, most of what a request runs is
   * compiled once, and the first ones take ten to fifteen times as long as later ones, a few
   * milliseconds; more rounds keep the server from being ready and change little.
   */
  private static final int ROUNDS = 20;

  private static final String HEADER = "Polymath-Warm-Up";

  private final String authorization;
  private final Map<String, Integer> answers = new TreeMap<>();
  private final ServerMetrics unseen = new ServerMetrics();
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

  /** Does what is done at the end of each request, so that this is compiled too; nobody sees it. */
  void ended(Exchange exchange, long nanos) {
    unseen.answered(exchange.endpoint(), "", exchange.status(), nanos);
    if (AccessLog.line(exchange, nanos).isEmpty()) {
      throw new IllegalStateException("a request without a line");
    }
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
    List<byte[]> requests = kinds(host, port, served);
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
      for (int round = 0; round < ROUNDS; round++) {
        for (byte[] request : requests) {
          if (System.nanoTime() > end) {
            return;
          }
          out.write(request);
          answer(in);
          answers.merge(served.name(), 1, Integer::sum);
        }
      }
    }
  }

  /** A request in each of the ways in which the model is asked most. */
  private List<byte[]> kinds(String host, int port, ServedModel served) throws IOException {
    String predict = "/predict/" + served.name();
    String infer = "/v2/models/" + served.name() + "/infer";
    Model model = served.model();
    List<byte[]> requests = new ArrayList<>();
    if (model.input() instanceof ModelInput.Columns columns) {
      String row = row(columns.encoder());
      requests.add(request(host, port, predict, "", utf8(row + "\n")));
      return requests;
    }
    int inputs = model.inputs();
    // Zeros are shorter, and read in another way than most numbers are.
    int[] numbers = new int[inputs];
    float[] decimals = new float[inputs];
    for (int i = 0; i < inputs; i++) {
      numbers[i] = i % 3 == 0 ? i % 256 : 0;
      decimals[i] = numbers[i] / 255f;
    }
    String head =
        "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[1," + inputs + "],";
    byte[] begin =
        utf8(
            head
                + "\"parameters\":{\"binary_data_size\":"
                + 4 * inputs
                + "}}],\"parameters\":{\"binary_data_output\":true}}");
    ByteBuffer binary =
        ByteBuffer.allocate(begin.length + 4 * inputs).order(ByteOrder.LITTLE_ENDIAN).put(begin);
    for (float decimal : decimals) {
      binary.putFloat(decimal);
    }
    String length = InferEndpoint.HEADER_LENGTH + ": " + begin.length + "\r\n";
    requests.add(request(host, port, infer, length, binary.array()));
    requests.add(request(host, port, predict, "", utf8(Arrays.toString(numbers))));
    requests.add(
        request(
            host, port, infer, "", utf8(head + "\"data\":" + Arrays.toString(decimals) + "}]}")));
    if (model.input() instanceof ModelInput.Pictures pictures) {
      requests.add(request(host, port, predict, "", png(pictures.size())));
    }
    return requests;
  }

  /** A picture with something on it. */
  private static byte[] png(ImageSize size) throws IOException {
    int width = size.width();
    int height = size.height();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = height / 5; y < height - height / 5; y++) {
      for (int x = 2 * width / 5; x < 3 * width / 5; x++) {
        image.getRaster().setSample(x, y, 0, 255);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
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

  private byte[] request(String host, int port, String path, String header, byte[] body) {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    byte[] head =
        utf8(
            "POST "
                + path.replace(" ", "%20")
                + " HTTP/1.1\r\nHost: "
                + name
                + ":"
                + port
                + "\r\n"
                + HEADER
                + ": "
                + secret
                + "\r\n"
                + authorization
                + header
                + "Content-Length: "
                + body.length
                + "\r\n\r\n");
    return ByteBuffer.allocate(head.length + body.length).put(head).put(body).array();
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
