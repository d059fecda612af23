package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polymath.it.Processes.Result;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a folder of its own, beside the jars that this build has made. */
@DisplayName("The launcher")
@DisabledOnOs(OS.WINDOWS)
class LauncherIT {

  @TempDir Path temporary;
  private Path home;

  @BeforeEach
  void install() throws IOException {
    home = Files.createDirectories(temporary.resolve("a folder with spaces"));
    Files.copy(Processes.PROJECT.resolve("polymath"), home.resolve("polymath"));
    Files.setPosixFilePermissions(
        home.resolve("polymath"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Path target = Files.createDirectories(home.resolve("cli").resolve("target"));
    for (String part : List.of("launcher.bash", "start.bash")) {
      Files.copy(Processes.PROJECT.resolve("cli").resolve(part), home.resolve("cli").resolve(part));
    }
    Files.createSymbolicLink(
        target.resolve("lib"), Processes.PROJECT.resolve("cli").resolve("target").resolve("lib"));
    Files.createFile(target.resolve("built"));
    Files.createFile(home.resolve("pom.xml"));
    Files.setLastModifiedTime(home.resolve("pom.xml"), FileTime.from(Instant.EPOCH));
  }

  private Result launch(Path folder, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return launch(home.resolve("polymath"), folder, environment, arguments);
  }

  private static Result launch(
      Path launcher, Path folder, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    // No archive of classes: it would be made while the folder is deleted.
    Map<String, String> plain = new HashMap<>(environment);
    plain.put("POLYMATH_ARCHIVE", "off");
    return Processes.run(folder, plain, command);
  }

  /** A command of this name that does what the script says. */
  private Path fake(String name, String script) throws IOException {
    Path bin = Files.createDirectories(temporary.resolve("bin"));
    Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return bin;
  }

  /** A PATH with the shell's own tools but neither java nor mvn. */
  private String bareTools() throws IOException {
    Path tools = Files.createDirectories(temporary.resolve("tools"));
    for (String tool :
        List.of(
            "bash",
            "sh",
            "env",
            "dirname",
            "readlink",
            "sed",
            "head",
            "find",
            "ls",
            "rm",
            "mkdir",
            "touch",
            "grep",
            "flock",
            "ps",
            "sleep",
            "tail",
            "mv",
            "cat")) {
      for (String folder : List.of("/usr/bin", "/bin")) {
        Path there = Path.of(folder, tool);
        if (Files.exists(there) && !Files.exists(tools.resolve(tool))) {
          Files.createSymbolicLink(tools.resolve(tool), there);
        }
      }
    }
    return tools.toString();
  }

  @Test
  @DisplayName("trains from any folder, saves there, and warns of nothing")
  void trains() throws IOException, InterruptedException {
    Path elsewhere = Files.createDirectories(temporary.resolve("else where"));
    Result result =
        launch(elsewhere, Map.of(), "train", "--epochs", "1", "--out", "my model.safetensors");
    assertEquals(0, result.code(), result.err());
    assertTrue(Files.size(elsewhere.resolve("my model.safetensors")) > 100_000);
    assertTrue(result.out().contains("test: accuracy "), result.out());
    assertEquals("", result.err());
    assertEquals(-1, result.out().indexOf('\r'), "no moving bar where output is piped");
  }

  @Test
  @DisplayName("works through a chain of symbolic links, relative and absolute")
  void links() throws IOException, InterruptedException {
    Path bin = Files.createDirectories(temporary.resolve("links"));
    Files.createSymbolicLink(bin.resolve("one"), home.resolve("polymath"));
    Files.createSymbolicLink(bin.resolve("two"), Path.of("one"));
    Result result = launch(bin.resolve("two"), temporary, Map.of(), "backends");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().contains("arrays"), result.out());
  }

  @Test
  @DisplayName("passes the exit code and a mistake's one sentence on")
  void exitCode() throws IOException, InterruptedException {
    Result result = launch(temporary, Map.of(), "train", "--epochs", "none");
    assertEquals(2, result.code());
    assertTrue(result.err().contains("'none' is not an int"), result.err());
  }

  @Test
  @DisplayName("says that there is no Java")
  void noJava() throws IOException, InterruptedException {
    Result result = launch(temporary, Map.of("PATH", bareTools(), "JAVA_HOME", ""), "backends");
    assertEquals(1, result.code());
    assertEquals(
        "polymath: no java found; install a JDK 17 or newer, or set JAVA_HOME",
        result.err().strip());
  }

  @Test
  @DisplayName("says that JAVA_HOME is wrong")
  void wrongJavaHome() throws IOException, InterruptedException {
    Result result = launch(temporary, Map.of("JAVA_HOME", "/nowhere"), "backends");
    assertEquals(1, result.code());
    assertTrue(result.err().startsWith("polymath: JAVA_HOME is /nowhere"), result.err());
  }

  @Test
  @DisplayName("says that Java is too old, in the numbering of Java 8 too")
  void oldJava() throws IOException, InterruptedException {
    for (String version : List.of("1.8.0_402", "11.0.22")) {
      Path bin = fake("java", "echo 'openjdk version \"" + version + "\"' >&2");
      Result result =
          launch(temporary, Map.of("PATH", bin + ":" + bareTools(), "JAVA_HOME", ""), "backends");
      assertEquals(1, result.code());
      assertEquals(
          "polymath: Java 17 or newer is needed; " + bin.resolve("java") + " is version " + version,
          result.err().strip());
    }
  }

  @Test
  @DisplayName("says that Java can't be started, and what it said")
  void brokenJava() throws IOException, InterruptedException {
    Path bin = fake("java", "echo 'not enough room' >&2; exit 3");
    Result result =
        launch(temporary, Map.of("PATH", bin + ":" + bareTools(), "JAVA_HOME", ""), "backends");
    assertEquals(1, result.code());
    assertEquals(
        List.of(
            "not enough room",
            "polymath: " + bin.resolve("java") + " can't be started; a JDK 17 or newer is needed"),
        result.err().lines().toList());
  }

  @Test
  @DisplayName("starts java once, whatever the environment makes it say")
  void once() throws IOException, InterruptedException {
    Path jdk = Files.createDirectories(temporary.resolve("jdk"));
    Files.writeString(
        jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"21.0.2\"\nMODULES=\"a\"\n");
    Path bin = Files.createDirectories(jdk.resolve("bin"));
    Path calls = temporary.resolve("java calls");
    Path fake = fake("java", "echo \"$@\" >> '" + calls + "'; echo noise >&2; exit 5");
    Files.move(fake.resolve("java"), bin.resolve("java"));
    Result result = launch(temporary, Map.of("JAVA_HOME", jdk.toString()), "backends");
    assertEquals(5, result.code(), result.err());
    List<String> lines = Files.readAllLines(calls);
    assertEquals(1, lines.size(), lines::toString);
    assertTrue(lines.get(0).endsWith(" dev.polymath.cli.Main backends"), lines::toString);
    Result noisy = launch(temporary, Map.of("JAVA_TOOL_OPTIONS", "-Dversion=1"), "--version");
    assertEquals(0, noisy.code(), noisy.err());
  }

  @Test
  @DisplayName("builds once where two are started at the same time")
  void atOnce() throws IOException, InterruptedException {
    Files.delete(home.resolve("cli").resolve("target").resolve("built"));
    Path calls = temporary.resolve("calls");
    Path started = temporary.resolve("started");
    Path lib = Processes.PROJECT.resolve("cli").resolve("target").resolve("lib");
    // The build waits for the second launcher to have come as far as the lock.
    Path bin =
        fake(
            "mvn",
            "echo build >> '"
                + calls
                + "'; while [ ! -e '"
                + started
                + "' ]; do sleep 0.1; done; ln -s '"
                + lib
                + "' '"
                + home
                + "/cli/target/lib'");
    Map<String, String> environment = Map.of("PATH", bin + ":" + System.getenv("PATH"));
    List<Result> results = Collections.synchronizedList(new ArrayList<>());
    Thread first =
        new Thread(
            () -> {
              try {
                results.add(launch(temporary, environment, "--version"));
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    first.start();
    while (!Files.exists(calls)) {
      Thread.sleep(10);
    }
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("polymath").toString(), "--version")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    builder.environment().put("POLYMATH_ARCHIVE", "off");
    Process second = builder.start();
    try (BufferedReader err = second.errorReader()) {
      assertEquals("polymath: waiting for another build to end ...", err.readLine());
      Files.createFile(started);
      assertEquals(null, err.readLine());
    }
    assertEquals(0, second.waitFor());
    first.join();
    assertEquals(0, results.get(0).code(), results.get(0).err());
    assertEquals(1, Files.readAllLines(calls).size());
  }

  @Test
  @DisplayName("keeps the names of files in a locale that has no text for them")
  void plainLocale() throws IOException, InterruptedException {
    assumeTrue(
        System.getProperty("sun.jnu.encoding", "").equals("UTF-8"),
        "skipped: this JVM itself has no text for such names");
    Path table = temporary.resolve("\u00e4\u00f6.csv");
    Files.writeString(table, "0,a\n1,b\n0,a\n1,b\n0,a\n1,b\n");
    Result result =
        launch(
            temporary,
            Map.of("LC_ALL", "C"),
            "train",
            "\u00e4\u00f6.csv",
            "--epochs",
            "1",
            "--out",
            "\u00fc");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().contains("saved as \u00fc"), result.out());
    assertTrue(Files.exists(temporary.resolve("\u00fc")));
  }

  @Test
  @DisplayName("fails in a sentence where output is lost or memory is short")
  void lost() throws IOException, InterruptedException {
    Path run = temporary.resolve("run");
    Files.writeString(
        run, "POLYMATH_ARCHIVE=off exec '" + home.resolve("polymath") + "' backends > /dev/full\n");
    if (Files.exists(Path.of("/dev/full"))) {
      Result full = Processes.run(temporary, Map.of(), List.of("bash", run.toString()));
      assertEquals(
          "polymath: the output could not be written: No space left on device", full.err().strip());
      assertEquals(1, full.code());
    }
    Path table = temporary.resolve("large.csv");
    try (BufferedWriter rows = Files.newBufferedWriter(table)) {
      for (int i = 0; i < 50_000; i++) {
        rows.write("0.25,0.5,".repeat(100) + i % 2 + "\n");
      }
    }
    Result small =
        launch(
            temporary,
            Map.of("POLYMATH_JAVA_OPTS", "-Xmx32m"),
            "train",
            table.toString(),
            "--no-on-disk");
    assertEquals(1, small.code());
    assertTrue(small.err().startsWith("polymath: out of memory (Java heap space); "), small.err());
    assertEquals(1, small.err().lines().count(), small.err());
  }

  @Test
  @DisplayName("finds a backend on POLYMATH_CLASSPATH, which may be a folder or a jar")
  void otherBackends() throws IOException, InterruptedException {
    Path kit = Processes.PROJECT.resolve("conformance").resolve("target");
    String path = kit.resolve("classes") + ":" + kit.resolve("test-classes");
    Result listed = launch(temporary, Map.of("POLYMATH_CLASSPATH", path), "backends");
    assertEquals(0, listed.code(), listed.err());
    assertTrue(listed.out().contains("reference"), listed.out());
    Result without = launch(temporary, Map.of(), "backends");
    assertTrue(!without.out().contains("reference"), without.out());
  }

  @Test
  @DisplayName("predicts from the next file where one needs more memory than there is")
  void nextFile() throws IOException, InterruptedException {
    Result trained =
        launch(temporary, Map.of(), "train", "--epochs", "1", "--hidden", "8", "--out", "m");
    assertEquals(0, trained.code(), trained.err());
    images("large.idx", 80_000);
    images("small.idx", 1);
    Result result =
        launch(
            temporary,
            Map.of("POLYMATH_JAVA_OPTS", "-Xmx32m"),
            "predict",
            "m",
            "large.idx",
            "small.idx");
    assertEquals(1, result.code());
    assertTrue(
        result.err().startsWith("polymath: large.idx: out of memory (Java heap space); "),
        result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.out().contains("small.idx"), result.out());
  }

  /** Black images of 28 x 28 pixels. */
  private void images(String name, int count) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(temporary.resolve(name).toFile(), "rw")) {
      for (int word : new int[] {0x803, count, 28, 28}) {
        file.writeInt(word);
      }
      file.setLength(16 + 784L * count);
    }
  }

  @Test
  @DisplayName("of the benchmarks names the sources, and leaves the cache's folder alone")
  void sources() throws IOException, InterruptedException {
    Path bench = home.resolve("polymath-bench");
    Files.copy(Processes.PROJECT.resolve("polymath-bench"), bench);
    Files.setPosixFilePermissions(bench, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path target = Files.createDirectories(home.resolve("benchmarks").resolve("target"));
    Files.createFile(target.resolve("built"));
    Path bin =
        fake(
            "java",
            "[ \"$1\" != -version ] || { echo 'openjdk version \"21\"' >&2; exit 0; }\n"
                + "echo \"$POLYMATH_SOURCES, ${POLYMATH_HOME-none}\"");
    String path = bin + ":" + bareTools();
    Result result = launch(bench, temporary, Map.of("PATH", path, "JAVA_HOME", ""), "--list");
    assertEquals(home.toRealPath() + ", none", result.out().strip(), result.err());
    result =
        launch(
            bench,
            temporary,
            Map.of("PATH", path, "JAVA_HOME", "", "POLYMATH_HOME", "/the/cache"),
            "--list");
    assertEquals(home.toRealPath() + ", /the/cache", result.out().strip(), result.err());
  }

  @Test
  @DisplayName("where a build is needed and there is no Maven, says so")
  void noMaven() throws IOException, InterruptedException {
    Files.delete(home.resolve("cli").resolve("target").resolve("built"));
    Result result =
        launch(
            temporary,
            Map.of("PATH", bareTools(), "JAVA_HOME", System.getProperty("java.home")),
            "backends");
    assertEquals(1, result.code());
    assertEquals(
        "polymath: no mvn found; Maven 3.8 or newer builds the command on first use",
        result.err().strip());
  }

  @Test
  @DisplayName("builds when a source is newer, once, and shows what Maven complains of")
  void buildsWhenStale() throws IOException, InterruptedException {
    Path source = home.resolve("api").resolve("src").resolve("main").resolve("A.java");
    Files.createDirectories(source.getParent());
    Files.createFile(home.resolve("api").resolve("pom.xml"));
    Files.createFile(source);
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    Path calls = temporary.resolve("calls");
    Path lib = Processes.PROJECT.resolve("cli").resolve("target").resolve("lib");
    Path bin =
        fake(
            "mvn",
            "echo \"$@\" >> '" + calls + "'; ln -s '" + lib + "' '" + home + "/cli/target/lib'");
    Map<String, String> environment = Map.of("PATH", bin + ":" + System.getenv("PATH"));
    Result first = launch(temporary, environment, "backends");
    assertEquals(0, first.code(), first.err());
    assertTrue(first.err().contains("polymath: building the command"), first.err());
    assertEquals(1, Files.readAllLines(calls).size());
    assertTrue(Files.readString(calls).contains("-pl cli -am"), Files.readString(calls));
    Files.setLastModifiedTime(source, FileTime.from(Instant.EPOCH));
    Files.setLastModifiedTime(home.resolve("api").resolve("pom.xml"), FileTime.from(Instant.EPOCH));
    Files.setLastModifiedTime(source.getParent(), FileTime.from(Instant.EPOCH));
    assertEquals(0, launch(temporary, environment, "backends").code());
    assertEquals(1, Files.readAllLines(calls).size());

    Files.delete(home.resolve("cli").resolve("target").resolve("built"));
    fake("mvn", "echo '[ERROR] A.java: a semicolon is missing'; exit 1");
    Result failed = launch(temporary, environment, "backends");
    assertEquals(1, failed.code());
    assertTrue(failed.err().contains("a semicolon is missing"), failed.err());
    assertTrue(failed.err().contains("the build failed; its whole output is in "), failed.err());
  }

  @Test
  @DisplayName("fetches ND4J when it is asked for, not before")
  void fetchesNd4j() throws IOException, InterruptedException {
    Path calls = temporary.resolve("calls");
    Path bin = fake("mvn", "echo \"$@\" >> '" + calls + "'");
    Map<String, String> environment = Map.of("PATH", bin + ":" + System.getenv("PATH"));
    launch(temporary, environment, "backends");
    assertTrue(Files.notExists(calls));
    Result result = launch(temporary, environment, "backends", "--install", "nd4j");
    assertTrue(result.err().contains("fetching ND4J"), result.err());
    assertTrue(result.err().contains("130 MB"), result.err());
    assertTrue(Files.readString(calls).contains("-pl backend-nd4j -am"), Files.readString(calls));
  }

  @Test
  @DisplayName("polymath-bench builds its jar when it is missing and passes the exit code on")
  void benchmarks() throws IOException, InterruptedException {
    Path bench = home.resolve("polymath-bench");
    Files.copy(Processes.PROJECT.resolve("polymath-bench"), bench);
    Files.setPosixFilePermissions(bench, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path calls = temporary.resolve("calls");
    Path bin = fake("mvn", "echo \"$@\" >> '" + calls + "'");
    Map<String, String> environment = Map.of("PATH", bin + ":" + System.getenv("PATH"));
    Result result = launch(bench, temporary, environment, "--list");
    assertTrue(result.err().startsWith("polymath-bench: building the benchmarks"), result.err());
    assertTrue(Files.readString(calls).contains("-pl benchmarks -am"), Files.readString(calls));
    assertEquals(1, result.code(), "there is no jar to run");
    // With one that says with which arguments it was called.
    Path java =
        fake(
            "java",
            "case $1 in -version) echo 'version \"17\"' >&2;; *) echo \"$@\"; exit 3;; esac");
    Result second =
        launch(
            bench,
            temporary,
            Map.of(
                "PATH", java + ":" + bareTools(), "JAVA_HOME", "", "POLYMATH_JAVA_OPTS", "-Da=b"),
            "jmh",
            "-h");
    assertEquals(3, second.code(), second.err());
    assertEquals(
        "--add-modules jdk.incubator.vector -Da=b -cp "
            + home.toRealPath()
            + "/benchmarks/target/benchmarks.jar dev.polymath.benchmarks.run.Main jmh -h",
        second.out().strip());
  }
}
