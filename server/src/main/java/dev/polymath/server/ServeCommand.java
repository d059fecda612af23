package dev.polymath.server;

import dev.polymath.cli.backend.SessionOptions;
import dev.polymath.cli.command.SavedModel;
import dev.polymath.cli.files.FileErrors;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code polymath serve}: saved models behind HTTP, until the process is told to stop. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Answers predictions over HTTP, and shows a page to try the models on. A model file that"
            + " changes is read, checked and put in place of the one before without a lost"
            + " request. Each request is logged on the standard output, a line of JSON. Ctrl-C or"
            + " SIGTERM lets what runs come to its end, and stops.")
final class ServeCommand implements Callable<Integer> {

  private static final long PAUSE = 500;

  /**
   * How many references a line of the processor's cache holds. If Jetty isn't told, it starts all
   * of the JVM's management to find out, which takes a tenth of a second.
   */
  private static final String REFERENCES = "org.eclipse.jetty.util.referencesPerCacheLine";

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "MODEL|FOLDER",
      description = "A file saved by 'polymath train', or a folder of them.")
  private Path path;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "The port to listen on; 0 takes any that is free. Default: 8080.")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "The address to listen on; 0.0.0.0 is reached from other machines. Default: 127.0.0.1.")
  private String host;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "A name that the server goes by, such as that of a proxy; repeatable. Requests for names"
              + " that it does not go by are refused; addresses and localhost are always fine.")
  private List<String> names = List.of();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "A file with a token that every request but health checks has to bring. Default: none.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long requests that run may take to end on a stop. Default: 10.")
  private int drain;

  @Mixin private SessionOptions backend;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  ServeCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    PredictionServer.Builder builder = builder(out);
    // Jetty and the backend each take a while to load: on two processors, at the same time.
    CompletableFuture<PredictionServer> built =
        CompletableFuture.supplyAsync(builder::build, task -> daemon(task, "polymath-build"));
    ModelSource source =
        new ModelSource(
            path,
            built::join,
            file -> backend.open(SavedModel.widths(file.description())),
            sentence -> err.println("polymath: " + sentence),
            PAUSE);
    Thread watch = new Thread(source, "polymath-models");
    watch.setDaemon(true);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook = stopHook(built, watch, out, stopped);
    // Before the first answer: whoever sees that the server is ready may stop it at once.
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      if (!Files.exists(path)) {
        throw new NoSuchFileException(path.toString());
      }
      source.load();
      built.join().start();
    } catch (IOException | RuntimeException e) {
      Runtime.getRuntime().removeShutdownHook(hook);
      built.join().close();
      throw e;
    }
    err.println(
        "polymath: serves " + String.join(", ", source.names()) + " at " + built.join().uri());
    watch.start();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      // A test that runs the command within its own JVM: it is the test that stops it.
      Runtime.getRuntime().removeShutdownHook(hook);
      watch.interrupt();
      built.join().close();
    }
    return 0;
  }

  private static void daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private PredictionServer.Builder builder(PrintWriter out) throws IOException {
    if (System.getProperty(REFERENCES) == null) {
      System.setProperty(REFERENCES, "16");
    }
    PredictionServer.Builder builder = PredictionServer.builder().host(host);
    try {
      builder.port(port);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
    if (drain < 0) {
      throw new ParameterException(
          spec.commandLine(), "--drain: expected at least 0, found " + drain);
    }
    backend.requireKnown();
    names.forEach(builder::name);
    if (tokenFile != null) {
      builder.token(token(tokenFile));
    }
    builder.drain(Duration.ofSeconds(drain));
    builder.log(
        line -> {
          if (line.isEmpty()) {
            out.flush();
          } else {
            out.write(line + System.lineSeparator());
          }
        });
    return builder;
  }

  private static String token(Path file) throws IOException {
    String name = file.toString();
    String token;
    try {
      token = FileErrors.named(name, () -> Files.readString(file)).strip();
    } catch (IOException e) {
      throw e.getCause() instanceof MalformedInputException
          ? new IOException(name + ": is no text, expected a token", e)
          : e;
    }
    if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new IOException(
          name
              + ": expected one token of plain characters without blanks, found "
              + (token.isEmpty() ? "nothing" : "others"));
    }
    return token;
  }

  /**
   * What is done when the process is told to stop. The JVM would end with 143 or 130 then, although
   * everything was brought to its end: the hook ends it with 0.
   */
  private static Thread stopHook(
      CompletableFuture<PredictionServer> built,
      Thread watch,
      PrintWriter out,
      CountDownLatch stopped) {
    return new Thread(
        () -> {
          watch.interrupt();
          built.join().close();
          out.flush();
          stopped.countDown();
          Runtime.getRuntime().halt(0);
        },
        "polymath-stop");
  }
}
