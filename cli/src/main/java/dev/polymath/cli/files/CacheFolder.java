package dev.polymath.cli.files;

import java.nio.file.Path;
import java.util.Map;

/** Where the command keeps what it can fetch or measure again. */
public final class CacheFolder {

  private CacheFolder() {}

  /** The folder of this user. */
  public static Path locate() {
    return locate(System.getenv(), System.getProperty("user.home"));
  }

  /**
   * {@code POLYMATH_HOME}, or {@code polymath} in {@code XDG_CACHE_HOME}, or {@code
   * ~/.cache/polymath}. A relative {@code XDG_CACHE_HOME} counts for nothing, as the XDG Base
   * Directory Specification has it.
   */
  public static Path locate(Map<String, String> environment, String userHome) {
    String own = environment.getOrDefault("POLYMATH_HOME", "");
    if (!own.isEmpty()) {
      return Path.of(own).toAbsolutePath();
    }
    String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!caches.isEmpty() && Path.of(caches).isAbsolute()) {
      return Path.of(caches, "polymath");
    }
    return Path.of(userHome, ".cache", "polymath");
  }
}
