package dev.polymath.cli.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.faults.FaultyFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A fault in any operation on files of the cache of MNIST")
class MnistFaultsTest {

  private static final MnistDownload.Progress SILENT =
      new MnistDownload.Progress() {
        @Override
        public void received(String file, long bytes, long total) {}

        @Override
        public void installed(String file) {}
      };

  private final FaultyFiles faults = new FaultyFiles();

  @TempDir Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("leaves no file, or the whole file, and one error that names the folder")
  void install(boolean lasting) throws IOException, NoSuchAlgorithmException {
    byte[] content = new byte[200_000];
    new Random(1).nextBytes(content);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("part.gz")))) {
      out.write(content);
    }
    String sha = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    MnistDownload download =
        new MnistDownload(
            List.of(new MnistDownload.Part("part", content.length, sha)),
            List.of(),
            Duration.ofSeconds(1));
    Path place = folder.resolve("part");
    Set<String> failed = new HashSet<>();
    for (int operation = 0; ; operation++) {
      Files.deleteIfExists(place);
      faults.failAt(operation, lasting);
      boolean thrown = false;
      try {
        download.into(faults.in(folder), SILENT);
      } catch (IOException e) {
        thrown = true;
        assertTrue(
            // Of the folders above it, each by its own name.
            e instanceof FileSystemException
                || String.valueOf(e.getMessage()).contains(folder.toString()),
            () -> e + " after " + faults.operations());
      }
      List<String> operations = faults.operations();
      if (Files.exists(place)) {
        assertArrayEquals(content, Files.readAllBytes(place), operations::toString);
      }
      assertTrue(thrown || Files.exists(place), operations::toString);
      if (operation >= operations.size()) {
        assertFalse(thrown);
        break;
      }
      failed.add(operations.get(operation));
      // What could not be deleted is deleted by whoever comes next.
      faults.failAt(-1, false);
      download.into(faults.in(folder), SILENT);
      assertEquals(List.of("part", "part.gz"), names(), operations::toString);
    }
    assertTrue(
        failed.containsAll(List.of("open", "read", "write", "force", "move")), failed::toString);
  }
}
