package dev.polymath.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.models.training.TrainingInterruptedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A training that was interrupted")
class InterruptedRunTest {

  @TempDir Path folder;

  @Test
  @DisplayName("has a file of its own for the model so far")
  void file() throws IOException {
    Path out = folder.resolve("m.safetensors");
    assertEquals(folder.resolve("m.interrupted.safetensors"), InterruptedRun.file(out));
    Files.createFile(folder.resolve("m.interrupted.safetensors"));
    assertEquals(folder.resolve("m.2.interrupted.safetensors"), InterruptedRun.file(out));
    Files.createSymbolicLink(folder.resolve("m.2.interrupted.safetensors"), Path.of("nowhere"));
    assertEquals(folder.resolve("m.3.interrupted.safetensors"), InterruptedRun.file(out));
    assertEquals(
        folder.resolve("model.interrupted.safetensors"),
        InterruptedRun.file(folder.resolve("model")));
  }

  @Test
  @DisplayName("says the command that goes on with it")
  void sentence() {
    TrainingInterruptedException e = new TrainingInterruptedException(1234, 3, 10000, 2);
    assertEquals(
        "the training was interrupted after step 1,234 of 10,000, in epoch 3: ./polymath train"
            + " 'my data.csv' --epochs 9 --resume run goes on with it in the same bits",
        new InterruptedRun(
                folder.resolve("m"),
                Path.of("run"),
                List.of("train", "my data.csv", "--resume", "old", "--resume=x", "--epochs", "9"))
            .end(e));
    assertEquals(
        "the training was interrupted after step 1,234 of 10,000, in epoch 3, and nothing of it is"
            + " kept",
        new InterruptedRun(folder.resolve("m"), null, List.of("train")).end(e));
  }
}
