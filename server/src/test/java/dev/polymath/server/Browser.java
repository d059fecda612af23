package dev.polymath.server;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A page in Chromium without a window, driven as a person would, by Chromium's own protocol. */
final class Browser implements AutoCloseable {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");

  private final Process process;
  private final WebSocket socket;
  private final String session;
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final StringBuilder part = new StringBuilder();
  private int commands;

  static Optional<Path> program() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .flatMap(entry -> NAMES.stream().map(name -> Path.of(entry, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  Browser(Path program, Path profile) throws Exception {
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    URI address = address(process.errorReader(StandardCharsets.UTF_8));
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(
                address,
                new WebSocket.Listener() {
                  @Override
                  public CompletionStage<?> onText(WebSocket s, CharSequence text, boolean last) {
                    part.append(text);
                    if (last) {
                      received.add(part.toString());
                      part.setLength(0);
                    }
                    s.request(1);
                    return CompletableFuture.completedFuture(null);
                  }
                })
            .get(30, TimeUnit.SECONDS);
    String target = (String) send("", "Target.createTarget", "\"url\":\"about:blank\"", "targetId");
    session =
        (String)
            send(
                "",
                "Target.attachToTarget",
                "\"targetId\":\"" + target + "\",\"flatten\":true",
                "sessionId");
    command("Page.enable", "");
  }

  private static URI address(BufferedReader err) throws IOException {
    String start = "DevTools listening on ";
    for (String line = err.readLine(); line != null; line = err.readLine()) {
      if (line.startsWith(start)) {
        Thread rest = new Thread(() -> err.lines().forEach(l -> {}));
        rest.setDaemon(true);
        rest.start();
        return URI.create(line.substring(start.length()));
      }
    }
    throw new IOException("the browser did not start");
  }

  private Object send(String in, String method, String parameters, Object... path)
      throws Exception {
    int id = ++commands;
    socket
        .sendText(
            "{\"id\":"
                + id
                + (in.isEmpty() ? "" : ",\"sessionId\":\"" + in + "\"")
                + ",\"method\":\""
                + method
                + "\",\"params\":{"
                + parameters
                + "}}",
            true)
        .get(30, TimeUnit.SECONDS);
    while (true) {
      String message = received.poll(20, TimeUnit.SECONDS);
      if (message == null) {
        throw new IOException("no answer to " + method);
      }
      Map<?, ?> fields = (Map<?, ?>) JsonTree.of(message);
      if (!Double.valueOf(id).equals(fields.get("id"))) {
        continue;
      }
      Object value = fields.get("result");
      if (value == null) {
        throw new IOException(method + ": " + message);
      }
      for (Object step : path) {
        value = ((Map<?, ?>) value).get(step);
      }
      return value;
    }
  }

  private Object command(String method, String parameters, Object... path) throws Exception {
    return send(session, method, parameters, path);
  }

  /** A window of some size, light or dark. */
  void window(int width, int height, boolean dark) throws Exception {
    command(
        "Emulation.setDeviceMetricsOverride",
        "\"width\":"
            + width
            + ",\"height\":"
            + height
            + ",\"deviceScaleFactor\":1,\"mobile\":"
            + (width < 600));
    command(
        "Emulation.setEmulatedMedia",
        "\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\""
            + (dark ? "dark" : "light")
            + "\"}]");
  }

  void open(URI page) throws Exception {
    command("Page.navigate", "\"url\":\"" + page + "\"");
  }

  /** The value of an expression in the page. */
  Object evaluate(String expression) throws Exception {
    String text = new String(JsonStringEncoder.getInstance().quoteAsString(expression));
    return command(
        "Runtime.evaluate",
        "\"returnByValue\":true,\"awaitPromise\":true,\"expression\":\"" + text + "\"",
        "result",
        "value");
  }

  /** Waits until an expression is true. */
  void await(String condition) throws Exception {
    for (int i = 0; i < 600; i++) {
      if (Boolean.TRUE.equals(evaluate(condition))) {
        return;
      }
      Thread.sleep(50);
    }
    throw new IOException(
        "never true: " + condition + "; the page says " + evaluate("document.body.innerText"));
  }

  /**
   * An event of the mouse, or of the pen.
   *
   * @param type mousePressed, mouseMoved or mouseReleased
   */
  void pointer(String type, String kind, double x, double y) throws Exception {
    command(
        "Input.dispatchMouseEvent",
        "\"type\":\""
            + type
            + "\",\"pointerType\":\""
            + kind
            + "\",\"button\":\"left\",\"buttons\":"
            + (type.equals("mouseReleased") ? 0 : 1)
            + ",\"clickCount\":1,\"x\":"
            + x
            + ",\"y\":"
            + y);
  }

  void key(String key) throws Exception {
    String text = key.equals(" ") ? ",\"text\":\" \"" : "";
    for (String type : List.of("keyDown", "keyUp")) {
      command(
          "Input.dispatchKeyEvent",
          "\"type\":\""
              + type
              + "\",\"key\":\""
              + key
              + "\",\"code\":\""
              + (key.equals(" ") ? "Space" : key)
              + "\""
              + (type.equals("keyDown") ? text : ""));
    }
  }

  void screenshot(Path png) throws Exception {
    String data =
        (String)
            command(
                "Page.captureScreenshot",
                "\"format\":\"png\",\"captureBeyondViewport\":true",
                "data");
    Files.write(png, Base64.getDecoder().decode(data));
  }

  @Override
  public void close() {
    socket.abort();
    process.destroy();
    process.onExit().join();
  }
}
