package dev.polymath.models.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * A file for what does not fit into memory: written once from begin to end, then mapped.
 *
 * <p>Nothing of it is ever left behind. Where the system allows it, it loses its name as soon as it
 * is open, and the system takes its room back when the process ends, however it ends; elsewhere it
 * is deleted when it is closed. Mapped memory stays readable after that, and keeps the room until
 * it is collected.
 */
public final class ScratchFile implements AutoCloseable {

  private static final int BUFFER = 1 << 18;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int RANDOM_BYTES = 8;

  private static final Set<StandardOpenOption> OPTIONS =
      EnumSet.of(
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);

  private final Path folder;
  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.nativeOrder());
  private long flushed;

  private ScratchFile(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /** Makes an empty file in a folder that is there. */
  public static ScratchFile in(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + ": there is no such folder for scratch files");
    }
    byte[] random = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(random);
    Path path = folder.resolve("polymath-" + HexFormat.of().formatHex(random) + ".scratch");
    try {
      // Made and opened in one: nothing can go wrong between the two and leave a file.
      return new ScratchFile(folder, FileChannel.open(path, OPTIONS, permissions(folder)));
    } catch (IOException e) {
      throw Unpacked.named(folder, e);
    }
  }

  /** For nobody else, where the system knows such a thing. */
  private static FileAttribute<?>[] permissions(Path folder) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /** How many bytes were written. */
  public long size() {
    return flushed + buffer.position();
  }

  /** Appends 4 bytes. */
  public void putInt(int value) throws IOException {
    room(Integer.BYTES);
    buffer.putInt(value);
  }

  /** Appends 8 bytes. */
  public void putLong(long value) throws IOException {
    room(Long.BYTES);
    buffer.putLong(value);
  }

  /** Appends 8 bytes. */
  public void putDouble(double value) throws IOException {
    room(Double.BYTES);
    buffer.putDouble(value);
  }

  /** Appends 4 bytes for each of the first {@code count} numbers. */
  public void putFloats(float[] values, int count) throws IOException {
    int done = 0;
    while (done < count) {
      room(Float.BYTES);
      int piece = Math.min(count - done, buffer.remaining() / Float.BYTES);
      buffer.asFloatBuffer().put(values, done, piece);
      buffer.position(buffer.position() + piece * Float.BYTES);
      done += piece;
    }
  }

  /** Appends bytes. */
  public void putBytes(byte[] bytes, int from, int count) throws IOException {
    int done = 0;
    while (done < count) {
      room(1);
      int piece = Math.min(count - done, buffer.remaining());
      buffer.put(bytes, from + done, piece);
      done += piece;
    }
  }

  /** Appends all numbers of an array. */
  public void putLongs(long[] values) throws IOException {
    for (long value : values) {
      putLong(value);
    }
  }

  /** Appends zeros until the file has so many bytes: what is mapped then has its room on disk. */
  public void fillTo(long bytes) throws IOException {
    byte[] zeros = new byte[1 << 16];
    while (size() < bytes) {
      putBytes(zeros, 0, (int) Math.min(zeros.length, bytes - size()));
    }
  }

  private void room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    try {
      while (buffer.hasRemaining()) {
        flushed += channel.write(buffer);
      }
    } catch (IOException e) {
      throw new IOException(
          folder
              + ": "
              + e.getMessage()
              + " after "
              + (flushed >> 20)
              + " MB of a scratch file, which is deleted; take a folder with more room",
          e);
    }
    buffer.clear();
  }

  /**
   * Maps what was written, in pieces that a buffer can address.
   *
   * @param record bytes that no piece may cut, at most 2^30
   * @param writable whether the memory may be changed
   */
  public Mapped map(int record, boolean writable) throws IOException {
    flush();
    try {
      return map(channel, 0, flushed, record, writable);
    } catch (IOException e) {
      throw Unpacked.named(folder, e);
    }
  }

  /** Maps what is behind a place of any file, for reading. */
  public static Mapped map(Path file, long from, int record) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return map(channel, from, channel.size() - from, record, false);
    } catch (IOException e) {
      throw Unpacked.named(file, e);
    }
  }

  /** Whether a file begins as gzip does. */
  public static boolean isGzip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == 0x1f && in.read() == 0x8b;
    } catch (IOException e) {
      throw Unpacked.named(file, e);
    }
  }

  private static Mapped map(
      FileChannel channel, long from, long bytes, int record, boolean writable) throws IOException {
    long whole = Math.max(1, (1L << 30) / record);
    long piece = whole * record;
    int count = (int) ((bytes + piece - 1) / piece);
    ByteBuffer[] pieces = new ByteBuffer[count];
    FileChannel.MapMode mode =
        writable ? FileChannel.MapMode.READ_WRITE : FileChannel.MapMode.READ_ONLY;
    for (int i = 0; i < count; i++) {
      long start = i * piece;
      pieces[i] =
          channel
              .map(mode, from + start, Math.min(piece, bytes - start))
              .order(ByteOrder.nativeOrder());
    }
    return new Mapped(pieces, whole);
  }

  /**
   * Mapped memory.
   *
   * @param pieces in the order of the file
   * @param records of a piece; the last may have fewer
   */
  public record Mapped(ByteBuffer[] pieces, long records) {}

  /** Gives the file back. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
