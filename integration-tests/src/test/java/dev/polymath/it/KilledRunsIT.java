package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polymath.models.io.ModelFile;
import dev.polymath.models.training.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Trainings in processes of their own that are ended in every way. How many are killed is a matter
 * of {@code -Dpolymath.kills}; when they are is left to chance, and what they end in is not.
 */
@DisplayName("A training")
@DisabledOnOs(OS.WINDOWS)
class KilledRunsIT {

  private static final Path LIB = Processes.PROJECT.resolve("cli").resolve("target").resolve("lib");

  /** Together all optimizers, and all that a run remembers. */
  private static final List<List<String>> RECIPES =
      List.of(
          List.of("--members", "3", "--epochs", "24", "--patience", "30", "--ema", "0.9"),
          List.of(
              "--members",
              "1",
              "--validation",
              "0.2",
              "--patience",
              "40",
              "--epochs",
              "60",
              "--optimizer",
              "nesterov",
              "--schedule",
              "plateau",
              "--dropout",
              "0.3",
              "--clip-norm",
              "1",
              "--l1",
              "1e-5",
              "--ema",
              "0.95"),
          List.of("--members", "1", "--epochs", "60", "--optimizer", "sgd", "--validation", "0"),
          List.of(
              "--members",
              "1",
              "--epochs",
              "60",
              "--optimizer",
              "momentum",
              "--validation",
              "0.1",
              "--schedule",
              "cycles"),
          List.of(
              "--members",
              "2",
              "--epochs",
              "30",
              "--optimizer",
              "adam",
              "--validation",
              "0.1",
              "--class-weights",
              "balanced"),
          List.of(
              "--members",
              "1",
              "--epochs",
              "60",
              "--optimizer",
              "rmsprop",
              "--validation",
              "0",
              "--schedule",
              "one-cycle",
              "--dropout",
              "0.1"),
          List.of(
              "--members",
              "1",
              "--epochs",
              "60",
              "--optimizer",
              "adagrad",
              "--validation",
              "0.2",
              "--patience",
              "50",
              "--schedule",
              "flat-cosine"));

  private static final int MOST_KILLS_OF_A_RUN = 8;
  private static final int MOST_MILLIS = 6000;

  @TempDir Path folder;
  private Path table;

  @BeforeEach
  void write() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    StringBuilder rows = new StringBuilder("a,b,c,d,e,kind\n");
    for (int i = 0; i < 1200; i++) {
      double sum = 0;
      for (int j = 0; j < 5; j++) {
        double x = random.nextDouble();
        sum += x;
        rows.append(x).append(',');
      }
      rows.append(sum + random.nextDouble() > 3 ? "high" : "low").append('\n');
    }
    table = Files.writeString(folder.resolve("table.csv"), rows);
  }

  private List<String> command(List<String> recipe, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Processes.tool("java"),
                "--add-modules",
                "jdk.incubator.vector",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                LIB.resolve("*").toString(),
                "dev.polymath.cli.Main",
                "train",
                table.toString(),
                "--threads",
                "2"));
    command.addAll(recipe);
    command.addAll(List.of(more));
    return command;
  }

  private Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectOutput(folder.resolve("out.txt").toFile())
        .redirectError(folder.resolve("err.txt").toFile())
        .start();
  }

  private String read(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  private void awaitEnd(Process process) throws InterruptedException {
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("still running after 5 minutes");
    }
  }

  private void assertDone(List<String> command) throws IOException, InterruptedException {
    Process process = start(command);
    awaitEnd(process);
    assertEquals(0, process.exitValue(), () -> readAll());
  }

  private String readAll() {
    try {
      return read("err.txt") + read("out.txt");
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Until the output has some text. */
  private void await(Process process, String text) throws IOException, InterruptedException {
    while (!read("out.txt").contains(text)) {
      assertTrue(process.isAlive(), () -> "ended without " + text + ":\n" + readAll());
      Thread.sleep(5);
    }
  }

  private void assertSameBytes(Path one, Path other) throws IOException {
    assertEquals(-1, Files.mismatch(one, other), one + " and " + other);
  }

  private List<Path> temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().startsWith(".polymath-")).toList();
    }
  }

  @Test
  @DisplayName("that is killed at random and goes on each time ends in the same bytes")
  void killed() throws IOException, InterruptedException {
    int kills = Integer.getInteger("polymath.kills", 3);
    SplittableRandom random = new SplittableRandom();
    int killed = 0;
    int runs = 0;
    int longest = 0;
    for (int round = 0; killed < kills; round++) {
      List<String> recipe = RECIPES.get(round % RECIPES.size());
      Path whole = folder.resolve("whole-" + round % RECIPES.size());
      if (!Files.exists(whole)) {
        long start = System.nanoTime();
        assertDone(command(recipe, "--out", whole.toString()));
        longest = (int) Math.min(MOST_MILLIS, (System.nanoTime() - start) / 1_000_000);
      }
      Path run = folder.resolve("run-" + round);
      Path out = folder.resolve("out-" + round);
      int ofThis = 0;
      while (true) {
        boolean last = killed == kills || ofThis == MOST_KILLS_OF_A_RUN;
        String option = Files.exists(run) ? "--resume" : "--checkpoint";
        String every = round % 2 == 0 ? "epoch" : "20ms";
        Process process =
            start(
                command(recipe, "--out", out.toString(), option, run.toString(), "--every", every));
        if (last || process.waitFor(300 + random.nextInt(longest), TimeUnit.MILLISECONDS)) {
          awaitEnd(process);
          assertEquals(0, process.exitValue(), () -> readAll());
          break;
        }
        process.destroyForcibly();
        awaitEnd(process);
        killed++;
        ofThis++;
        if (Files.exists(run)) {
          Checkpoint.progress(run); // whole, whenever it was
        }
      }
      assertSameBytes(whole, out);
      assertTrue(temporaryFiles().isEmpty(), () -> "left behind in run " + recipe);
      assertTrue(Checkpoint.progress(run).isComplete());
      Files.delete(run);
      runs++;
    }
    System.out.printf(
        java.util.Locale.ROOT, "%d kills of %d trainings: the same bytes%n", killed, runs);
  }

  private static void signal(Process process, String name)
      throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertEquals(0, kill.waitFor());
  }

  /** A shell in the background hands an ignored Ctrl-C down to all that it starts. */
  private static boolean isIgnored(int signal) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseLong(line.substring(7).strip(), 16) >> signal - 1 & 1) == 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  @DisplayName("ends at a signal with a checkpoint, the model so far and a sentence, and goes on")
  void signalled(String name) throws IOException, InterruptedException {
    assumeTrue(name.equals("TERM") || !isIgnored(2), "skipped: Ctrl-C is ignored here");
    List<String> recipe =
        List.of("--members", "1", "--validation", "0.2", "--patience", "400", "--epochs", "400");
    Path run = folder.resolve("run");
    Path out = folder.resolve("m.safetensors");
    Path first = Files.writeString(folder.resolve("m.interrupted.safetensors"), "stays");
    Process process =
        start(
            command(
                recipe, "--out", out.toString(), "--checkpoint", run.toString(), "--every", "1h"));
    await(process, "epoch   1/400");
    signal(process, name);
    awaitEnd(process);
    assertEquals(name.equals("INT") ? 130 : 143, process.exitValue(), () -> readAll());
    assertFalse(Files.exists(out));
    assertEquals("stays", Files.readString(first));
    Path soFar = folder.resolve("m.2.interrupted.safetensors");
    ModelFile model = ModelFile.read(soFar);
    assertTrue(model.description().provenance().recipe().containsKey("interrupted"));
    String said = read("err.txt");
    assertTrue(said.contains(" --resume " + run + " goes on with it in the same bits"), said);
    assertTrue(said.contains("the model so far is in " + soFar), said);
    assertFalse(said.contains("Exception"), said);
    assertTrue(temporaryFiles().isEmpty());
    assertFalse(Checkpoint.progress(run).isComplete());
  }

  @Test
  @DisplayName("without a checkpoint ends at a signal with the model so far")
  void withoutCheckpoint() throws IOException, InterruptedException {
    Path out = folder.resolve("m.safetensors");
    Process process =
        start(
            command(
                List.of("--members", "1", "--validation", "0", "--epochs", "400"),
                "--out",
                out.toString()));
    await(process, "epoch   1/400");
    process.destroy();
    awaitEnd(process);
    assertEquals(143, process.exitValue(), () -> readAll());
    Path soFar = folder.resolve("m.interrupted.safetensors");
    assertTrue(ModelFile.read(soFar).description().provenance().epochs() >= 1);
    assertTrue(read("err.txt").contains("--from " + soFar + " trains it further"), read("err.txt"));
  }

  @Test
  @DisplayName("goes on where a checkpoint is too large for the limit, and its model is saved")
  void limit() throws IOException, InterruptedException {
    Path out = folder.resolve("m.safetensors");
    Path run = folder.resolve("run");
    List<String> recipe =
        List.of("--members", "1", "--validation", "0", "--epochs", "3", "--optimizer", "adam");
    List<String> command = command(recipe, "--out", out.toString(), "--checkpoint", run.toString());
    // About 70 kB of parameters; the checkpoint has three times as much.
    List<String> limited =
        new ArrayList<>(List.of("bash", "-c", "ulimit -f 120; exec \"$@\"", "-"));
    limited.addAll(command);
    Process process = start(limited);
    awaitEnd(process);
    assertEquals(1, process.exitValue(), () -> readAll());
    String said = read("err.txt");
    assertTrue(said.contains("the checkpoint can't be written: " + run + ": "), said);
    assertTrue(said.contains("; the run goes on, and the next time it is tried again"), said);
    assertTrue(said.contains("the last checkpoint could not be written"), said);
    assertTrue(read("out.txt").contains("saved as " + out), () -> readAll());
    ModelFile.read(out);
    assertFalse(Files.exists(run));
    assertTrue(temporaryFiles().isEmpty());
  }

  @Test
  @DisplayName("whose folder goes away keeps its model elsewhere")
  void folderGone() throws IOException, InterruptedException {
    Path gone = Files.createDirectory(folder.resolve("gone"));
    Process process =
        start(
            command(
                List.of("--members", "1", "--validation", "0", "--epochs", "60"),
                "--out",
                gone.resolve("m.safetensors").toString(),
                "--checkpoint",
                gone.resolve("run").toString(),
                "--every",
                "1h"));
    await(process, "epoch  1/60");
    Files.move(gone, folder.resolve("moved"));
    awaitEnd(process);
    assertEquals(1, process.exitValue(), () -> readAll());
    String said = read("err.txt");
    assertTrue(said.contains("the checkpoint can't be written: "), said);
    String kept = said.replaceFirst("(?s).*the model is kept in (\\S+).*", "$1");
    ModelFile.read(Path.of(kept));
  }
}
