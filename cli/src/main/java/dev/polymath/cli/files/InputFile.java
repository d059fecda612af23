package dev.polymath.cli.files;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file, a pipe or the standard input, opened once: its begin can be looked at, and is still there
 * to be read.
 */
public final class InputFile implements Closeable {

  /** Stands for the standard input. */
  public static final String STANDARD_INPUT = "-";

  /** More than the head of a gzip file and the first of its bytes. */
  private static final int BUFFER = 1 << 16;

  private final String name;
  private final InputStream in;

  private InputFile(String name, InputStream in) {
    this.name = name;
    this.in = new BufferedInputStream(in, BUFFER);
  }

  /**
   * Opens what an argument names.
   *
   * @throws NoSuchFileException if there is no such file
   */
  public static InputFile open(String argument) throws IOException {
    if (argument.equals(STANDARD_INPUT)) {
      return new InputFile(name(argument), standardInput());
    }
    Path path = Path.of(argument);
    if (Files.isDirectory(path)) {
      throw new IOException(argument + ": is a folder, expected a file");
    }
    return new InputFile(argument, stream(path));
  }

  /** Opens a file, or a pipe: channels would want to know their position in it. */
  public static InputStream stream(Path path) throws IOException {
    return Files.exists(path) && !Files.isRegularFile(path)
        ? new FileInputStream(path.toFile())
        : Files.newInputStream(path);
  }

  /** The standard input; closing what is returned leaves it open. */
  public static InputStream standardInput() {
    return new FilterInputStream(System.in) {
      @Override
      public void close() {
        // It is not ours.
      }
    };
  }

  /** What an argument is called in messages. */
  public static String name(String argument) {
    return argument.equals(STANDARD_INPUT) ? "standard input" : argument;
  }

  /** What to call it in messages. */
  public String name() {
    return name;
  }

  /** Its first bytes, unpacked, as many as there are up to some. They are still there to read. */
  public byte[] start(int most) throws IOException {
    in.mark(BUFFER);
    try {
      byte[] start = in.readNBytes(most);
      if (start.length > 1 && start[0] == 0x1f && start[1] == (byte) 0x8b) {
        in.reset();
        start = new GZIPInputStream(in).readNBytes(most);
      }
      return start;
    } catch (EOFException | ZipException e) {
      throw new IOException(name + ": broken gzip data: " + e.getMessage(), e);
    } finally {
      in.reset();
    }
  }

  /** Its bytes as they are. */
  public InputStream bytes() {
    return in;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
