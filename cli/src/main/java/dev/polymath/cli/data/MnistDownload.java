package dev.polymath.cli.data;

import dev.polymath.cli.files.FileErrors;
import dev.polymath.models.internal.Sha256;
import dev.polymath.models.internal.TemporaryFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * that they should: it is unpacked beside its place and renamed. A file that is there already is
 * checked each time it is used. What a mirror can't give is asked, from the first byte, of the
 * next.
 */
public final class MnistDownload {

  /**
   * A file as it is after unpacking; a mirror has it as {@code name.gz}.
   *
   * @param size in bytes
   * @param sha256 in hexadecimal
   */
  record Part(String name, long size, String sha256) {}

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

  static final List<Part> FILES =
      List.of(
          new Part(
              "train-images-idx3-ubyte",
              47_040_016,
              "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
          new Part(
              "train-labels-idx1-ubyte",
              60_008,
              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
          new Part(
              "t10k-images-idx3-ubyte",
              7_840_016,
              "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
          new Part(
              "t10k-labels-idx1-ubyte",
              10_008,
              "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"));

  static final List<URI> MIRRORS =
      List.of(
          URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/"),
          URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
          URI.create("https://raw.githubusercontent.com/fgnt/mnist/master/"));

  private static final int MOST_REDIRECTS = 5;

  /** How names of files end that are not whole yet. */
  private static final String TEMPORARY = ".part";

  private final List<Part> parts;
  private final List<URI> mirrors;
  private final Duration patience;

  /**
   * @param mirrors addresses of folders, each ending in a slash, in the order in which they are
   *     asked
   * @param patience how long a server may say nothing
   */
  MnistDownload(List<Part> parts, List<URI> mirrors, Duration patience) {
    this.parts = parts;
    this.mirrors = mirrors;
    this.patience = patience;
  }

  /**
   * Unpacks what lies in the folder gzipped, and fetches what is missing or damaged then. Reads all
   * files to their end each time: 0.2 s for MNIST's 55 MB in a JVM that has just started, up to 2 s
   * where the processor has no instructions for SHA-256.
   */
  void into(Path folder, Progress progress) throws IOException {
    FileErrors.run(folder.toString(), () -> fill(folder, progress));
  }

  private void fill(Path folder, Progress progress) throws IOException {
    for (Part part : parts) {
      TemporaryFile.deleteAbandoned(folder, part.name() + "-", TEMPORARY);
      Path place = folder.resolve(part.name());
      boolean there = Files.isRegularFile(place);
      String damage = there ? damage(part, place) : "";
      if (!there || !damage.isEmpty()) {
        Files.createDirectories(folder);
        if (!unpack(part, place)) {
          fetch(part, place, damage, progress);
        }
      }
    }
  }

  /** Why a file is not what it should be; empty if it is. */
  private static String damage(Part part, Path file) throws IOException {
    if (Files.size(file) != part.size()) {
      return "expected " + part.size() + " bytes, found " + Files.size(file);
    }
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    String found = Sha256.hex(digest);
    return found.equals(part.sha256())
        ? ""
        : "expected the SHA-256 " + part.sha256() + ", found " + found;
  }

  /** What was put into the folder by hand counts if it is whole and right, like a mirror's. */
  private boolean unpack(Part part, Path place) throws IOException {
    for (String name : List.of(part.name(), part.name().replace("-idx", ".idx"))) {
      for (String ending : List.of(".gz", "")) {
        Path given = place.resolveSibling(name + ending);
        if (Files.isRegularFile(given) && !given.equals(place) && install(given, part, place)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean install(Path given, Part part, Path place) throws IOException {
    try (TemporaryFile temporary = temporary(part, place);
        InputStream raw = Files.newInputStream(given)) {
      InputStream in = given.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
      copy(in, part, temporary);
      temporary.moveTo(place);
      return true;
    } catch (FetchException | ZipException | EOFException e) {
      return false;
    }
  }

  /** A name of its own: another process may be at the same file. */
  private static TemporaryFile temporary(Part part, Path place) throws IOException {
    return TemporaryFile.in(
        place.toAbsolutePath().resolveSibling(""), part.name() + "-", TEMPORARY);
  }

  private void fetch(Part part, Path place, String damage, Progress progress) throws IOException {
    List<String> failures = new ArrayList<>();
    for (URI mirror : mirrors) {
      try (TemporaryFile temporary = temporary(part, place)) {
        download(mirror.resolve(part.name() + ".gz"), part, temporary, progress);
        temporary.moveTo(place);
        progress.installed(part.name());
        return;
      } catch (FetchException e) {
        failures.add(mirror.getHost() + ": " + e.getMessage());
      }
    }
    throw new IOException(
        "mnist: "
            + (damage.isEmpty() ? "" : place + " is damaged (" + damage + "), and ")
            + "no mirror gave "
            + part.name()
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

  private void download(URI address, Part part, TemporaryFile target, Progress progress)
      throws IOException, FetchException {
    try (InputStream in = unpacked(address, part.name(), progress)) {
      copy(in, part, target);
    }
  }

  /** Writes a file's unpacked bytes, and checks them. */
  private void copy(InputStream in, Part part, TemporaryFile target)
      throws IOException, FetchException {
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[1 << 16];
    long size = 0;
    OutputStream out = Channels.newOutputStream(target.channel());
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
      if (size > part.size()) {
        throw new FetchException("more than the " + part.size() + " bytes expected");
      }
      digest.update(buffer, 0, count);
      out.write(buffer, 0, count);
    }
    String found = Sha256.hex(digest);
    if (!found.equals(part.sha256())) {
      throw new FetchException(
          "expected the SHA-256 " + part.sha256() + " once unpacked, found " + found);
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
