package dev.polymath.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.faults.FaultyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The log of a run")
class RunLogTest {

  private final FaultyFiles faults = new FaultyFiles();

  @TempDir Path folder;

  @Test
  @DisplayName("survives a fault in any operation: said once, with the file's name")
  void faults() throws IOException {
    Path real = folder.resolve("run.jsonl");
    List<String> whole = List.of("{\"event\":\"0\"}", "{\"event\":\"1\"}", "{\"event\":\"2\"}");
    for (boolean lasting : new boolean[] {false, true}) {
      for (int operation = 0; ; operation++) {
        Files.deleteIfExists(real);
        faults.failAt(operation, lasting);
        List<String> complaints = new ArrayList<>();
        boolean thrown = false;
        boolean complete = false;
        try (RunLog log = new RunLog(faults.in(real), false, complaints::add)) {
          for (int i = 0; i < whole.size(); i++) {
            log.event("" + i, json -> {});
          }
          complete = log.complete();
        } catch (IOException e) {
          thrown = true; // before the run: there is nothing to lose yet
          assertTrue(String.valueOf(e.getMessage()).contains(real.toString()), e::toString);
        }
        List<String> operations = faults.operations();
        assertTrue(complaints.size() <= 1, complaints::toString);
        complaints.forEach(sentence -> assertTrue(sentence.contains(real.toString()), sentence));
        if (!thrown && Files.exists(real)) {
          // Lines that were begun may be cut, as a full disk cuts them; those before are whole.
          List<String> lines = Files.readAllLines(real);
          for (int i = 0; i < lines.size() - 1; i++) {
            assertEquals(whole.get(i), lines.get(i), operations::toString);
          }
          assertTrue(complete || !complaints.isEmpty(), operations::toString);
        }
        if (operation >= operations.size()) {
          assertFalse(thrown);
          assertEquals(List.of(), complaints);
          assertEquals(whole, Files.readAllLines(real));
          break;
        }
      }
    }
  }

  @Test
  @DisplayName("goes on where it was")
  void further() throws IOException {
    Path file = folder.resolve("run.jsonl");
    for (boolean more : new boolean[] {false, true}) {
      try (RunLog log = new RunLog(file, more, message -> {})) {
        log.event("step", json -> json.writeNumberField("n", more ? 2 : 1));
      }
    }
    assertEquals(
        List.of("{\"event\":\"step\",\"n\":1}", "{\"event\":\"step\",\"n\":2}"),
        Files.readAllLines(file));
  }
}
