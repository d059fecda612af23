package dev.polymath.cli.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** An engine's first start on a machine that unpacks hundreds of megabytes. */
public final class CostlyStart {

  /** The engine that is fetched on demand. */
  public static final String ENGINE = "nd4j";

  private CostlyStart() {}

  /** Whether starting this backend now would be one. */
  public static boolean of(String backend) {
    return backend.equals(ENGINE) && !unpacked();
  }

  /** Whether JavaCPP, which loads ND4J's native libraries, has unpacked them before. */
  private static boolean unpacked() {
    Path cache = Path.of(System.getProperty("user.home"), ".javacpp", "cache");
    cache = Path.of(System.getProperty("org.bytedeco.javacpp.cachedir", cache.toString()));
    try (Stream<Path> jars = Files.list(cache)) {
      return jars.anyMatch(jar -> jar.getFileName().toString().startsWith("nd4j-"));
    } catch (IOException e) {
      return false;
    }
  }
}
