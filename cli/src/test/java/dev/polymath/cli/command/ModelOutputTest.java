package dev.polymath.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.Backends;
import dev.polymath.cli.command.ModelOutput.ElsewhereException;
import dev.polymath.models.Classifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A trained model")
class ModelOutputTest {

  @TempDir Path folder;

  @Test
  @DisplayName("is kept in another place where its file can't be written any more")
  void elsewhere() throws IOException {
    Path target = folder.resolve("gone").resolve("m");
    try (Backend session = Backends.open()) {
      Classifier model = Classifier.builder(session).inputs(2).classes(2).hidden(3).build();
      ElsewhereException e =
          assertThrows(
              ElsewhereException.class,
              () -> new ModelOutput(target, List.of(folder)).save(model::save));
      assertTrue(e.sentence().startsWith(target + ": there is no folder"), e.sentence());
      assertTrue(e.sentence().endsWith("; the model is kept in " + e.place()), e.sentence());
      assertEquals(2, Classifier.load(e.place(), session).inputs());
      Files.delete(e.place());

      IOException both =
          assertThrows(
              IOException.class,
              () -> new ModelOutput(target, List.of(folder.resolve("nowhere"))).save(model::save));
      assertTrue(
          both.getMessage().contains("; the model could not be kept elsewhere either: "),
          both.getMessage());
    }
  }
}
