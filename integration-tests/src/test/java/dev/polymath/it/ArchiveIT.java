package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.it.Processes.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archive of classes that the launcher makes, in a folder of its own with copies of the jars.
 */
@DisplayName("The launcher's archive")
@DisabledOnOs(OS.WINDOWS)
@Timeout(1800)
class ArchiveIT {

  private static final Map<String, String> THIS_JDK =
      Map.of("JAVA_HOME", System.getProperty("java.home"), "POLYMATH_ARCHIVE", "");

  @TempDir Path temporary;
  private Path launcher;
  private Path lib;
  private Path kept;

  @BeforeEach
  void install() throws IOException {
    // JDK 17 takes none but its own classes from an archive where the path has a blank.
    Path home = Files.createDirectories(temporary.resolve("home"));
    Path target = Files.createDirectories(home.resolve("cli").resolve("target"));
    launcher = Files.copy(Processes.PROJECT.resolve("polymath"), home.resolve("polymath"));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String part : List.of("launcher.bash", "start.bash")) {
      Files.copy(Processes.PROJECT.resolve("cli").resolve(part), home.resolve("cli").resolve(part));
    }
    lib = Files.createDirectories(target.resolve("lib"));
    Path jars = Processes.PROJECT.resolve("cli").resolve("target").resolve("lib");
    try (Stream<Path> all = Files.list(jars)) {
      for (Path jar : all.toList()) {
        Files.copy(jar, lib.resolve(jar.getFileName()));
      }
    }
    kept = target.resolve("start");
    Files.createFile(target.resolve("built"));
    Files.createFile(home.resolve("pom.xml"));
    Files.setLastModifiedTime(home.resolve("pom.xml"), FileTime.from(Instant.EPOCH));
  }

  private Result launch(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments)).toList();
    return Processes.run(temporary, environment, command);
  }

  private List<Path> files(String end) throws IOException {
    if (!Files.isDirectory(kept)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(kept)) {
      return all.filter(file -> file.getFileName().toString().endsWith(end)).toList();
    }
  }

  /** Waits for what is being made in the background to be there, whole. */
  private Path made(String end, FileTime before) throws IOException, InterruptedException {
    while (true) {
      List<Path> found = files(end);
      if (found.size() == 1
          && files(".lock").isEmpty()
          && Files.getLastModifiedTime(found.get(0)).compareTo(before) > 0) {
        return found.get(0);
      }
      Thread.sleep(50);
    }
  }

  /** Whether the JVM took the command's classes from an archive. */
  private boolean shared() throws IOException, InterruptedException {
    Path log = temporary.resolve("classes.txt");
    Map<String, String> environment = new HashMap<>(THIS_JDK);
    environment.put("POLYMATH_JAVA_OPTS", "-Xlog:class+load:file=classes.txt");
    Result result = launch(environment, "backends");
    assertEquals(0, result.code(), result.err());
    assertEquals("", result.err());
    assertTrue(result.out().contains("arrays"), result.out());
    try (Stream<String> lines = Files.lines(log)) {
      return lines.anyMatch(
          line -> line.contains(" dev.polymath.cli.Main ") && line.contains("shared objects file"));
    }
  }

  @Test
  @DisplayName(
      "appears, is used, is made again for another jar, and does no harm where it is broken")
  void life() throws IOException, InterruptedException {
    Result first = launch(THIS_JDK, "--version");
    assertEquals(0, first.code(), first.err());
    assertEquals("", first.err());
    Path of = made(".of", FileTime.from(Instant.EPOCH));
    Path archive = kept.resolve(of.getFileName().toString().replaceFirst("\\.of$", ""));
    assertTrue(Files.size(archive) > 1_000_000);
    assertEquals(2, files("").size(), "nothing else is left");
    assertTrue(shared());

    // Broken in any way, it is left out. The lock keeps another from being made meanwhile.
    Path lock = Files.createDirectory(kept.resolve(archive.getFileName() + ".lock"));
    byte[] whole = Files.readAllBytes(archive);
    for (int length : new int[] {3, whole.length / 2, whole.length}) {
      byte[] broken = Arrays.copyOf(whole, length);
      Arrays.fill(broken, 0, Math.min(length, 1 << 20), (byte) 7);
      Files.delete(archive);
      Files.write(archive, broken);
      assertFalse(shared(), length + " bytes");
    }
    try (Stream<Path> all = Files.list(lib)) {
      // Older than the one before: newer is not all that another jar can be.
      Files.setLastModifiedTime(
          all.findFirst().orElseThrow(), FileTime.from(Instant.parse("2001-02-03T04:05:06Z")));
    }
    assertFalse(shared());
    FileTime before = Files.getLastModifiedTime(of);
    Files.delete(lock);
    assertFalse(shared());
    made(".of", before);
    assertTrue(shared());
  }

  @Test
  @DisplayName("is left out where its folder can't be made")
  void noFolder() throws IOException, InterruptedException {
    Files.createFile(kept);
    Result result = launch(THIS_JDK, "--version");
    assertEquals(0, result.code(), result.err());
    assertEquals("", result.err());
    assertEquals(0, Files.size(kept));
  }

  @Test
  @DisplayName("is tried once where the JVM can't make it, and never where it is switched off")
  void failing() throws IOException, InterruptedException {
    Path jdk = Files.createDirectories(temporary.resolve("jdk"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    Path calls = temporary.resolve("calls");
    Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho \"$@\" >> '" + calls + "'\nexit 0\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Map<String, String> environment = Map.of("JAVA_HOME", jdk.toString(), "POLYMATH_ARCHIVE", "");
    Map<String, String> off = Map.of("JAVA_HOME", jdk.toString(), "POLYMATH_ARCHIVE", "off");
    assertEquals(0, launch(off, "backends").code());
    assertFalse(Files.exists(kept));
    for (int i = 0; i < 2; i++) {
      assertEquals(0, launch(environment, "backends").code());
      made(".failed", FileTime.from(Instant.EPOCH));
    }
    List<String> lines = Files.readAllLines(calls);
    assertEquals(3, lines.stream().filter(line -> line.endsWith("Main backends")).count());
    assertEquals(1, lines.stream().filter(line -> line.endsWith("Rehearsal")).count());
    assertTrue(lines.stream().noneMatch(line -> line.contains("AOTCache=")), lines::toString);
  }

  @Test
  @DisplayName(
      "is not mixed with one that the user names, and C2 is left out of short commands alone")
  void options() throws IOException, InterruptedException {
    Path jdk = Files.createDirectories(temporary.resolve("jdk"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"21.0.1\"\n");
    Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho \"$@\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Map<String, String> named =
        Map.of("JAVA_HOME", jdk.toString(), "POLYMATH_JAVA_OPTS", "-XX:SharedArchiveFile=x");
    assertTrue(launch(named, "backends").out().contains(" -XX:SharedArchiveFile=x "));
    assertFalse(Files.exists(kept));
    Files.write(temporary.resolve("m"), new byte[1000]);
    Files.write(temporary.resolve("large"), new byte[1 << 21]);
    Files.write(temporary.resolve("7.png"), new byte[1000]);
    Files.write(temporary.resolve("rows.csv"), new byte[10]);
    Map<String, String> off = Map.of("JAVA_HOME", jdk.toString(), "POLYMATH_ARCHIVE", "off");
    for (String line :
        List.of(
            "--version",
            "--help",
            "train --help",
            "help train",
            "export m",
            "predict m 7.png",
            "predict m 7.png --json --top 3",
            "predict --backend arrays m 7.png 7.png")) {
      String out = launch(off, line.split(" ")).out();
      assertTrue(out.contains("-XX:TieredStopAtLevel=1 "), out);
    }
    for (String line :
        List.of(
            "train",
            "evaluate m",
            "serve m",
            "backends",
            "explain m rows.csv",
            "predict m rows.csv",
            "predict m -",
            "predict m .",
            "predict m",
            "predict large 7.png",
            "predict m 7.png large",
            "predict m " + "7.png ".repeat(20).strip())) {
      String out = launch(off, line.split(" ")).out();
      assertFalse(out.contains("TieredStopAtLevel"), out);
    }
  }
}
