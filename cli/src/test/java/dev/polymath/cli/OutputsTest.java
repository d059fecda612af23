package dev.polymath.cli;

import static dev.polymath.cli.Command.done;
import static dev.polymath.cli.Command.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.Provenance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What a command writes")
@DisabledOnOs(OS.WINDOWS)
class OutputsTest {

  private static final String ROWS = "x,y,kind\n0,0,a\n1,0,b\n0,1,a\n1,1,b\n0,2,a\n1,2,b\n";

  @TempDir Path folder;
  private String table;
  private String model;

  @BeforeEach
  void write() throws IOException {
    table = Files.writeString(folder.resolve("points.csv"), ROWS).toString();
    Files.copy(folder.resolve("points.csv"), folder.resolve("test.csv"));
    Files.createSymbolicLink(folder.resolve("link"), Path.of("points.csv"));
    Files.createLink(folder.resolve("hard"), folder.resolve("points.csv"));
    Files.createSymbolicLink(folder.resolve("here"), folder);
    model = file("m.safetensors");
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private String[] train(String... options) {
    String[] start = {"train", "--data", table, "--epochs", "1"};
    String[] all = java.util.Arrays.copyOf(start, start.length + options.length);
    System.arraycopy(options, 0, all, start.length, options.length);
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"points.csv", "link", "hard", "here/points.csv", "./points.csv"})
  @DisplayName("is never what it reads, whatever links lead there")
  void neverTheData(String name) throws IOException {
    for (String option : List.of("--out", "--log", "--report")) {
      fails(2, "is --data itself, expected another file", train(option, file(name)));
      fails(
          2,
          "is --test itself, expected another file",
          "train",
          "--data",
          file("test.csv"),
          "--test",
          table,
          option,
          file(name));
    }
    assertEquals(ROWS, Files.readString(folder.resolve("points.csv")));
    assertFalse(Files.exists(Path.of("polymath.safetensors")));
  }

  @Test
  @DisplayName("is no picture of the data, nor MNIST's file")
  void neverInTheFolder() throws IOException {
    Path picture = Files.createDirectories(folder.resolve("photos/cat")).resolve("a.png");
    Files.writeString(picture, "no picture, but it stays");
    String photos = file("photos");
    fails(2, "is read as a part of --data", "train", "--data", photos, "--out", picture.toString());
    Path mnist = Files.createDirectories(folder.resolve("mnist"));
    Path labels = Files.writeString(mnist.resolve("t10k-labels-idx1-ubyte"), "stays");
    fails(
        2,
        "is read as a part of --data",
        "train",
        "--data",
        mnist.toString(),
        "--log",
        labels.toString());
    assertEquals("stays", Files.readString(labels));
  }

  @Test
  @DisplayName("is never the model that is exported or the state dict that is imported")
  void neverTheModel() throws IOException {
    done(train("--members", "1", "--out", model));
    byte[] before = Files.readAllBytes(Path.of(model));
    Files.createLink(folder.resolve("hard model"), Path.of(model));
    Files.createSymbolicLink(folder.resolve("model link"), Path.of(model));
    for (String out : List.of(model, file("hard model"), file("model link"))) {
      fails(2, "is MODEL itself", "export", model, "--format", "npz", "--out", out);
    }
    done("export", model, "--format", "safetensors", "--out", file("net.safetensors"));
    fails(2, "is FILE itself", "import", file("net.safetensors"), "--out", file("net.safetensors"));
    assertEquals(-1, Files.mismatch(Path.of(model), folder.resolve("hard model")));
    assertTrue(java.util.Arrays.equals(before, Files.readAllBytes(Path.of(model))));
  }

  @Test
  @DisplayName("is not one file for two things")
  void different() {
    fails(2, "--out and --log: expected different", train("--out", model, "--log", model));
    fails(
        2,
        "--out and --report: expected different",
        train("--out", model, "--report", file("here/m.safetensors")));
  }

  @Test
  @DisplayName("is refused before the training where it can't be written")
  void refused() throws IOException {
    Files.createSymbolicLink(folder.resolve("dangling"), Path.of("no-such-folder/m"));
    Files.createSymbolicLink(folder.resolve("one"), Path.of("two"));
    Files.createSymbolicLink(folder.resolve("two"), Path.of("one"));
    for (String option : List.of("--out", "--log", "--report")) {
      fails(1, "there is no folder", train(option, file("dangling")));
      fails(1, "its symbolic links form a circle", train(option, file("one")));
      fails(1, "expected a file, found a folder", train(option, folder.toString()));
      fails(1, "there is no folder", train(option, file("points.csv/m")));
    }
    Path locked = Files.createDirectory(folder.resolve("locked"));
    assumeTrue(locked.toFile().setWritable(false));
    if (!Files.isWritable(locked)) {
      fails(1, "access denied", train("--out", locked.resolve("m").toString()));
    }
    assertTrue(locked.toFile().setWritable(true));
  }

  @Test
  @DisplayName("may be a link to a file that is still to be made")
  void newFile() throws IOException {
    Files.createSymbolicLink(folder.resolve("current"), Path.of("m-1.safetensors"));
    done(train("--out", file("current")));
    assertTrue(Files.isSymbolicLink(folder.resolve("current")));
    ModelFile.read(folder.resolve("m-1.safetensors"));
  }

  private void assertTrained(Command run, String complaint) throws IOException {
    assertEquals(1, run.code(), run.err());
    assertTrue(run.err().startsWith("polymath: " + complaint), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.out().contains("test: accuracy "), run.out());
    assertTrue(run.out().contains("saved as " + model), run.out());
    ModelFile.read(Path.of(model));
  }

  @Test
  @DisplayName("beside the model does not cost the model where it fails: a full disk")
  void fullDisk() throws IOException {
    assumeTrue(Files.exists(Path.of("/dev/full")), "skipped: there is no /dev/full");
    Command run = Command.run(train("--out", model, "--log", "/dev/full"));
    assertTrained(run, "the log can't be written any more: /dev/full: ");
    assertTrue(run.err().contains("; the run goes on without it"), run.err());
  }

  @Test
  @DisplayName("beside the model does not cost the model where it fails: a pipe without a reader")
  void closedPipe() throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe");
    Process make = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assumeTrue(make.waitFor(1, TimeUnit.MINUTES) && make.exitValue() == 0, "skipped: no mkfifo");
    Thread reader =
        new Thread(
            () -> {
              try (InputStream in = Files.newInputStream(pipe)) {
                in.read();
              } catch (IOException e) {
                // The command says what is wrong.
              }
            });
    reader.setDaemon(true);
    reader.start();
    Command run =
        Command.run(
            "train", "--data", table, "--epochs", "400", "--out", model, "--log", pipe.toString());
    assertTrained(run, "the log can't be written any more: ");
  }

  @Test
  @DisplayName("keeps in the model file what the evaluations have shown")
  void accuracies() throws IOException {
    String out = done(train("--out", model, "--validation", "0.25", "--test", "0.5"));
    Provenance provenance = ModelFile.read(Path.of(model)).description().provenance();
    assertEquals("points.csv", provenance.dataSet());
    Double test = provenance.testAccuracy();
    assertTrue(out.contains(String.format("accuracy %.2f %%", 100 * test)), out);
    assertTrue(out.contains("validation "), out);
    Double validation = provenance.validationAccuracy();
    assertTrue(validation >= 0 && validation <= 1, "validation accuracy " + validation);
    done(train("--validation", "0", "--out", model));
    provenance = ModelFile.read(Path.of(model)).description().provenance();
    assertEquals(null, provenance.validationAccuracy());
    assertTrue(provenance.testAccuracy() >= 0);
  }

  @Test
  @DisplayName("says which epoch was kept where a run ends early")
  void patience() throws IOException {
    String[] run = train("--out", model, "--patience", "2", "--schedule", "constant");
    run[List.of(run).indexOf("--epochs") + 1] = "500";
    String out = done(run);
    assertTrue(out.matches("(?s).*kept: epoch \\d+ of 500, validation loss \\d.*"), out);
    assertTrue(out.contains(": none was better for 2\n"), out);
    Provenance provenance = ModelFile.read(Path.of(model)).description().provenance();
    assertTrue(out.contains("kept: epoch " + provenance.epochs() + " of"), out);
    assertEquals("2", provenance.recipe().get("patience"));
    assertEquals("4", provenance.recipe().get("folds"));
    Command refused = Command.run(train("--out", model, "--patience", "-1"));
    assertTrue(refused.err().contains("patience: expected at least 0, found -1"), refused.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u001b[31mb.csv", "a\u202eb.csv", "a\u00adb.csv", "a\nb.csv"})
  @DisplayName("has the names of files in a form that a terminal and a model file can hold")
  void names(String name) throws IOException {
    Path strange = Files.writeString(folder.resolve(name), ROWS);
    String out = done("train", "--data", strange.toString(), "--epochs", "1", "--out", model);
    String recorded = ModelFile.read(Path.of(model)).description().provenance().dataSet();
    assertEquals(String.format("a\\u%04x%s", (int) name.charAt(1), name.substring(2)), recorded);
    assertFalse(out.contains("\u001b") || out.contains("\u202e") || out.contains("\u00ad"), out);
  }
}
