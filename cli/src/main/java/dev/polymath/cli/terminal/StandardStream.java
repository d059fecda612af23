package dev.polymath.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The standard output or error stream. It remembers why something could not be written, which a
 * {@link PrintWriter} keeps to itself. Text is UTF-8 whatever the locale is; a console of Windows
 * gets its own encoding.
 */
public final class StandardStream extends OutputStream {

  private final OutputStream stream;
  private @Nullable IOException failure;

  public StandardStream(OutputStream stream) {
    this.stream = stream;
  }

  /** The standard output. */
  public static StandardStream output() {
    return new StandardStream(new FileOutputStream(FileDescriptor.out));
  }

  /**
   * The standard error stream: that of the descriptor that the launcher names, which hides from it
   * what the JVM says of its incubator modules at each start; else the usual one.
   */
  public static StandardStream error() {
    FileDescriptor descriptor = FileDescriptor.err;
    Integer number = Integer.getInteger("polymath.stderr");
    if (number != null) {
      try {
        Constructor<FileDescriptor> numbered =
            FileDescriptor.class.getDeclaredConstructor(int.class);
        numbered.setAccessible(true);
        descriptor = numbered.newInstance(number);
      } catch (ReflectiveOperationException | RuntimeException e) {
        // A JVM without such a constructor: its own stream goes the longer way.
      }
    }
    return new StandardStream(new FileOutputStream(descriptor));
  }

  /** A writer to this stream that is flushed at each line. */
  public PrintWriter writer() {
    return new PrintWriter(new OutputStreamWriter(this, charset()), true);
  }

  private static Charset charset() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    return system.startsWith("windows") && System.console() != null
        ? Charset.forName(System.getProperty("stdout.encoding", Charset.defaultCharset().name()))
        : StandardCharsets.UTF_8;
  }

  /** Why something was lost; null as long as nothing was. */
  public @Nullable IOException failure() {
    return failure;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      stream.write(bytes, offset, length);
    } catch (IOException e) {
      if (failure == null) {
        failure = e;
      }
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    stream.flush();
  }
}
