package dev.polymath.cli.data;

import dev.polymath.models.internal.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * MNIST's four files in a folder, fetched once from public mirrors.
 *
 * <p>A file appears in the folder only when it is whole and its unpacked bytes have the SHA-256
 * that they should: it is unpacked beside its place and renamed. What a mirror can't give is asked,
 * from the first byte, of the next.
 */
public final class MnistDownload {

  /**
   * A file as it is after unpacking; a mirror has it as {@code name.gz}.
   *
   * @param size in bytes
   * @param sha256 in hexadecimal
   */
  record MnistFile(String name, long size, String sha256) {}

  /** What happens, for people to see. */
  interface Progress {
    /**
     * Bytes of a file have come.
     *
     * @param total −1 where the server does not say
     */
    void received(String file, long bytes, long total);

    /** A file is in its place. */
    void installed(String file);
  }

  static final List<MnistFile> FILES =
      List.of(
          new MnistFile(
              "train-images-idx3-ubyte",
              47_040_016,
              "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
          new MnistFile(
              "train-labels-idx1-ubyte",
              60_008,
              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
          new MnistFile(
              "t10k-images-idx3-ubyte",
              7_840_016,
              "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
          new MnistFile(
              "t10k-labels-idx1-ubyte",
              10_008,
              "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"));

  static final List<URI> MIRRORS =
      List.of(
          URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/"),
          URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
          URI.create("https://raw.githubusercontent.com/fgnt/mnist/master/"));

  private static final int MOST_REDIRECTS = 5;

  private final List<MnistFile> files;
  private final List<URI> mirrors;
  private final Duration patience;

  /**
   * @param mirrors addresses of folders, each ending in a slash, in the order in which they are
   *     asked
   * @param patience how long a server may say nothing
   */
  MnistDownload(List<MnistFile> files, List<URI> mirrors, Duration patience) {
    this.files = files;
    this.mirrors = mirrors;
    this.patience = patience;
  }

  /** Unpacks what lies in the folder gzipped, and fetches what is missing then. */
  void into(Path folder, Progress progress) throws IOException {
    for (MnistFile file : files) {
      Path place = folder.resolve(file.name());
      if (!Files.isRegularFile(place) || Files.size(place) != file.size()) {
        Files.createDirectories(folder);
        if (!unpack(file, place)) {
          fetch(file, place, progress);
        }
      }
    }
  }

  /** What was put into the folder by hand counts if it is whole and right, like a mirror's. */
  private boolean unpack(MnistFile file, Path place) throws IOException {
    for (String name : List.of(file.name(), file.name().replace("-idx", ".idx"))) {
      for (String ending : List.of(".gz", "")) {
        Path given = place.resolveSibling(name + ending);
        if (Files.isRegularFile(given) && !given.equals(place) && install(given, file, place)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean install(Path given, MnistFile file, Path place) throws IOException {
    Path temporary = Files.createTempFile(place.getParent(), file.name() + "-", ".part");
    try (InputStream raw = Files.newInputStream(given)) {
      InputStream in = given.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
      copy(in, file, temporary);
      move(temporary, place);
      return true;
    } catch (FetchException | ZipException | EOFException e) {
      return false;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private void fetch(MnistFile file, Path place, Progress progress) throws IOException {
    List<String> failures = new ArrayList<>();
    for (URI mirror : mirrors) {
      // A name of its own: another process may be at the same file.
      Path temporary = Files.createTempFile(place.getParent(), file.name() + "-", ".part");
      try {
        download(mirror.resolve(file.name() + ".gz"), file, temporary, progress);
        move(temporary, place);
        progress.installed(file.name());
        return;
      } catch (FetchException e) {
        failures.add(mirror.getHost() + ": " + e.getMessage());
      } finally {
        Files.deleteIfExists(temporary);
      }
    }
    throw new IOException(
        "mnist: no mirror gave "
            + file.name()
            + ".gz ("
            + String.join("; ", failures)
            + "); go online, or put MNIST's four files, gzipped or not, into "
            + place.getParent()
            + ", or name the folder that has them: --data FOLDER");
  }

  /** A mirror's failure, as against one of the disk, which no other mirror can mend. */
  private static final class FetchException extends Exception {
    private static final long serialVersionUID = 1;

    FetchException(String message) {
      super(message);
    }
  }

  private static void move(Path temporary, Path place) throws IOException {
    Files.move(
        temporary, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void download(URI address, MnistFile file, Path target, Progress progress)
      throws IOException, FetchException {
    try (InputStream in = unpacked(address, file.name(), progress)) {
      copy(in, file, target);
    }
  }

  /** Writes a file's unpacked bytes, and checks them. */
  private void copy(InputStream in, MnistFile file, Path target)
      throws IOException, FetchException {
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[1 << 16];
    long size = 0;
    try (OutputStream out = Files.newOutputStream(target)) {
      while (true) {
        int count;
        try {
          count = in.read(buffer);
        } catch (IOException e) {
          throw new FetchException(reason(e));
        }
        if (count < 0) {
          break;
        }
        size += count;
        if (size > file.size()) {
          throw new FetchException("more than the " + file.size() + " bytes expected");
        }
        digest.update(buffer, 0, count);
        out.write(buffer, 0, count);
      }
    }
    String found = Sha256.hex(digest);
    if (!found.equals(file.sha256())) {
      throw new FetchException(
          "expected the SHA-256 " + file.sha256() + " once unpacked, found " + found);
    }
  }

  private InputStream unpacked(URI address, String name, Progress progress) throws FetchException {
    try {
      HttpURLConnection connection = connect(address);
      return new GZIPInputStream(
          new Counted(connection.getInputStream(), connection, name, progress), 1 << 16);
    } catch (IOException e) {
      throw new FetchException(reason(e));
    }
  }

  /**
   * Follows redirections, which the JDK does not from one protocol to another; never out of TLS.
   */
  private HttpURLConnection connect(URI address) throws IOException, FetchException {
    URI at = address;
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      HttpURLConnection connection = (HttpURLConnection) at.toURL().openConnection();
      connection.setInstanceFollowRedirects(false);
      connection.setConnectTimeout((int) patience.toMillis());
      connection.setReadTimeout((int) patience.toMillis());
      int status = connection.getResponseCode();
      if (status == HttpURLConnection.HTTP_OK) {
        return connection;
      }
      String location = connection.getHeaderField("Location");
      connection.disconnect();
      if (status / 100 != 3 || location == null) {
        throw new FetchException("HTTP status " + status);
      }
      URI next;
      try {
        next = at.resolve(location);
      } catch (IllegalArgumentException e) {
        throw new FetchException("redirected to " + location);
      }
      boolean http = "https".equals(next.getScheme()) || "http".equals(next.getScheme());
      if (!http || "https".equals(at.getScheme()) && !"https".equals(next.getScheme())) {
        throw new FetchException("redirected to " + next);
      }
      at = next;
    }
    throw new FetchException("more than " + MOST_REDIRECTS + " redirections");
  }

  private String reason(IOException e) {
    if (e instanceof SocketTimeoutException) {
      return "silent for " + patience.toMillis() / 1000.0 + " s";
    }
    if (e instanceof UnknownHostException) {
      return "unknown host";
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** Tells how many bytes have come, and ends the connection with the stream. */
  private static final class Counted extends InputStream {
    private final InputStream in;
    private final HttpURLConnection connection;
    private final String name;
    private final Progress progress;
    private final long total;
    private long received;

    Counted(InputStream in, HttpURLConnection connection, String name, Progress progress) {
      this.in = in;
      this.connection = connection;
      this.name = name;
      this.progress = progress;
      this.total = connection.getContentLengthLong();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = in.read(target, offset, length);
      if (count > 0) {
        received += count;
        progress.received(name, received, total);
      }
      return count;
    }

    @Override
    public void close() {
      // Closing the stream of a server that says nothing would wait for its rest.
      connection.disconnect();
    }
  }
}
