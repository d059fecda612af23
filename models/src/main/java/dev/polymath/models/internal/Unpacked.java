package dev.polymath.models.internal;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A file's bytes, plain or gzip; told apart by content, not by name. */
public final class Unpacked {
  private static final int BUFFER = 1 << 16;

  private Unpacked() {}

  /** Opens a file; a stream of gzip ends in an exception of the JDK's where it is broken. */
  public static InputStream open(Path file) throws IOException {
    return open(file.toString(), Files.newInputStream(file));
  }

  /**
   * Unpacks a stream in the same way. It is closed with the result, or if opening fails.
   *
   * @param name what messages call it
   */
  public static InputStream open(String name, InputStream bytes) throws IOException {
    InputStream raw = new BufferedInputStream(new Named(name, bytes), BUFFER);
    try {
      raw.mark(2);
      boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      return gzip ? new GZIPInputStream(raw, BUFFER) : raw;
    } catch (EOFException | ZipException e) {
      raw.close();
      throw new IOException(name + ": byte 0: broken gzip header", e);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** The failure, with a name in its message if it has none. */
  static IOException named(Object name, IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains(name.toString()) ? e : new IOException(name + ": " + message, e);
  }

  /** A failure to read says which file it is of: the system's own message does not. */
  private static final class Named extends FilterInputStream {

    private final String name;

    Named(String name, InputStream in) {
      super(in);
      this.name = name;
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException e) {
        throw named(e);
      }
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      try {
        return super.read(target, from, length);
      } catch (IOException e) {
        throw named(e);
      }
    }

    @Override
    public int available() throws IOException {
      try {
        return super.available();
      } catch (IOException e) {
        throw named(e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } catch (IOException e) {
        throw named(e);
      }
    }

    private IOException named(IOException e) {
      return Unpacked.named(name, e);
    }
  }
}
