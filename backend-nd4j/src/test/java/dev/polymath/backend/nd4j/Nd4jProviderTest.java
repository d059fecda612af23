package dev.polymath.backend.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The provider of nd4j")
class Nd4jProviderTest {

  private static final String AVAILABLE = "found: nd4j (ok)";

  /** How the file names of artifacts with a platform's classifier end. */
  private static final String CLASSIFIED = "-[\\w.-]+-(linux|macosx|windows)-\\w+\\.jar";

  @TempDir Path folder;

  @Test
  @DisplayName("is listed without a class of ND4J loaded and without a file unpacked")
  void listsWithoutStarting() throws IOException {
    Path cache = folder.resolve("cache");
    List<String> lines =
        Jvm.asLaunched()
            .with("-Xlog:class+load", "-Dorg.bytedeco.javacpp.cachedir=" + cache)
            .run(OpenTwice.class);
    assertTrue(lines.contains(AVAILABLE), String.join("\n", lines));
    assertEquals(
        List.of(),
        lines.stream()
            .filter(line -> line.contains(" org.nd4j.") || line.contains(" org.bytedeco."))
            .toList());
    assertTrue(lines.contains("costly: the first start unpacks 400 MB into " + cache));
    assertFalse(Files.exists(cache));
  }

  @Test
  @DisplayName("says nothing of the first start once its libraries have been unpacked")
  void unpackedBefore() throws IOException {
    Files.createDirectories(folder.resolve("nd4j-native-1.0.0-M2.1-linux-x86_64.jar"));
    List<String> lines =
        Jvm.asLaunched().with("-Dorg.bytedeco.javacpp.cachedir=" + folder).run(OpenTwice.class);
    assertTrue(lines.contains("costly: null"), String.join("\n", lines));
  }

  @Test
  @DisplayName("opens with the launcher's flags, and ND4J and the JVM print nothing")
  void opensInSilence() throws IOException {
    List<String> lines = Jvm.asLaunched().run(OpenTwice.class, "open");
    String opened =
        "opened: BackendInfo[name=nd4j, version=1.0.0-M2.1, threads=1,"
            + " runsOn=CpuBackend, OPENBLAS, allocationFree=false]";
    assertEquals(List.of(AVAILABLE, opened, opened), lines);
  }

  @Test
  @DisplayName("says what to add where ND4J is missing")
  void missingLibrary() throws IOException {
    checkUnavailable(
        Jvm.asLaunched().without("nd4j-.*\\.jar"),
        "ND4J is missing: add the dependency org.nd4j:nd4j-native");
  }

  @Test
  @DisplayName("says which native library is missing, by artifact and platform")
  void missingNativeLibrary() throws IOException {
    for (String artifact : List.of("org.bytedeco:javacpp", "org.nd4j:nd4j-native")) {
      String name = artifact.substring(artifact.indexOf(':') + 1);
      checkUnavailable(
          Jvm.asLaunched().without(name + CLASSIFIED),
          "add ND4J's libraries for this machine: " + artifact + ":[a-z]+-\\w+");
    }
  }

  @Test
  @DisplayName("says that a platform without native libraries has none")
  void unknownPlatform() throws IOException {
    checkUnavailable(
        Jvm.asLaunched().with("-Dorg.bytedeco.javacpp.platform=linux-riscv64"),
        "add ND4J's libraries for this machine: org.bytedeco:javacpp:linux-riscv64");
  }

  @Test
  @DisplayName("names the folder that its libraries can't be unpacked to")
  void cacheNotWritable() throws IOException {
    // A file where a folder should be stops even a user whom permissions don't.
    Path file = Files.createFile(folder.resolve("file"));
    checkUnavailable(
        Jvm.asLaunched()
            .with(
                "-Dorg.bytedeco.javacpp.cachedir=" + file.resolve("cache"),
                "-Duser.home=" + file,
                "-Djava.io.tmpdir=" + file),
        Pattern.quote(
            "ND4J can't unpack its libraries to ["
                + file.resolve("cache")
                + ", "
                + file
                + "]: make one writable, or name another by"
                + " -Dorg.bytedeco.javacpp.cachedir=FOLDER"));
  }

  /** The reason stands in the list, and both attempts to open fail with it. */
  private static void checkUnavailable(Jvm jvm, String reason) throws IOException {
    // A JDK may itself warn of a folder that isn't there.
    List<String> lines =
        jvm.run(OpenTwice.class, "open").stream()
            .filter(line -> line.startsWith("found: ") || line.startsWith("failed: "))
            .toList();
    assertEquals(3, lines.size(), String.join("\n", lines));
    assertTrue(lines.get(0).matches("found: .*\\(unavailable: " + reason + "\\)"), lines.get(0));
    assertTrue(lines.get(1).matches("failed: .*" + reason), lines.get(1));
    assertEquals(lines.get(1), lines.get(2));
  }

  @Test
  @DisplayName("says the root cause of a failed start, the second time too: a missing dependency")
  void missingDependency() throws IOException {
    checkFailedStart(
        Jvm.asLaunched().without("(guava|protobuf|nd4j-common)-.*\\.jar"),
        ".*ClassNotFoundException: org\\.nd4j\\..*");
  }

  @Test
  @DisplayName("says the root cause of a failed start: a native library that only starting misses")
  void missingBlas() throws IOException {
    checkFailedStart(
        Jvm.asLaunched().without("openblas" + CLASSIFIED),
        ".*UnsatisfiedLinkError: .*jniopenblas.*");
  }

  @Test
  @DisplayName("says the root cause of a failed start: native access denied")
  void nativeAccessDenied() throws IOException {
    assumeTrue(Runtime.version().feature() >= 24, "before JDK 24, native access can't be denied");
    Jvm jvm =
        new Jvm(
            entry -> true,
            List.of("--illegal-native-access=deny", "--sun-misc-unsafe-memory-access=allow"));
    checkFailedStart(jvm, ".*IllegalCallerException: .*native access.*");
  }

  private static void checkFailedStart(Jvm jvm, String cause) throws IOException {
    List<String> lines = jvm.run(OpenTwice.class, "open");
    String all = String.join("\n", lines);
    assertEquals(AVAILABLE, lines.get(0), all);
    List<String> failures = lines.stream().filter(line -> line.startsWith("failed: ")).toList();
    assertEquals(2, failures.size(), all);
    assertTrue(failures.get(0).matches("failed: .*ND4J failed with " + cause), all);
    assertEquals(failures.get(0), failures.get(1));
  }
}
