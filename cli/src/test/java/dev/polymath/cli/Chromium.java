package dev.polymath.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A browser without a window, where one is installed. */
final class Chromium {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");

  private final Path program;
  private final Path folder;
  private int runs;

  /** What the browser wrote: the document if it was asked for, and the lines of its console. */
  record Run(String document, List<String> console) {}

  private Chromium(Path program, Path folder) {
    this.program = program;
    this.folder = folder;
  }

  /**
   * @param folder for profiles and logs
   */
  static Optional<Chromium> find(Path folder) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .flatMap(entry -> NAMES.stream().map(name -> Path.of(entry, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .map(program -> new Chromium(program, folder));
  }

  /** Draws a page, light or dark, into a PNG file. */
  Run screenshot(Path page, int width, int height, boolean dark, Path png)
      throws IOException, InterruptedException {
    return run(
        page,
        "--window-size=" + width + "," + height,
        "--blink-settings=preferredColorScheme=" + (dark ? 0 : 1),
        "--screenshot=" + png);
  }

  /** The page's document once it is loaded, scripts run. */
  Run document(Path page) throws IOException, InterruptedException {
    return run(page, "--dump-dom");
  }

  private Run run(Path page, String... options) throws IOException, InterruptedException {
    Path home = Files.createDirectory(folder.resolve("chromium-" + ++runs));
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--enable-logging=stderr",
            "--v=0",
            "--user-data-dir=" + home.resolve("profile")));
    command.addAll(List.of(options));
    command.add(page.toUri().toString());
    Path out = home.resolve("out");
    Path err = home.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException("the browser did not end: " + Files.readString(err));
    }
    List<String> console =
        Files.readString(err).lines().filter(line -> line.contains("CONSOLE")).toList();
    return new Run(Files.readString(out), console);
  }
}
