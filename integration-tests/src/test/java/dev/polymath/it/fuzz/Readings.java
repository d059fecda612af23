package dev.polymath.it.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a reader may do with any bytes: read them, or say in one sentence what is wrong. */
final class Readings {

  /** A reader of bytes. */
  interface Reader {
    void read(byte[] bytes) throws IOException;
  }

  /** A reader of a file. */
  interface FileReader {
    void read(Path file) throws IOException;
  }

  private static final Path FILE = temporary();

  private Readings() {}

  private static Path temporary() {
    try {
      Path file = Files.createTempFile("fuzz", ".bin");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Anything but an error with a message fails. */
  static void tried(byte[] bytes, Reader reader) {
    try {
      reader.read(bytes);
    } catch (IOException | IllegalArgumentException e) {
      String message = e.getMessage();
      if (message == null || message.isBlank()) {
        throw new AssertionError("refused without a message", e);
      }
    }
  }

  /** As above, through a file. One thread at a time. */
  static void triedAsFile(byte[] bytes, FileReader reader) {
    tried(
        bytes,
        content -> {
          Files.write(FILE, content);
          reader.read(FILE);
        });
  }
}
