package dev.polymath.cli.data;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.cli.data.MnistDownload.Part;
import dev.polymath.cli.terminal.StatusLine;
import dev.polymath.models.data.Mnist;
import dev.polymath.models.data.TrainTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Fetching MNIST")
class MnistDownloadTest {

  private static final byte[] CONTENT = new byte[200_000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @TempDir Path folder;

  private final List<Server> servers = new ArrayList<>();

  @AfterEach
  void stop() throws IOException {
    for (Server server : servers) {
      server.socket.close();
    }
  }

  /** Writes an answer to a request for a path. */
  private interface Answer {
    void write(String path, OutputStream out) throws IOException, InterruptedException;
  }

  /** A server on loopback that answers each connection once. */
  private static final class Server {
    final ServerSocket socket;
    final List<String> asked = new CopyOnWriteArrayList<>();

    Server(Answer answer) throws IOException {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread thread = new Thread(() -> serve(answer));
      thread.setDaemon(true);
      thread.start();
    }

    private void serve(Answer answer) {
      while (!socket.isClosed()) {
        try (Socket client = socket.accept()) {
          String path = request(client.getInputStream());
          asked.add(path);
          answer.write(path, client.getOutputStream());
          client.getOutputStream().flush();
        } catch (IOException | InterruptedException e) {
          // The client has gone, or the test is over.
        }
      }
    }

    private static String request(InputStream in) throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.read());
      }
      return head.toString().split(" ")[1];
    }

    URI address() {
      return URI.create(
          "http://"
              + socket.getInetAddress().getHostAddress()
              + ":"
              + socket.getLocalPort()
              + "/m/");
    }
  }

  private Server server(Answer answer) throws IOException {
    Server server = new Server(answer);
    servers.add(server);
    return server;
  }

  private static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private static void send(OutputStream out, byte[] body, int length) throws IOException {
    out.write(
        ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\nConnection: close\r\n\r\n")
            .getBytes(US_ASCII));
    out.write(body, 0, length);
  }

  private static void send(OutputStream out, byte[] body) throws IOException {
    send(out, body, body.length);
  }

  private static void status(OutputStream out, String status, String more) throws IOException {
    out.write(
        ("HTTP/1.1 " + status + "\r\n" + more + "Content-Length: 0\r\nConnection: close\r\n\r\n")
            .getBytes(US_ASCII));
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static final Part PART = new Part("images", CONTENT.length, sha256(CONTENT));

  private final List<String> seen = new ArrayList<>();

  private void fetch(Server... mirrors) throws IOException {
    new MnistDownload(
            List.of(PART),
            Arrays.stream(mirrors).map(Server::address).toList(),
            Duration.ofMillis(500))
        .into(
            folder,
            new MnistDownload.Progress() {
              private long last;

              @Override
              public void received(String file, long bytes, long total) {
                assertTrue(bytes > 0, "bytes: " + bytes);
                last = bytes;
              }

              @Override
              public void installed(String file) {
                seen.add(file + " " + (last > 0));
              }
            });
  }

  private void assertInstalled() throws IOException {
    assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve("images")));
    assertOnly("images");
  }

  private void assertOnly(String... names) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(names), files.map(f -> f.getFileName().toString()).sorted().toList());
    }
  }

  /** The one mirror fails in this way, and leaves nothing; with a whole second one, all is well. */
  private void assertRetried(String reason, Answer answer) throws IOException {
    IOException e = assertThrows(IOException.class, () -> fetch(server(answer)));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith("mnist: no mirror gave images.gz (127.0.0.1: "), message);
    assertTrue(message.contains(reason), message);
    assertTrue(message.contains(folder.toString()) && message.contains("--data FOLDER"), message);
    assertOnly();
    assertEquals(List.of(), seen);
    fetch(server(answer), server((path, out) -> send(out, gzip(CONTENT))));
    assertInstalled();
  }

  @Test
  @DisplayName("unpacks a whole file, and asks for it only once")
  void whole() throws IOException {
    Server server = server((path, out) -> send(out, gzip(CONTENT)));
    fetch(server);
    assertInstalled();
    fetch(server);
    assertEquals(List.of("/m/images.gz"), server.asked);
    assertEquals(List.of("images true"), seen);
  }

  @Test
  @DisplayName("fetches again what has another size than it should")
  void wrongSize() throws IOException {
    Files.write(folder.resolve("images"), new byte[3]);
    fetch(server((path, out) -> send(out, gzip(CONTENT))));
    assertInstalled();
  }

  @Test
  @DisplayName("fetches again what has other content than it should, and says so where it can't")
  void damaged() throws IOException {
    byte[] other = CONTENT.clone();
    other[77_777] ^= 1;
    Path place = Files.write(folder.resolve("images"), other);
    Server silent = server((path, out) -> status(out, "404 Not Found", ""));
    String message =
        String.valueOf(assertThrows(IOException.class, () -> fetch(silent)).getMessage());
    assertTrue(
        message.startsWith(
            "mnist: "
                + place
                + " is damaged (expected the SHA-256 "
                + sha256(CONTENT)
                + ", found "
                + sha256(other)
                + "), and no mirror gave images.gz (127.0.0.1: HTTP status 404"),
        message);
    assertArrayEquals(other, Files.readAllBytes(place));
    fetch(server((path, out) -> send(out, gzip(CONTENT))));
    assertInstalled();
  }

  @Test
  @DisplayName("removes what a killed download has left, of whole files too")
  void leftBehind() throws IOException {
    Files.write(folder.resolve("images-0123456789abcdef.part"), new byte[3]);
    Files.write(folder.resolve("images-mine.part"), new byte[3]);
    Files.write(folder.resolve("images"), CONTENT);
    fetch();
    assertOnly("images", "images-mine.part");
  }

  @Test
  @DisplayName("writes through no link: what a link leads to stays as it was")
  void links(@TempDir Path outside) throws IOException {
    Path precious = Files.write(outside.resolve("precious"), new byte[CONTENT.length]);
    for (Path target : List.of(precious, outside.resolve("nothing"))) {
      Path place = folder.resolve("images");
      Files.deleteIfExists(place);
      try {
        Files.createSymbolicLink(place, target);
      } catch (UnsupportedOperationException e) {
        Assumptions.assumeTrue(false, "skipped: this file system has no symbolic links");
      }
      fetch(server((path, out) -> send(out, gzip(CONTENT))));
      assertInstalled();
      assertTrue(Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS));
      assertArrayEquals(new byte[CONTENT.length], Files.readAllBytes(precious));
      try (Stream<Path> files = Files.list(outside)) {
        assertEquals(List.of(precious), files.toList());
      }
    }
  }

  @Test
  @DisplayName("asks the next mirror where a transfer breaks off")
  void brokenOff() throws IOException {
    byte[] body = gzip(CONTENT);
    assertRetried("", (path, out) -> send(out, body, body.length / 2));
  }

  @Test
  @DisplayName("asks the next mirror where the content is another")
  void corrupted() throws IOException {
    byte[] other = CONTENT.clone();
    other[77_777] ^= 1;
    assertRetried(
        "expected the SHA-256 " + sha256(CONTENT) + " once unpacked, found " + sha256(other),
        (path, out) -> send(out, gzip(other)));
  }

  @Test
  @DisplayName("asks the next mirror where the answer is no gzip, or unpacks to more")
  void otherContent() throws IOException {
    assertRetried("GZIP", (path, out) -> send(out, "<html>Log in</html>".getBytes(US_ASCII)));
    Files.delete(folder.resolve("images"));
    seen.clear();
    assertRetried(
        "more than the 200000 bytes expected",
        (path, out) -> send(out, gzip(Arrays.copyOf(CONTENT, 300_000))));
  }

  @Test
  @DisplayName("asks the next mirror on 404")
  void missing() throws IOException {
    assertRetried("HTTP status 404", (path, out) -> status(out, "404 Not Found", ""));
  }

  @Test
  @DisplayName("asks the next mirror where a server falls silent")
  void stalled() throws IOException {
    byte[] body = gzip(CONTENT);
    assertRetried(
        "silent for 0.5 s",
        (path, out) -> {
          send(out, body, 1000);
          out.flush();
          Thread.sleep(2_000);
        });
  }

  @Test
  @DisplayName("asks the next mirror where nobody listens")
  void refused() throws IOException {
    Server gone = server((path, out) -> {});
    gone.socket.close();
    IOException e = assertThrows(IOException.class, () -> fetch(gone));
    assertTrue(String.valueOf(e.getMessage()).contains("refused"), e.getMessage());
    fetch(gone, server((path, out) -> send(out, gzip(CONTENT))));
    assertInstalled();
  }

  @Test
  @DisplayName("follows a redirection, but not in circles")
  void redirected() throws IOException {
    Server whole = server((path, out) -> send(out, gzip(CONTENT)));
    Server moved =
        server(
            (path, out) ->
                status(out, "302 Found", "Location: " + whole.address() + "there.gz\r\n"));
    fetch(moved);
    assertInstalled();
    assertEquals(List.of("/m/there.gz"), whole.asked);
    Files.delete(folder.resolve("images"));
    seen.clear();
    assertRetried(
        "more than 5 redirections",
        (path, out) -> status(out, "301 Moved", "Location: " + path + "\r\n"));
  }

  @Test
  @DisplayName("takes what was put there gzipped, under either name, once it is unpacked and right")
  void putThereGzipped() throws IOException {
    Server silent = server((path, out) -> status(out, "404 Not Found", ""));
    Files.write(folder.resolve("images.gz"), gzip(CONTENT));
    fetch(silent);
    assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve("images")));
    assertOnly("images", "images.gz");
    assertEquals(List.of(), silent.asked);

    byte[] other = CONTENT.clone();
    other[3] ^= 1;
    for (byte[] wrong : List.of(gzip(other), other, new byte[0], gzip(new byte[3]))) {
      Files.deleteIfExists(folder.resolve("images"));
      Files.write(folder.resolve("images.gz"), wrong);
      assertThrows(IOException.class, () -> fetch(silent));
      assertOnly("images.gz");
    }
    fetch(server((path, out) -> send(out, gzip(CONTENT))));
    assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve("images")));
  }

  @Test
  @DisplayName("gives the real MNIST where its files come from a mirror")
  void real() throws IOException {
    String mnist = System.getenv("POLYMATH_MNIST");
    Assumptions.assumeTrue(mnist != null, "POLYMATH_MNIST is not set: no MNIST to serve");
    Server server =
        server((path, out) -> send(out, original(Path.of(mnist), path.substring("/m/".length()))));
    new MnistDownload(MnistDownload.FILES, List.of(server.address()), Duration.ofSeconds(20))
        .into(
            folder,
            new DownloadProgress(StatusLine.on(new PrintWriter(OutputStream.nullOutputStream()))));
    TrainTest data = Mnist.load(folder);
    assertEquals(60_000, data.train().size());
    assertEquals(10_000, data.test().size());
    assertOnly(MnistDownload.FILES.stream().map(Part::name).sorted().toArray(String[]::new));
  }

  /** The file gzipped, however the folder holds it. */
  private static byte[] original(Path mnist, String name) throws IOException {
    Path packed = mnist.resolve(name);
    if (Files.exists(packed)) {
      return Files.readAllBytes(packed);
    }
    return gzip(Files.readAllBytes(mnist.resolve(name.replace(".gz", ""))));
  }
}
