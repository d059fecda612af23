package dev.polymath.cli.files;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** Failures to read and write, with the name of the file in the message. */
public final class FileErrors {

  private FileErrors() {}

  /** Something that reads or writes a file. */
  @FunctionalInterface
  public interface Action<T> {
    T run() throws IOException;
  }

  /**
   * Runs it; where it fails, the message has the file's name.
   *
   * @param name of the file as it was given
   */
  public static <T> T named(String name, Action<T> action) throws IOException {
    try {
      return action.run();
    } catch (IOException e) {
      throw named(name, e);
    }
  }

  /** Something that reads or writes a file, and has no result. */
  @FunctionalInterface
  public interface Work {
    void run() throws IOException;
  }

  /** Runs it; where it fails, the message has the file's name. */
  public static void run(String name, Work work) throws IOException {
    try {
      work.run();
    } catch (IOException e) {
      throw named(name, e);
    }
  }

  /** The failure with a message that has the file's name: as it is, if it has it already. */
  public static IOException named(String name, IOException failure) {
    String message = failure.getMessage();
    if (failure instanceof FileSystemException || message != null && message.contains(name)) {
      return failure;
    }
    return new IOException(name + ": " + (message == null ? failure.toString() : message), failure);
  }
}
