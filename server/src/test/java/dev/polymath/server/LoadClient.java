package dev.polymath.server;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** One connection that sends requests made before and reads their answers, with little work. */
final class LoadClient implements Closeable {

  private final Socket socket;
  private final InputStream in;
  private int status;
  private int json;

  LoadClient(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(600_000);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
  }

  /** Sends a request and reads its answer. */
  byte[] ask(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    return answer();
  }

  /** Like {@link #ask}, for those who want nothing of the answer but that it is a good one. */
  void askForGood(byte[] request) throws IOException {
    ask(request);
    if (status != 200) {
      throw new IOException("status " + status);
    }
  }

  /** The status of the last answer. */
  int status() {
    return status;
  }

  /** Of the last answer, the bytes that are JSON; the others are binary tensors. */
  int json() {
    return json;
  }

  private byte[] answer() throws IOException {
    int length = 0;
    json = -1;
    status = Integer.parseInt(line().split(" ", 3)[1]);
    for (String line = line(); !line.isEmpty(); line = line()) {
      if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).strip());
      } else if (line.regionMatches(true, 0, "Inference-Header-Content-Length:", 0, 32)) {
        json = Integer.parseInt(line.substring(32).strip());
      }
    }
    json = json < 0 ? length : json;
    return in.readNBytes(length);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("the connection was closed");
      }
      if (c == '\n') {
        return line.toString().strip();
      }
      line.append((char) c);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /**
   * A POST.
   *
   * @param headers each with its line end
   */
  static byte[] request(String path, String headers, byte[] body) {
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

  /** Digits from {@code first} on in binary, for their probabilities in binary. */
  static byte[] infer(int first, int rows) {
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
      for (float value : TestServer.digit(first + i)) {
        body.putFloat(value);
      }
    }
    return request(
        "/v2/models/digits/infer",
        "Inference-Header-Content-Length: " + head.length() + "\r\n",
        body.array());
  }
}
