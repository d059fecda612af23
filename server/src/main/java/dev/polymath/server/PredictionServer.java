package dev.polymath.server;

import dev.polymath.models.Model;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Models behind HTTP: the Open Inference Protocol, {@code /predict/NAME}, a page to try them on,
 * metrics and health checks.
 *
 * <pre>{@code
 * try (PredictionServer server =
 *     PredictionServer.builder().model("digits", classifier).port(8080).build()) {
 *   server.start();
 *   ...
 * }
 * }</pre>
 *
 * <p>The models stay the caller's: nobody may train one while it is served, and closing the server
 * closes neither them nor their backends.
 */
public final class PredictionServer implements AutoCloseable {

  /** So much is read from a connection at once, into buffers that all share. */
  private static final int READ_BYTES = 64 << 10;

  private final Server server;
  private final ServerConnector connector;
  private final ServedModels models = new ServedModels();
  private final ServerMetrics metrics = new ServerMetrics();
  private final ServerLimits limits;
  private final @Nullable AccessLog log;
  private final String host;
  private final WarmUp warmUp;
  private volatile boolean ready;
  private boolean closed;

  private PredictionServer(Builder builder) {
    limits = builder.limits;
    host = builder.host;
    log = builder.log == null ? null : new AccessLog(builder.log);
    QueuedThreadPool threads = new QueuedThreadPool(Math.max(32, 8 * processors()), 4);
    threads.setName("polymath-http");
    threads.setDaemon(true);
    server = new Server(threads);
    connector = new ServerConnector(server, 1, Math.max(2, processors() / 2), http(limits));
    connector.setHost(host);
    connector.setPort(builder.port);
    connector.setIdleTimeout(limits.idleTime().toMillis());
    connector.setAcceptQueueSize(512);
    StalledConnections stalled = new StalledConnections(limits.requestTime());
    connector.addBean(stalled);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(limits.connections(), connector));
    server.setErrorHandler(new PlainErrors(this::ended));
    server.setStopTimeout(builder.drain.toMillis());
    warmUp =
        new WarmUp(builder.token == null ? "" : "Authorization: Bearer " + builder.token + "\r\n");
    Access access =
        new Access(Stream.concat(Stream.of(host), builder.names.stream()), builder.token);
    Router router =
        new Router(models, limits, access, metrics, this::ended, warmUp::isOwn, () -> ready);
    server.setHandler(new GracefulHandler(router));
    builder.models.forEach(
        (name, model) -> serve(name, ServedModel.versionOf(model), model, () -> {}));
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static HttpConnectionFactory http(ServerLimits limits) {
    HttpConnectionFactory http = new HttpConnectionFactory(configuration(limits));
    http.setInputBufferSize(READ_BYTES);
    return http;
  }

  private static HttpConfiguration configuration(ServerLimits limits) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    http.setRequestHeaderSize(8 << 10);
    http.setHttpCompliance(HttpCompliance.RFC9110);
    http.setMaxUnconsumedRequestContentReads(16);
    http.setIdleTimeout(limits.requestTime().toMillis());
    return http;
  }

  /** Starts a server's description. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Opens the port, and makes itself fast with some requests of its own before it calls itself
   * ready.
   *
   * @throws IOException if the port is taken or the address is not this machine's
   */
  public void start() throws IOException {
    try {
      server.start();
    } catch (Exception e) {
      throw new IOException(cause(e), e);
    }
    warmUp.run(connector.getLocalPort(), host, models.all());
    ready = true;
  }

  private String cause(Exception failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof BindException) {
        boolean taken = String.valueOf(e.getMessage()).contains("in use");
        return taken
            ? "port " + connector.getPort() + " of " + host + " is taken by another program"
            : host + ", port " + connector.getPort() + ": " + e.getMessage();
      }
      if (e instanceof UnresolvedAddressException) {
        return host + ": there is no such address";
      }
    }
    return host + ", port " + connector.getPort() + ": " + failure.getMessage();
  }

  /** Where the server is; the port is the one that was chosen, if 0 was asked for. */
  public URI uri() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return URI.create("http://" + name + ":" + connector.getLocalPort() + "/");
  }

  /** Whether it takes requests: between the end of {@link #start} and {@link #close}. */
  public boolean isReady() {
    return ready;
  }

  /** Everything that is measured, in Prometheus's text form: what {@code /metrics} answers. */
  public String metrics() {
    return metrics.text();
  }

  /** Serves a model under a name from now on, in place of another one that had it. */
  void serve(String name, String version, Model model, Runnable closer) {
    requireName(name);
    ServerMetrics.OfModel measured = metrics.of(name, version, model);
    Coalescer coalescer =
        new Coalescer(
            model,
            limits.queue(),
            Coalescer.atOnce(model),
            server.getThreadPool(),
            rows -> pass(measured, rows));
    metrics.queue(name, () -> queue(name));
    // Nobody's first request is to wait for their making.
    metrics.expect("predict", name);
    metrics.expect("infer", name);
    models.put(
        new ServedModel(
            name,
            version,
            model,
            coalescer,
            limits,
            measured,
            () -> {
              measured.close();
              closer.run();
            }));
  }

  /** Those of the warm-up do not count. */
  private void pass(ServerMetrics.OfModel measured, int rows) {
    if (ready) {
      measured.pass(rows);
    }
  }

  private int queue(String name) {
    return models.all().stream()
        .filter(model -> model.name().equals(name))
        .mapToInt(model -> model.coalescer().waiting())
        .sum();
  }

  ServedModels models() {
    return models;
  }

  WarmUp warmUp() {
    return warmUp;
  }

  private static void requireName(String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._ -]{0,99}")) {
      throw new IllegalArgumentException(
          "model name: expected letters, digits, dots, dashes and blanks, found \"" + name + "\"");
    }
  }

  private void ended(Exchange exchange, long nanos) {
    if (exchange.own()) {
      warmUp.ended(exchange, nanos);
      return;
    }
    ServedModel model = exchange.model();
    metrics.answered(
        exchange.endpoint(), model == null ? "" : model.name(), exchange.status(), nanos);
    if (log != null) {
      log.add(exchange, nanos);
    }
  }

  /**
   * Calls itself not ready, accepts no more, lets what runs come to its end within the time for
   * that, and stops. Closing again does nothing.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    ready = false;
    try {
      server.stop();
    } catch (Exception e) {
      // Something ran for longer than it had time; it is cut off.
    }
    server.destroy();
    models.clear();
    if (log != null) {
      log.close();
    }
  }

  /** Collects what a server is made of. */
  public static final class Builder {

    private final Map<String, Model> models = new LinkedHashMap<>();
    private final List<String> names = new ArrayList<>();
    private String host = "127.0.0.1";
    private int port = 8080;
    private @Nullable String token;
    private ServerLimits limits = ServerLimits.DEFAULT;
    private Duration drain = Duration.ofSeconds(10);
    private @Nullable Consumer<String> log;

    private Builder() {}

    /**
     * Serves a model.
     *
     * @param name in paths: letters, digits, dots, dashes and blanks
     */
    public Builder model(String name, Model model) {
      requireName(name);
      models.put(name, Objects.requireNonNull(model, "model"));
      return this;
    }

    /** The address to listen on; 127.0.0.1 if not set, which this machine alone reaches. */
    public Builder host(String host) {
      this.host = Objects.requireNonNull(host, "host");
      return this;
    }

    /** The port to listen on, 0 for any that is free; 8080 if not set. */
    public Builder port(int port) {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port: expected 0 to 65535, found " + port);
      }
      this.port = port;
      return this;
    }

    /**
     * A name that the server goes by, besides the host and localhost: requests for others are
     * refused, so that no page of another site can make a browser ask here.
     */
    public Builder name(String name) {
      names.add(Objects.requireNonNull(name, "name"));
      return this;
    }

    /** A token that every request but a health check needs; none if not set. */
    public Builder token(String token) {
      if (token.isBlank()) {
        throw new IllegalArgumentException("token: expected some characters, found none");
      }
      this.token = token;
      return this;
    }

    /** What the server takes on at most; {@link ServerLimits#DEFAULT} if not set. */
    public Builder limits(ServerLimits limits) {
      this.limits = Objects.requireNonNull(limits, "limits");
      return this;
    }

    /** How long requests that run have to end when the server is closed; 10 s if not set. */
    public Builder drain(Duration drain) {
      this.drain = Objects.requireNonNull(drain, "drain");
      return this;
    }

    /**
     * Logs each request; nothing is logged if not set.
     *
     * @param lines gets a line of JSON for each request, from one thread, without a line end; an
     *     empty text each time when nothing more waits, a good moment to flush
     */
    public Builder log(Consumer<String> lines) {
      this.log = Objects.requireNonNull(lines, "log");
      return this;
    }

    /** The server, not started yet. */
    public PredictionServer build() {
      return new PredictionServer(this);
    }
  }
}
