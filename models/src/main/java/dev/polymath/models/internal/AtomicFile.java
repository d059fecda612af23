package dev.polymath.models.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;

/**
 * Writes a file whole or not at all: into a temporary file of the same folder, forced to disk, then
 * renamed over the old one. A reader sees the old file or the new one; a failure leaves the old one
 * as it was and removes the temporary file. What a killed process left of its own is removed too.
 */
public final class AtomicFile {

  private static final int MOST_LINKS = 40;
  private static final String PREFIX = ".polymath-";

  private AtomicFile() {}

  /** Fills a new, empty file. */
  @FunctionalInterface
  public interface Content {
    /** Writes the whole content at the channel's position, 0. */
    void writeTo(FileChannel file) throws IOException;
  }

  /**
   * Replaces {@code target} or makes it anew. A symbolic link stays one: the file it leads to is
   * replaced. The permissions of an existing file are kept; one that may not be written is refused.
   */
  public static void write(Path target, Content content) throws IOException {
    write(target, followLinks(target.toAbsolutePath()), content);
  }

  /**
   * As {@link #write}, but what stands at {@code target} is replaced even where it is a symbolic
   * link: for files of ours, such as those of a cache, which nobody has a reason to link elsewhere.
   */
  public static void replace(Path target, Content content) throws IOException {
    write(target, target.toAbsolutePath(), content);
  }

  /** The same as {@link #write} with a text, in UTF-8. */
  public static void writeText(Path target, String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    write(
        target,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  /**
   * Throws what {@link #write} would throw now before it writes a byte: a target that is a folder
   * or a device, that may not be written, or whose folder is not there or takes no new file.
   */
  public static void check(Path target) throws IOException {
    Path file = followLinks(target.toAbsolutePath());
    requireWritable(target, file);
    create(file.resolveSibling(""), target).close();
  }

  /** Replaces {@code file} itself, the link where it is one. */
  private static void write(Path target, Path file, Content content) throws IOException {
    requireWritable(target, file);
    Path folder = file.resolveSibling("");
    // Names of fixed length: the target's own may already be as long as the file system allows.
    try (TemporaryFile temporary = create(folder, target)) {
      if (exists(file)) {
        // Before the content: a private file must not be readable for a moment.
        copyPermissions(file, temporary.path());
      }
      fill(target, temporary, content);
      temporary.moveTo(file);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      throw named(target, e);
    }
    forceFolder(folder);
  }

  /** A temporary name, or none at all, would say nothing to whoever named the target. */
  private static IOException named(Path target, IOException e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof FileSystemException failure && message.contains(PREFIX)) {
      String reason = failure.getReason() == null ? "can't be written" : failure.getReason();
      FileSystemException named = new FileSystemException(target.toString(), null, reason);
      named.initCause(e);
      return named;
    }
    return message.contains(target.toString()) || e instanceof FileSystemException
        ? e
        : new IOException(target + ": " + message, e);
  }

  private static void fill(Path target, TemporaryFile temporary, Content content)
      throws IOException {
    try {
      content.writeTo(temporary.channel());
    } catch (FileSystemException | ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      // A full disk, for one, does not say which file it has no room for.
      throw new IOException(target + ": " + e.getMessage(), e);
    }
  }

  private static void requireWritable(Path target, Path file) throws IOException {
    Path folder = file.getParent();
    if (folder == null || Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(target + ": expected a file, found a folder");
    }
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(target.toString(), null, "there is no folder " + folder);
    }
    if (exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(target + ": expected a regular file, found a device, pipe or socket");
    }
    if (exists(file) && !Files.isWritable(file)) {
      throw new AccessDeniedException(target.toString());
    }
  }

  private static boolean exists(Path file) {
    return Files.exists(file) && !Files.isSymbolicLink(file);
  }

  private static TemporaryFile create(Path folder, Path target) throws IOException {
    try {
      return TemporaryFile.in(folder, PREFIX, ".tmp");
    } catch (FileSystemException e) {
      // The temporary name would say nothing to whoever named the target.
      String why = e.getReason() == null ? "" : ": " + e.getReason();
      String reason = "no file can be made in " + folder + why;
      FileSystemException failure =
          e instanceof AccessDeniedException
              ? new AccessDeniedException(target.toString(), null, reason + ": access denied")
              : new FileSystemException(target.toString(), null, reason);
      failure.initCause(e);
      throw failure;
    }
  }

  /**
   * The file that a path leads to through all its symbolic links, whether it is there or not.
   *
   * @throws FileSystemLoopException if the links lead in a circle
   */
  public static Path followLinks(Path path) throws IOException {
    Path file = path;
    for (int links = 0; Files.isSymbolicLink(file); links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemLoopException(path.toString());
      }
      file = file.resolveSibling(Files.readSymbolicLink(file));
    }
    return file;
  }

  private static void copyPermissions(Path from, Path to) throws IOException {
    PosixFileAttributeView source = Files.getFileAttributeView(from, PosixFileAttributeView.class);
    if (source != null) {
      Files.setPosixFilePermissions(to, source.readAttributes().permissions());
    }
  }

  /** Makes the rename itself last through a crash, where the system can open a folder. */
  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no folder. The new file is in place and whole either way.
    }
  }
}
