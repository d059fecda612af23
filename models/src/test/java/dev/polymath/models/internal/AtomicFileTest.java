package dev.polymath.models.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir Path folder;

  private static AtomicFile.Content text(String text) {
    return channel -> channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void makesAndReplaces() throws IOException {
    Path file = folder.resolve("a");
    AtomicFile.write(file, text("old and longer"));
    assertEquals("old and longer", Files.readString(file));
    AtomicFile.write(file, text("new"));
    assertEquals("new", Files.readString(file));
    assertEquals(List.of("a"), names());
  }

  @Test
  void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = folder.resolve("a");
    Files.writeString(file, "old");
    IOException full = new IOException("no space left");
    IOException named =
        assertThrows(
            IOException.class,
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      text("half of the new").writeTo(channel);
                      throw full;
                    }));
    assertSame(full, named.getCause());
    assertEquals(file + ": no space left", named.getMessage());
    assertThrows(
        OutOfMemoryError.class,
        () ->
            AtomicFile.write(
                folder.resolve("b"),
                channel -> {
                  throw new OutOfMemoryError("thrown by the test");
                }));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("a"), names());
  }

  @Test
  void anInterruptLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = folder.resolve("a");
    Files.writeString(file, "old");
    Thread.currentThread().interrupt();
    try {
      assertThrows(ClosedByInterruptException.class, () -> AtomicFile.write(file, text("new")));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("a"), names());
  }

  @Test
  void aReaderThatHasTheOldFileOpenKeepsIt() throws IOException {
    Path file = folder.resolve("a");
    Files.writeString(file, "old");
    try (var reader = Files.newBufferedReader(file)) {
      AtomicFile.write(file, text("new"));
      assertEquals("old", reader.readLine());
    }
  }

  @Test
  void concurrentWritersLeaveOneWholeFile() throws Exception {
    Path file = folder.resolve("a");
    int writers = 8;
    ExecutorService pool = Executors.newFixedThreadPool(writers);
    try {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        byte[] bytes = new byte[100_000];
        Arrays.fill(bytes, (byte) ('a' + i));
        Callable<Void> writer =
            () -> {
              start.await();
              for (int round = 0; round < 10; round++) {
                AtomicFile.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(bytes, 0, 50_000));
                      channel.write(ByteBuffer.wrap(bytes, 50_000, 50_000));
                    });
                byte[] seen = Files.readAllBytes(file);
                assertEquals(100_000, seen.length);
                for (byte b : seen) {
                  assertEquals(seen[0], b);
                }
              }
              return null;
            };
        done.add(pool.submit(writer));
      }
      start.countDown();
      for (Future<?> future : done) {
        future.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertEquals(List.of("a"), names());
  }

  @Test
  void aSymbolicLinkStaysOne() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("real/a"));
    AtomicFile.write(link, text("through a dangling link"));
    assertEquals("through a dangling link", Files.readString(real.resolve("a")));
    AtomicFile.write(link, text("again"));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("again", Files.readString(real.resolve("a")));

    Path loop = Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
    assertThrows(FileSystemLoopException.class, () -> AtomicFile.write(loop, text("x")));
  }

  @Test
  void permissionsAreKept() throws IOException {
    assumePosix();
    Path file = folder.resolve("a");
    AtomicFile.write(file, text("one"));
    Path plain = Files.createFile(folder.resolve("plain"));
    assertEquals(
        Files.getPosixFilePermissions(plain),
        Files.getPosixFilePermissions(file),
        "a new file has the permissions of any other");
    for (String mode : List.of("rw-------", "rw-rw-rw-")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      AtomicFile.write(file, text("two"));
      assertEquals(mode, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
  }

  @Test
  void aFileThatMayNotBeWrittenIsKept() throws IOException {
    assumePosix();
    Path file = folder.resolve("a");
    Files.writeString(file, "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    assumeTrue(!Files.isWritable(file), "skipped: this user may write every file");
    assertThrows(AccessDeniedException.class, () -> AtomicFile.write(file, text("new")));
    assertEquals("old", Files.readString(file));
  }

  private void assumePosix() {
    assumeTrue(
        folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "skipped: this file system has no POSIX permissions");
  }

  @Test
  void whatIsNoPlaceForAFileIsRefused() {
    assertEquals(
        folder + ": expected a file, found a folder",
        assertThrows(IOException.class, () -> AtomicFile.write(folder, text("x"))).getMessage());
    Path lost = folder.resolve("none/a");
    assertEquals(
        lost + ": there is no folder " + folder.resolve("none"),
        assertThrows(NoSuchFileException.class, () -> AtomicFile.write(lost, text("x")))
            .getMessage());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aFolderThatTakesNoFileIsNamedAndTheTargetToo() {
    Path target = Path.of("/proc/a");
    assumeTrue(Files.isDirectory(target.getParent()), "skipped: there is no /proc");
    String message =
        assertThrows(IOException.class, () -> AtomicFile.write(target, text("x"))).getMessage();
    assertTrue(message.startsWith("/proc/a: no file can be made in /proc"), message);
  }
}
