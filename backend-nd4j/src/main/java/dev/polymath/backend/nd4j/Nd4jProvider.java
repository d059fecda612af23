package dev.polymath.backend.nd4j;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.spi.BackendProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says whether ND4J can start, from the names of files alone, and opens sessions on it. */
public final class Nd4jProvider implements BackendProvider {

  static final String NAME = "nd4j";

  /** Why ND4J did not start. The JVM tells the cause but once. */
  private static @Nullable String failure;

  /** The loader finds it through {@code META-INF/services}. */
  public Nd4jProvider() {}

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return 200;
  }

  @Override
  public Optional<String> unavailableReason() {
    if (!present("org/nd4j/linalg/factory/Nd4j.class")
        || !present("META-INF/services/org.nd4j.linalg.factory.Nd4jBackend")) {
      return Optional.of("ND4J is missing: add the dependency org.nd4j:nd4j-native");
    }
    String platform = platform();
    if (!present(nativeLibrary("org/bytedeco/javacpp/" + platform, "jnijavacpp"))) {
      return missing("org.bytedeco:javacpp", platform);
    }
    // Another engine than nd4j-native has libraries of its own, which only starting can tell.
    if (present("org/nd4j/linalg/cpu/nativecpu/CpuBackend.class")) {
      String nd4j = "org/nd4j/linalg/cpu/nativecpu/bindings/" + platform;
      if (Stream.of("", "-avx2", "-avx512")
          .noneMatch(extension -> present(nativeLibrary(nd4j + extension, "jnind4jcpu")))) {
        return missing("org.nd4j:nd4j-native", platform);
      }
      if (!present(nativeLibrary("org/bytedeco/openblas/" + platform, "jniopenblas_nolapack"))) {
        return missing("org.bytedeco:openblas", platform);
      }
    }
    if (caches().noneMatch(Nd4jProvider::writable)) {
      return Optional.of(
          "ND4J has no folder to unpack its native libraries to: make "
              + caches().findFirst().orElseThrow()
              + " writable, or name another by -Dorg.bytedeco.javacpp.cachedir=FOLDER");
    }
    return Optional.empty();
  }

  private static Optional<String> missing(String artifact, String platform) {
    return Optional.of(
        "a native library for " + platform + " is missing: add " + artifact + ":" + platform);
  }

  private static boolean present(String resource) {
    return Nd4jProvider.class.getClassLoader().getResource(resource) != null;
  }

  private static String nativeLibrary(String folder, String name) {
    return folder + "/" + System.mapLibraryName(name);
  }

  /** JavaCPP's name for the platform. */
  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String system = os.startsWith("mac") ? "macosx" : os.startsWith("win") ? "windows" : os;
    String processor =
        switch (arch) {
          case "amd64", "x64" -> "x86_64";
          case "aarch64" -> "arm64";
          default -> arch;
        };
    return System.getProperty("org.bytedeco.javacpp.platform", system + "-" + processor);
  }

  /** The folders that JavaCPP tries, in its order. */
  private static Stream<Path> caches() {
    return Stream.of(
            System.getProperty("org.bytedeco.javacpp.cachedir"),
            System.getProperty("org.bytedeco.javacpp.cacheDir"),
            System.getProperty("user.home") + "/.javacpp/cache",
            System.getProperty("java.io.tmpdir")
                + "/.javacpp-"
                + System.getProperty("user.name")
                + "/cache")
        .filter(folder -> folder != null)
        .map(Path::of);
  }

  /** Whether the folder is there or could be made. */
  private static boolean writable(Path folder) {
    Path existing = folder.toAbsolutePath();
    while (existing != null && Files.notExists(existing)) {
      existing = existing.getParent();
    }
    return existing != null && Files.isDirectory(existing) && Files.isWritable(existing);
  }

  @Override
  public Backend open(BackendOptions options) {
    Optional<String> reason = unavailableReason();
    if (reason.isPresent()) {
      throw new IllegalStateException(reason.get());
    }
    return start(options.threads());
  }

  private static synchronized Backend start(int threads) {
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
    try {
      return Nd4jBackend.start(threads);
    } catch (LinkageError | RuntimeException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      failure = "ND4J failed with " + root;
      throw new IllegalStateException(failure, e);
    }
  }

  /** As ND4J's jar says it; empty in a jar of jars that left the file out. */
  static String nd4jVersion() {
    String file = "META-INF/maven/org.nd4j/nd4j-api/pom.properties";
    Properties properties = new Properties();
    try (InputStream stream = Nd4jProvider.class.getClassLoader().getResourceAsStream(file)) {
      if (stream != null) {
        properties.load(stream);
      }
    } catch (IOException e) {
      // The version is for a person to read: not worth failing for.
    }
    return properties.getProperty("version", "");
  }
}
