package dev.polymath.cli.files;

import dev.polymath.cli.terminal.ErrorText;
import dev.polymath.models.internal.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * The files that a command is going to write, looked at before it reads or computes anything: none
 * of them may be one that it reads, whatever links lead to it, and each must be writable.
 */
public final class OutputFiles {

  private final CommandLine command;
  private final Map<String, Path> read = new LinkedHashMap<>();
  private final Map<String, Predicate<Path>> readInFolder = new LinkedHashMap<>();
  private final Map<String, Path> replaced = new LinkedHashMap<>();
  private final Map<String, Path> streamed = new LinkedHashMap<>();

  /**
   * @param command that a mistake is shown for
   */
  public OutputFiles(CommandLine command) {
    this.command = command;
  }

  /** Adds a file that is read; null, or no path at all, adds nothing. */
  public OutputFiles reads(String what, @Nullable String file) {
    return reads(what, file, path -> false);
  }

  /**
   * Adds a file or folder that is read.
   *
   * @param inFolder whether a file is one of those that are read in the folder
   */
  public OutputFiles reads(String what, @Nullable String file, Predicate<Path> inFolder) {
    if (file != null && !file.equals(InputFile.STANDARD_INPUT)) {
      try {
        read.put(what, Path.of(file));
        readInFolder.put(what, inFolder);
      } catch (InvalidPathException e) {
        // Whoever reads it says so.
      }
    }
    return this;
  }

  /** Adds a file that is replaced as a whole: it can be no device and no pipe. */
  public OutputFiles replaces(String option, @Nullable Path file) {
    if (file != null) {
      replaced.put(option, file);
    }
    return this;
  }

  /** Adds a file that is written bit by bit: a device or a pipe will do. */
  public OutputFiles streams(String option, @Nullable Path file) {
    if (file != null) {
      streamed.put(option, file);
    }
    return this;
  }

  /**
   * Looks at them all.
   *
   * @throws ParameterException if a file is named that is read, or one is named twice
   * @throws IOException if a file can't be written
   */
  public void check() throws IOException {
    Map<String, Path> written = new LinkedHashMap<>(replaced);
    written.putAll(streamed);
    for (Entry<String, Path> output : written.entrySet()) {
      requireNotRead(output.getKey(), output.getValue());
      for (Entry<String, Path> other : written.entrySet()) {
        if (output.getKey().equals(other.getKey())) {
          break;
        }
        if (same(output.getValue(), other.getValue())) {
          throw mistake(
              other.getKey()
                  + " and "
                  + output.getKey()
                  + ": expected different files, found "
                  + other.getValue());
        }
      }
    }
    for (Entry<String, Path> output : replaced.entrySet()) {
      writable(output, () -> AtomicFile.check(output.getValue()));
    }
    for (Entry<String, Path> output : streamed.entrySet()) {
      writable(output, () -> requireStreamable(output.getValue()));
    }
  }

  private void requireNotRead(String option, Path file) throws IOException {
    for (Entry<String, Path> input : read.entrySet()) {
      Path source = input.getValue();
      if (same(file, source)) {
        throw mistake(
            option + " " + file + ": is " + input.getKey() + " itself, expected another file");
      }
      if (Files.isDirectory(source)
          && Files.exists(file)
          && file.toRealPath().startsWith(source.toRealPath())
          && readInFolder.getOrDefault(input.getKey(), path -> false).test(file)) {
        throw mistake(
            option
                + " "
                + file
                + ": is read as a part of "
                + input.getKey()
                + ", expected another file");
      }
    }
  }

  private ParameterException mistake(String message) {
    return new ParameterException(command, message);
  }

  /** Whether two paths lead to one file, also where it is still to be made. */
  private static boolean same(Path one, Path other) throws IOException {
    if (Files.exists(one) && Files.exists(other)) {
      return Files.isSameFile(one, other);
    }
    return place(one).equals(place(other));
  }

  /** Where a file will be made: behind links that lead nowhere yet, its folder without links. */
  private static Path place(Path path) throws IOException {
    Path file;
    try {
      file = AtomicFile.followLinks(path.toAbsolutePath());
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
    Path folder = file.getParent();
    return folder != null && Files.isDirectory(folder)
        ? folder.toRealPath().resolve(file.getFileName())
        : file.normalize();
  }

  private interface Check {
    void run() throws IOException;
  }

  private static void writable(Entry<String, Path> output, Check check) throws IOException {
    try {
      check.run();
    } catch (IOException e) {
      throw new IOException(output.getKey() + " " + ErrorText.sentence(e), e);
    }
  }

  private static void requireStreamable(Path target) throws IOException {
    Path file = AtomicFile.followLinks(target.toAbsolutePath());
    Path folder = file.getParent();
    if (Files.isDirectory(file)) {
      throw new IOException(target + ": expected a file, found a folder");
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException(target + ": there is no folder " + folder);
    }
    if (!Files.isWritable(Files.exists(file) ? file : folder)) {
      throw new IOException(target + ": access denied");
    }
  }
}
