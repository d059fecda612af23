package dev.polymath.cli;

import dev.polymath.models.data.Digits;
import dev.polymath.models.data.Mnist;
import dev.polymath.models.data.TrainTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The option that names a data set. */
@Heading("Data options:")
final class DataChoice {

  /** One data set for every run: the seed of a run must not change what it is judged on. */
  private static final long DIGITS_SEED = 1;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Option(
      names = "--data",
      paramLabel = "digits|mnist|FOLDER",
      defaultValue = "digits",
      description = {
        "digits: 12,000 handwriting-like digits that are drawn on the spot (the default).",
        "mnist: MNIST's 70,000 digits, fetched once (11 MB, 55 unpacked) into the cache folder:"
            + " POLYMATH_HOME, or polymath in XDG_CACHE_HOME or ~/.cache.",
        "FOLDER: MNIST's four files, gzipped or plain, under their usual names; ./mnist for a"
            + " folder of that name."
      })
  private String source = "digits";

  String name() {
    return source.equals("digits") || source.equals("mnist")
        ? source
        : Path.of(source).toAbsolutePath().normalize().toString();
  }

  /**
   * Draws, fetches or reads the examples.
   *
   * @param print gets the progress of a download
   */
  TrainTest load(PrintWriter print) throws IOException {
    if (source.equals("digits")) {
      return Digits.generate(DIGITS_SEED);
    }
    if (!source.equals("mnist")) {
      return Mnist.load(Path.of(source));
    }
    Path folder =
        CacheFolder.locate(System.getenv(), System.getProperty("user.home")).resolve("mnist");
    new MnistDownload(MnistDownload.FILES, MnistDownload.MIRRORS, PATIENCE)
        .into(folder, new DownloadBar(print, Boolean.getBoolean("polymath.terminal")));
    return Mnist.load(folder);
  }
}
