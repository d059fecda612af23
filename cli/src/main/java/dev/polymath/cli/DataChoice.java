package dev.polymath.cli;

import dev.polymath.models.data.Digits;
import dev.polymath.models.data.Mnist;
import dev.polymath.models.data.TrainTest;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names a data set. */
final class DataChoice {

  /** One data set for every run: the seed of a run must not change what it is judged on. */
  private static final long DIGITS_SEED = 1;

  @Option(
      names = "--data",
      paramLabel = "digits|FOLDER",
      defaultValue = "digits",
      description =
          "digits: 12,000 handwriting-like digits that are drawn on the spot (the default)."
              + " FOLDER: MNIST's four files, gzipped or plain, under their usual names.")
  private String source = "digits";

  String name() {
    return source.equals("digits")
        ? "digits"
        : Path.of(source).toAbsolutePath().normalize().toString();
  }

  TrainTest load() throws IOException {
    return source.equals("digits") ? Digits.generate(DIGITS_SEED) : Mnist.load(Path.of(source));
  }
}
