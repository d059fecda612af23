package dev.polymath.backend.nd4j;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.BackendProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says whether ND4J can start, from the names of files alone, and opens sessions on it. */
public final class Nd4jProvider implements BackendProvider {

  /** Why ND4J did not start: the JVM reports the cause only once. */
  private static volatile @Nullable String failure;

  /** Whether its libraries are loaded, wherever they were unpacked to. */
  private static volatile boolean started;

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public int priority() {
    return 200;
  }

  @Override
  public Optional<String> unavailableReason() {
    if (!present("META-INF/services", "org.nd4j.linalg.factory.Nd4jBackend")) {
      return Optional.of("ND4J is missing: add the dependency org.nd4j:nd4j-native");
    }
    String platform = platform();
    if (!present("org/bytedeco/javacpp/" + platform, System.mapLibraryName("jnijavacpp"))) {
      return missing("org.bytedeco:javacpp", platform);
    }
    // Another of its backends than nd4j-native has libraries of its own, which only starting can
    // tell.
    String cpu = "org/nd4j/linalg/cpu/nativecpu";
    String library = System.mapLibraryName("jnind4jcpu");
    if (present(cpu, "CpuBackend.class")
        && Stream.of("", "-avx2", "-avx512")
            .noneMatch(build -> present(cpu + "/bindings/" + platform + build, library))) {
      return missing("org.nd4j:nd4j-native", platform);
    }
    return caches().anyMatch(Nd4jProvider::writable)
        ? Optional.empty()
        : Optional.of(
            "ND4J can't unpack its libraries to "
                + caches().toList()
                + ": make one"
                + " writable, or name another by -Dorg.bytedeco.javacpp.cachedir=FOLDER");
  }

  @Override
  public Optional<String> costlyStart() {
    if (started) {
      return Optional.empty();
    }
    Path cache = caches().findFirst().orElseThrow();
    try (Stream<Path> jars = Files.list(cache)) {
      if (jars.anyMatch(jar -> jar.getFileName().toString().startsWith("nd4j-"))) {
        return Optional.empty();
      }
    } catch (IOException | UncheckedIOException e) {
      // No such folder: nothing was unpacked yet.
    }
    return Optional.of("the first start unpacks 400 MB into " + cache);
  }

  private static boolean present(String folder, String file) {
    return Nd4jProvider.class.getClassLoader().getResource(folder + "/" + file) != null;
  }

  private static Optional<String> missing(String artifact, String platform) {
    return Optional.of("add ND4J's libraries for this machine: " + artifact + ":" + platform);
  }

  /** JavaCPP's name for the platform. */
  private static String platform() {
    String os = System.getProperty("os.name").replaceAll("Mac.*", "macosx").replaceAll(" .*", "");
    String arch = System.getProperty("os.arch").replace("amd64", "x86_64");
    String platform = os.toLowerCase(Locale.ROOT) + "-" + arch.replace("aarch64", "arm64");
    return System.getProperty("org.bytedeco.javacpp.platform", platform);
  }

  /** Where JavaCPP unpacks, or failing that, makes a folder to unpack to. */
  private static Stream<Path> caches() {
    String cache = System.getProperty("user.home") + "/.javacpp/cache";
    cache = System.getProperty("org.bytedeco.javacpp.cachedir", cache);
    return Stream.of(Path.of(cache), Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** Whether the folder is there or could be made. */
  private static boolean writable(Path folder) {
    return Stream.iterate(folder.toAbsolutePath(), Objects::nonNull, Path::getParent)
        .filter(Files::exists)
        .limit(1)
        .anyMatch(existing -> Files.isDirectory(existing) && Files.isWritable(existing));
  }

  @Override
  public Backend open(BackendOptions options) {
    String reason = unavailableReason().orElse(failure);
    if (reason != null) {
      throw new IllegalStateException(reason);
    }
    try {
      Backend session = Nd4jBackend.start(options.threads());
      started = true;
      return session;
    } catch (LinkageError | RuntimeException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      failure = "ND4J failed with " + root;
      throw new IllegalStateException(failure, e);
    }
  }
}
