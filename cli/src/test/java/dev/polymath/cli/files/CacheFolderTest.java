package dev.polymath.cli.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The cache folder")
class CacheFolderTest {

  private static final Path ROOT = Path.of("").toAbsolutePath().getRoot();

  private static Path locate(Map<String, String> environment) {
    return CacheFolder.locate(environment, ROOT.resolve("home").toString());
  }

  @Test
  @DisplayName("is POLYMATH_HOME, else XDG_CACHE_HOME's, else ~/.cache's")
  void order() {
    String own = ROOT.resolve("own").toString();
    String xdg = ROOT.resolve("xdg").toString();
    assertEquals(ROOT.resolve("own"), locate(Map.of("POLYMATH_HOME", own, "XDG_CACHE_HOME", xdg)));
    assertEquals(ROOT.resolve("xdg").resolve("polymath"), locate(Map.of("XDG_CACHE_HOME", xdg)));
    assertEquals(ROOT.resolve("home").resolve(".cache").resolve("polymath"), locate(Map.of()));
  }

  @Test
  @DisplayName("does not heed empty values or a relative XDG_CACHE_HOME")
  void unset() {
    Path standard = ROOT.resolve("home").resolve(".cache").resolve("polymath");
    assertEquals(standard, locate(Map.of("POLYMATH_HOME", "", "XDG_CACHE_HOME", "")));
    assertEquals(standard, locate(Map.of("XDG_CACHE_HOME", "relative")));
  }
}
