package dev.polymath.models.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A temporary file")
class TemporaryFileTest {

  private static final String LEFT = ".polymath-0123456789abcdef.tmp";

  @TempDir Path folder;

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void save(String name) throws IOException {
    AtomicFile.write(
        folder.resolve(name),
        channel -> channel.write(ByteBuffer.wrap("new".getBytes(StandardCharsets.UTF_8))));
  }

  /** Another process in the middle of a save: has written half, and waits to be killed. */
  static final class Saving {
    public static void main(String[] args) throws IOException {
      AtomicFile.write(
          Path.of(args[0]),
          channel -> {
            channel.write(ByteBuffer.wrap(new byte[10]));
            System.out.println("half");
            while (System.in.read() >= 0) {
              // until the test ends it
            }
          });
    }
  }

  @Test
  @DisplayName("of a killed process is deleted by the next save, of a running one it is not")
  void killed() throws Exception {
    Process saving =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                location(AtomicFile.class)
                    + System.getProperty("path.separator")
                    + location(Saving.class),
                Saving.class.getName(),
                folder.resolve("model").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertEquals("half", saving.inputReader().readLine());
      save("other");
      assertEquals(2, names().size(), () -> "beside a save that is running: " + listed());
      assertTrue(names().get(0).startsWith(".polymath-"));
    } finally {
      saving.destroyForcibly();
    }
    assertTrue(saving.waitFor(60, TimeUnit.SECONDS));
    assertEquals(2, names().size(), () -> "after it was killed: " + listed());
    save("other");
    assertEquals(List.of("other"), names());
  }

  private String listed() {
    try {
      return names().toString();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String location(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  @Test
  @DisplayName("of this process is left alone, whatever the folder is called")
  void own() throws IOException {
    Path link = folder.resolve("link");
    symbolicLink(link, folder);
    try (TemporaryFile first = TemporaryFile.in(folder, ".polymath-", ".tmp")) {
      first.channel().write(ByteBuffer.wrap(new byte[3]));
      TemporaryFile.deleteAbandoned(link, ".polymath-", ".tmp");
      save("other");
      first.moveTo(folder.resolve("moved"));
    }
    assertEquals(3, Files.size(folder.resolve("moved")));
    assertEquals(List.of("link", "moved", "other"), names());
  }

  @Test
  @DisplayName("is known by its whole name, and is no link and no folder")
  void notMine() throws IOException {
    Files.createFile(folder.resolve(LEFT));
    Files.createFile(folder.resolve(".polymath-mine.tmp"));
    Files.createFile(folder.resolve(".polymath-0123456789abcdef.tmp2"));
    Files.createFile(folder.resolve("x.polymath-0123456789abcdef.tmp"));
    Files.createDirectory(folder.resolve(".polymath-1123456789abcdef.tmp"));
    Path kept = Files.createFile(folder.resolve("kept"));
    symbolicLink(folder.resolve(".polymath-2123456789abcdef.tmp"), kept);
    int before = names().size();
    save("a");
    assertFalse(Files.exists(folder.resolve(LEFT)));
    assertEquals(before, names().size(), () -> listed());
    assertTrue(Files.exists(kept));
  }

  @Test
  @DisplayName("replaces a link, where that is asked for, and leaves what it leads to")
  void replacesLinks() throws IOException {
    Path outside = Files.writeString(folder.resolve("outside"), "precious");
    for (Path target : List.of(outside, folder.resolve("nothing"))) {
      Path link = folder.resolve("link");
      Files.deleteIfExists(link);
      symbolicLink(link, target);
      AtomicFile.replace(
          link, channel -> channel.write(ByteBuffer.wrap("x".getBytes(StandardCharsets.UTF_8))));
      assertFalse(Files.isSymbolicLink(link));
      assertEquals("x", Files.readString(link));
      assertEquals(List.of("link", "outside"), names());
      assertEquals("precious", Files.readString(outside));
    }
  }

  private static void symbolicLink(Path link, Path target) throws IOException {
    try {
      Files.createSymbolicLink(link, target);
    } catch (UnsupportedOperationException e) {
      assumeTrue(false, "skipped: this file system has no symbolic links");
    }
  }
}
