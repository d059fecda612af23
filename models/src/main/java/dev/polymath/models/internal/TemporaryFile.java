package dev.polymath.models.internal;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file that is filled under a name of its own and moved to its place when it is whole. {@link
 * #close} deletes it unless it was moved.
 *
 * <p>A process that is killed leaves its file behind, and whoever next makes one of these names in
 * the folder deletes it. A file that is being written is locked by its process, so that nobody
 * takes it for left behind, however long it takes. Where the file system knows no locks, only what
 * nobody has written to for a day is.
 */
public final class TemporaryFile implements AutoCloseable {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int RANDOM_BYTES = 8;
  private static final Duration OLD_WITHOUT_LOCKS = Duration.ofDays(1);

  /** A byte that no file reaches: on Windows nobody can read what another has locked. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  /**
   * Those of this process. Their locks must not be tried: closing a channel ends all locks that the
   * process has on the file.
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private TemporaryFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Makes a new, empty file named {@code prefix}, 16 random digits, {@code suffix}, and first
   * deletes what is left of others of these names.
   *
   * @param folder there already
   */
  public static TemporaryFile in(Path folder, String prefix, String suffix) throws IOException {
    Path real = folder.toRealPath();
    deleteAbandoned(real, prefix, suffix);
    while (true) {
      byte[] random = new byte[RANDOM_BYTES];
      RANDOM.nextBytes(random);
      Path path = real.resolve(prefix + HexFormat.of().formatHex(random) + suffix);
      OWN.add(path);
      boolean made = false;
      try {
        FileChannel channel =
            FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        made = isMine(path, channel);
        if (made) {
          return new TemporaryFile(path, channel);
        }
        channel.close();
      } catch (FileAlreadyExistsException e) {
        // Another name, then.
      } finally {
        if (!made) {
          OWN.remove(path);
        }
      }
    }
  }

  /** False if another process took the file for left behind before it could be locked. */
  private static boolean isMine(Path path, FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
      return lock != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      return true; // a file system without locks
    }
  }

  /** Deletes what killed processes have left of files of these names. Failures are let pass. */
  public static void deleteAbandoned(Path folder, String prefix, String suffix) {
    int length = prefix.length() + 2 * RANDOM_BYTES + suffix.length();
    DirectoryStream.Filter<Path> named =
        file -> {
          String name = file.getFileName().toString();
          return name.length() == length && name.startsWith(prefix) && name.endsWith(suffix);
        };
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.toRealPath(), named)) {
      for (Path file : files) {
        if (!OWN.contains(file) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          deleteIfAbandoned(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Cleaning up is a courtesy; what the caller came for will say what is wrong.
    }
  }

  private static void deleteIfAbandoned(Path file) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (isUnused(file, channel)) {
        // While it is locked: whoever has just made it finds it locked or gone.
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Another's, or gone already.
    }
  }

  private static boolean isUnused(Path file, FileChannel channel) throws IOException {
    try {
      return channel.tryLock(LOCKED_BYTE, 1, false) != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      Instant written = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
      return written.isBefore(Instant.now().minus(OLD_WITHOUT_LOCKS));
    }
  }

  /** Where it is until it is moved. */
  public Path path() {
    return path;
  }

  /** To write to; belongs to this file. */
  public FileChannel channel() {
    return channel;
  }

  /** Forces the content to disk and puts it in the place of {@code target}, link or file. */
  public void moveTo(Path target) throws IOException {
    channel.force(true);
    // Still locked: unlocked, it could be taken for left behind.
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(path);
    } finally {
      OWN.remove(path);
    }
  }
}
