package dev.polymath.it.fuzz;

import dev.polymath.models.data.Idx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Bytes as the images and the labels of IDX, plain or packed. */
public final class IdxTarget {

  private static final Path LABELS = labels();

  private IdxTarget() {}

  private static Path labels() {
    try {
      Path file = Files.createTempFile("fuzz", ".idx");
      file.toFile().deleteOnExit();
      return Files.write(file, new byte[] {0, 0, 8, 1, 0, 0, 0, 2, 0, 1});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Called with each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Readings.triedAsFile(
        input,
        file -> {
          boolean images = input.length > 3 && input[3] != 1;
          Idx.read(images ? file : LABELS, images ? LABELS : file, List.of("a", "b"));
        });
  }
}
