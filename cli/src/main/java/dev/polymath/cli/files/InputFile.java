package dev.polymath.cli.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file or folder to read, under the name that it was given. What can be read only once, the
 * standard input or a pipe, is copied into a temporary file first, which goes with {@link #close}.
 */
public final class InputFile implements Closeable {

  /** Stands for the standard input. */
  public static final String STANDARD_INPUT = "-";

  private static final int MODE_TYPE = 0170000;
  private static final int MODE_DEVICE = 0020000;

  private final String name;
  private final Path path;
  private final boolean temporary;

  private InputFile(String name, Path path, boolean temporary) {
    this.name = name;
    this.path = path;
    this.temporary = temporary;
  }

  /**
   * Opens what an argument names.
   *
   * @throws NoSuchFileException if there is no such file or folder
   */
  public static InputFile open(String argument) throws IOException {
    if (argument.equals(STANDARD_INPUT)) {
      return copy(name(argument), System.in);
    }
    Path path = Path.of(argument);
    if (!Files.exists(path)) {
      throw new NoSuchFileException(argument);
    }
    if (Files.isRegularFile(path) || Files.isDirectory(path) || isDevice(path)) {
      return new InputFile(argument, path, false);
    }
    try (InputStream in = Files.newInputStream(path)) {
      return copy(argument, in);
    }
  }

  /** What an argument is called in messages. */
  public static String name(String argument) {
    return argument.equals(STANDARD_INPUT) ? "standard input" : argument;
  }

  private static InputFile copy(String name, InputStream in) throws IOException {
    Path copy = Files.createTempFile("polymath-", ".input");
    try {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      return new InputFile(name, copy, true);
    } catch (Throwable e) {
      Files.deleteIfExists(copy);
      throw e;
    }
  }

  /** A device may have no end, and is never copied. */
  private static boolean isDevice(Path path) throws IOException {
    try {
      int mode = (Integer) Files.getAttribute(path, "unix:mode");
      return (mode & MODE_TYPE) == MODE_DEVICE;
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }

  /** What to call it in messages. */
  public String name() {
    return name;
  }

  /** Where its content can be read, any number of times. */
  public Path path() {
    return path;
  }

  /** A failure to read it, the message with the file's name as it was given. */
  public IOException named(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    if (message.contains(path.toString())) {
      return temporary ? new IOException(message.replace(path.toString(), name), failure) : failure;
    }
    return new IOException(name + ": " + message, failure);
  }

  @Override
  public void close() throws IOException {
    if (temporary) {
      Files.deleteIfExists(path);
    }
  }
}
