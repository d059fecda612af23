package dev.polymath.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.faults.FaultyFiles;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.internal.AtomicFile;
import dev.polymath.models.io.ExportFormat;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.training.Checkpoint;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A fault in any operation on files")
class FaultsTest {

  private static final DataSet DATA = Examples.clouds(60, 3);

  private final ReferenceBackend backend = new ReferenceBackend();
  private final FaultyFiles faults = new FaultyFiles();

  @TempDir Path folder;

  /** Writes or reads a file. */
  private interface Action {
    void run(Path file) throws IOException;
  }

  private Classifier model(long seed) {
    return Examples.small(backend).seed(seed).build();
  }

  private static byte[] written(Action writing, Path file) throws IOException {
    writing.run(file);
    return Files.readAllBytes(file);
  }

  private List<String> temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(".polymath-"))
          .toList();
    }
  }

  /** Fails in each operation of writing, one after another. */
  private void assertOldOrNew(Action old, Action writing) throws IOException {
    Path real = folder.resolve("file");
    Path file = faults.in(real);
    byte[] before = written(old, real);
    byte[] after = written(writing, folder.resolve("other"));
    assertFalse(Arrays.equals(before, after));
    Set<String> failed = new HashSet<>();
    for (boolean lasting : new boolean[] {false, true}) {
      for (int operation = 0; ; operation++) {
        Files.write(real, before);
        faults.failAt(operation, lasting);
        boolean thrown = false;
        try {
          writing.run(file);
        } catch (IOException e) {
          thrown = true;
          assertTrue(
              String.valueOf(e.getMessage()).contains(real.toString()),
              operation + " " + faults.operations() + ": " + e);
        }
        List<String> operations = faults.operations();
        byte[] found = Files.readAllBytes(real);
        boolean whole = Arrays.equals(found, before) || Arrays.equals(found, after);
        assertTrue(whole, () -> "neither the old file nor the new one: " + operations);
        assertTrue(thrown || Arrays.equals(found, after), () -> "no error: " + operations);
        if (operation >= operations.size()) {
          assertFalse(thrown);
          break;
        }
        failed.add(operations.get(operation));
        // What could not be deleted is deleted by whoever writes next.
        faults.failAt(-1, false);
        writing.run(file);
        assertEquals(List.of(), temporaryFiles(), operations::toString);
      }
    }
    assertTrue(
        failed.containsAll(List.of("open", "write", "force", "move", "close", "list")),
        failed::toString);
  }

  @Test
  @DisplayName("while a model is saved leaves the old file or the new one, and names it")
  void saving() throws IOException {
    assertOldOrNew(file -> model(1).save(file), file -> model(2).save(file));
  }

  @ParameterizedTest
  @EnumSource(ExportFormat.class)
  @DisplayName("while a model is exported leaves the old file or the new one, and names it")
  void exporting(ExportFormat format) throws IOException {
    assertOldOrNew(
        file -> format.write(model(1).snapshot(), file),
        file -> format.write(model(2).snapshot(), file));
  }

  @Test
  @DisplayName("while a text or a file of a cache is written leaves the old one or the new one")
  void texts() throws IOException {
    assertOldOrNew(file -> AtomicFile.writeText(file, "old"), f -> AtomicFile.writeText(f, "new"));
    byte[] content = {1, 2, 3};
    assertOldOrNew(
        file -> AtomicFile.writeText(file, "old"),
        file ->
            AtomicFile.replace(file, channel -> channel.write(java.nio.ByteBuffer.wrap(content))));
  }

  @Test
  @DisplayName("while a model is read is an error that names the file")
  void reading() throws IOException {
    Path real = folder.resolve("file");
    model(1).save(real);
    Map<String, float[]> expected = model(1).snapshot().parameters();
    for (int operation = 0; ; operation++) {
      faults.failAt(operation, false);
      boolean thrown = false;
      try {
        ModelFile read = ModelFile.read(faults.in(real));
        expected.forEach((name, values) -> assertArrayEquals(values, read.parameter(name)));
      } catch (IOException e) {
        thrown = true;
        assertTrue(String.valueOf(e.getMessage()).contains(real.toString()), e::toString);
      }
      if (operation >= faults.operations().size()) {
        assertFalse(thrown);
        break;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("while a training keeps itself costs it no bit and no earlier checkpoint")
  void training(boolean lasting) throws IOException {
    TrainingOptions options = TrainingOptions.defaults().epochs(3).batch(30);
    Classifier whole = model(1);
    whole.fit(DATA, options);
    Map<String, float[]> expected = whole.snapshot().parameters();
    Path real = folder.resolve("run");
    for (int operation = 0; ; operation++) {
      Files.deleteIfExists(real);
      faults.failAt(operation, lasting);
      List<IOException> complaints = new ArrayList<>();
      Classifier model = model(1);
      model.fit(DATA, options.listener(Checkpoint.to(faults.in(real)).onFailure(complaints::add)));
      ModelFile found = model.snapshot();
      expected.forEach((name, values) -> assertArrayEquals(values, found.parameter(name)));
      List<String> operations = faults.operations();
      complaints.forEach(
          e -> assertTrue(String.valueOf(e.getMessage()).contains(real.toString()), e::toString));
      assertTrue(lasting || complaints.size() <= 1, complaints::toString);
      if (Files.exists(real)) {
        Checkpoint.Progress there = Checkpoint.progress(real);
        assertTrue(there.isComplete() || !complaints.isEmpty(), operations::toString);
      }
      if (operation >= operations.size()) {
        assertTrue(complaints.isEmpty());
        break;
      }
    }
    assertTrue(Checkpoint.progress(real).isComplete());
    assertEquals(List.of(), temporaryFiles());
  }
}
