package dev.polymath.models.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The file that a choice is kept in")
class ChoiceFileTest {

  @Test
  @DisplayName("takes the place of a link, and writes to nothing outside its folder")
  void replacesALink(@TempDir Path outside, @TempDir Path cache) throws IOException {
    Path precious = Files.writeString(outside.resolve("precious"), "kept");
    Path file = ChoiceFile.write(cache, "key", List.of());
    Files.delete(file);
    try {
      Files.createSymbolicLink(file, precious);
    } catch (UnsupportedOperationException e) {
      assumeTrue(false, "skipped: this file system has no symbolic links");
    }
    assertEquals(file, ChoiceFile.write(cache, "key", List.of()));
    assertFalse(Files.isSymbolicLink(file));
    assertEquals("kept", Files.readString(precious));
  }
}
