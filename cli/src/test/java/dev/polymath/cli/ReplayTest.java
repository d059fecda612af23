package dev.polymath.cli;

import static dev.polymath.cli.Command.done;
import static dev.polymath.cli.Command.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("polymath replay")
class ReplayTest {

  @TempDir private Path folder;
  private String table;
  private String model;

  @BeforeEach
  void files() throws IOException {
    table = table("it's a table.csv", 1);
    model = folder.resolve("model.safetensors").toString();
  }

  /** Numbers, missing cells and a category; kind and size follow from them. */
  private String table(String name, long seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder("a,the b,colour,size,kind\n");
    for (int i = 0; i < 90; i++) {
      boolean odd = i % 2 == 1;
      double a = random.nextGaussian() + (odd ? 2 : 0);
      text.append(
          String.format(
              Locale.ROOT,
              "%.3f,%s,%s,%.4f,%s%n",
              a,
              random.nextInt(5) == 0 ? "" : String.format(Locale.ROOT, "%.2f", random.nextDouble()),
              random.nextInt(3) == 0 ? "red" : odd ? "green" : "blue",
              3 * a + random.nextGaussian(),
              odd ? "odd" : "even"));
    }
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private static Provenance provenance(String file) throws IOException {
    return ModelFile.read(Path.of(file)).description().provenance();
  }

  private static void train(String options, String table, String model) {
    String[] words = options.split(" ");
    String[] all = new String[words.length + 5];
    all[0] = "train";
    all[1] = table;
    System.arraycopy(words, 0, all, 2, words.length);
    all[all.length - 3] = "--drop";
    all[all.length - 2] = "the b";
    all[all.length - 1] = "--out=" + model;
    done(all);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--epochs 2",
        "--target size --task regression --drop kind --epochs 2 --members 2",
        "--epochs 3 --folds 3 --hidden 6 --activation elu",
        "--epochs 3 --dropout 0.2 --clip-norm 0.5 --ema 0.9 --l1 0.001 --members 1",
        "--epochs 4 --validation 0.2 --patience 2 --class-weights balanced --aim f1 --members 2",
        "--optimizer rmsprop --schedule one-cycle --seed 5 --init lecun --epochs 2 --members 1",
      })
  @DisplayName("finds the same bits, with any number of threads, on both backends of arrays")
  void same(String options) throws IOException {
    train(options, table, model);
    String out = done("replay", model);
    String fingerprint = ModelFile.read(Path.of(model)).fingerprint();
    assertTrue(out.contains("same bits: fingerprint " + fingerprint), out);
    assertFalse(out.contains("saved as"), out);
    out = done("replay", model, "--backend", "arrays", "--threads", "3");
    assertTrue(out.contains("same bits"), out);
  }

  @Test
  @DisplayName("keeps the command in the file, but no folder and nothing that changes no weight")
  void command() throws IOException {
    String log = folder.resolve("log").toString();
    done(
        "train",
        table,
        "--epochs",
        "1",
        "--header",
        "--drop",
        "the b",
        "--threads",
        "1",
        "--log",
        log,
        "--out",
        model);
    assertEquals(
        "--data 'it'\\''s a table.csv' --epochs 1 --header --drop 'the b'",
        provenance(model).recipe().get("command"));
    assertTrue(done("replay", model).contains("same bits"));
  }

  @Test
  @DisplayName("says which data are missing, and takes them from elsewhere")
  void missing() throws IOException {
    train("--epochs 1 --members 1", table, model);
    Path moved = Files.createDirectory(folder.resolve("elsewhere")).resolve("moved.csv");
    Files.move(Path.of(table), moved);
    fails(
        2,
        "was trained on it's a table.csv, which is not here nor beside it: --data says where",
        "replay",
        model);
    assertTrue(done("replay", model, "--data", moved.toString()).contains("same bits"));
  }

  @Test
  @DisplayName("says that other data were given, and how far the weights are apart")
  void otherData() throws IOException {
    train("--epochs 1 --members 1", table, model);
    Command run = Command.run("replay", model, "--data", table("other.csv", 2));
    assertEquals(1, run.code(), run.err());
    assertTrue(run.out().contains("differs: the training data: "), run.out());
    assertTrue(run.out().contains("is the first tensor that is not the same"), run.out());
  }

  @Test
  @DisplayName(
      "says that another backend computed, and which JDK a backend had whose bits it decides")
  void otherBackend() throws IOException {
    train("--epochs 1 --members 1 --backend ejml", table, model);
    assertEquals(
        Integer.toString(Runtime.version().feature()), provenance(model).recipe().get("java"));
    assertTrue(done("replay", model).contains("same bits"));
    Command run = Command.run("replay", model, "--backend", "arrays");
    assertEquals(1, run.code(), run.err());
    assertTrue(run.out().contains("differs: the backend: ejml then, arrays now"), run.out());
  }

  @Test
  @DisplayName("trains further from the same model, and refuses another")
  void further() throws IOException {
    train("--epochs 1 --members 1", table, model);
    String next = folder.resolve("next.safetensors").toString();
    done("train", table, "--from", model, "--epochs", "1", "--out", next);
    assertEquals(
        ModelFile.read(Path.of(model)).fingerprint(), provenance(next).recipe().get("parent"));
    assertTrue(done("replay", next).contains("same bits"));
    Command run = Command.run("replay", next, "--from", next);
    assertEquals(1, run.code(), run.err());
    assertTrue(run.out().contains("is not the model that was trained further"), run.out());
    Files.delete(Path.of(model));
    fails(2, "was trained further from model.safetensors, which is not here", "replay", next);
  }

  @Test
  @DisplayName("needs a file that says how it was trained, and no options that do not apply")
  void unfit() throws IOException {
    train("--epochs 1 --members 1", table, model);
    fails(2, "--from: the model was not trained further", "replay", model, "--from", model);
    fails(2, "--test: the model was not trained with", "replay", model, "--test", table);
    ModelFile saved = ModelFile.read(Path.of(model));
    String unknown = folder.resolve("unknown.safetensors").toString();
    dev.polymath.models.io.ModelDescription d = saved.description();
    new ModelFile(
            new dev.polymath.models.io.ModelDescription(
                d.layers(), d.scaling(), d.output(), d.input(), d.members(), Provenance.UNKNOWN),
            saved.parameters())
        .write(Path.of(unknown));
    fails(2, "the file does not say which command trained it", "replay", unknown);
    fails(1, "is no model", "replay", table);
  }
}
