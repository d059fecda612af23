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
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("polymath train --from")
class FurtherTrainingTest {

  @TempDir private Path folder;
  private String table;
  private String model;
  private String further;

  @BeforeEach
  void files() throws IOException {
    table = table("first.csv", "a,b,colour,kind", 1);
    model = folder.resolve("first.safetensors").toString();
    further = folder.resolve("second.safetensors").toString();
    done("train", "--data", table, "--epochs", "3", "--hidden", "8", "--out", model);
  }

  /** Two numbers and a category that tell two kinds apart. */
  private String table(String name, String header, long seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(header + "\n");
    boolean swapped = header.startsWith("b");
    for (int i = 0; i < 120; i++) {
      boolean odd = i % 2 == 1;
      double a = random.nextGaussian() + (odd ? 2 : 0);
      double b = random.nextGaussian();
      text.append(
          String.format(
              Locale.ROOT,
              "%.3f,%.3f,%s,%s%n",
              swapped ? b : a,
              swapped ? a : b,
              random.nextInt(3) == 0 ? "red" : odd ? "green" : "blue",
              odd ? "odd" : "even"));
    }
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private static double rate(String file) throws IOException {
    return Double.parseDouble(provenance(file).recipe().get("learningRate"));
  }

  private static Provenance provenance(String file) throws IOException {
    return ModelFile.read(Path.of(file)).description().provenance();
  }

  @Test
  @DisplayName(
      "goes on with the network, the encoder and the scaling of the model, at a tenth of the rate")
  void goesOn() throws IOException {
    String other = table("second.csv", "b,a,colour,kind", 2);
    String out = done("train", "--data", other, "--from", model, "--epochs", "2", "--out", further);
    double usual = rate(model);
    assertEquals(usual / 10, rate(further), 1e-9);
    assertTrue(out.contains("learningRate=" + rate(further)), out);
    ModelFile first = ModelFile.read(Path.of(model));
    ModelFile second = ModelFile.read(Path.of(further));
    assertEquals(first.description().layers(), second.description().layers());
    assertEquals(first.description().scaling(), second.description().scaling());
    assertEquals(first.description().input(), second.description().input());
    assertTrue(provenance(further).epochs() > provenance(model).epochs());
    assertEquals("second.csv", provenance(further).dataSet());
    assertEquals(provenance(model).seed(), provenance(further).seed());
    String name = first.parameters().keySet().iterator().next();
    float[] before = first.parameters().get(name);
    float[] after = second.parameters().get(name);
    assertFalse(Arrays.equals(before, after));
    for (int i = 0; i < before.length; i++) {
      assertEquals(before[i], after[i], 0.1, "a small step from where it was");
    }
    done("evaluate", further, "--data", other);
  }

  @Test
  @DisplayName("takes a rate that is given as it is, and may replace its own file")
  void inPlace() throws IOException {
    int epochs = provenance(model).epochs();
    String out =
        done(
            "train",
            "--data",
            table,
            "--from",
            model,
            "--epochs",
            "1",
            "--learning-rate",
            "0.01",
            "--patience",
            "1",
            "--out",
            model);
    assertTrue(out.contains("learningRate=0.01,"), out);
    assertEquals(epochs + 1, provenance(model).epochs());
  }

  @Test
  @DisplayName("refuses classes and columns that the model does not know")
  void unknown() throws IOException {
    String strange =
        Files.writeString(
                folder.resolve("strange.csv"),
                Files.readString(Path.of(table)).replace(",odd\n", ",prime\n"))
            .toString();
    fails(1, "prime", "train", "--data", strange, "--from", model);
    String missing =
        Files.writeString(
                folder.resolve("missing.csv"),
                Files.readString(Path.of(table)).replace("a,b,", "a,c,"))
            .toString();
    fails(1, "no column \"b\"", "train", "--data", missing, "--from", model);
    String gone = folder.resolve("gone").toString();
    fails(1, "gone", "train", "--data", table, "--from", gone);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--hidden 4 | --hidden, --activation and --members: the model of --from has its own",
        "--init he | --init: the model of --from has its own",
        "--drop a | --numeric, --category, --date and --drop: the model of --from has its own",
        "--task regression | --task: the model of --from has its own"
      })
  @DisplayName("refuses what only a new model can be told")
  void misplaced(String option, String message) {
    String[] words = option.split(" ");
    fails(2, message, "train", "--data", table, "--from", model, words[0], words[1]);
  }
}
