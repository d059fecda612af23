package dev.polymath.models.data;

import dev.polymath.models.internal.Unpacked;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where the bytes of a table come from: a file, or a stream such as a pipe. They are read once,
 * from begin to end, and may be gzip: that is told by their content.
 */
public final class TableSource {

  private final String name;
  private final Opener opener;

  private TableSource(String name, Opener opener) {
    this.name = name;
    this.opener = opener;
  }

  /** A file; its path is its name in messages. */
  public static TableSource of(Path file) {
    String name = file.toString();
    return new TableSource(
        name,
        () -> {
          if (Files.isDirectory(file)) {
            throw new IOException(name + ": is a folder, expected a CSV file");
          }
          return Unpacked.open(file);
        });
  }

  /**
   * A stream, which can be read once and is closed then.
   *
   * @param name what messages call it
   */
  public static TableSource of(String name, InputStream bytes) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(bytes, "bytes");
    return new TableSource(name, () -> Unpacked.open(name, bytes));
  }

  /** The plain bytes. */
  InputStream open() throws IOException {
    return opener.open();
  }

  /** The name in messages. */
  @Override
  public String toString() {
    return name;
  }

  private interface Opener {
    InputStream open() throws IOException;
  }
}
