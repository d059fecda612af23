package dev.polymath.cli;

import static dev.polymath.cli.Command.done;
import static dev.polymath.cli.Command.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.io.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The command on two classes, of which one is rare")
class BinaryTest {

  @TempDir Path folder;
  private String data;
  private String model;

  @BeforeEach
  void write() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    List<String> lines = new ArrayList<>(List.of("a,b,kind"));
    for (int i = 0; i < 600; i++) {
      boolean rare = i % 6 == 0;
      double a = random.nextDouble() + (rare ? 0.6 : 0);
      double b = random.nextDouble() - (rare ? 0.5 : 0);
      lines.add(a + "," + b + "," + (rare ? "sick" : "well"));
    }
    data = Files.write(folder.resolve("data.csv"), lines).toString();
    model = folder.resolve("m.safetensors").toString();
  }

  private String[] train(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("train", data, "--epochs", "20", "--hidden", "8", "--out", model));
    arguments.addAll(List.of(more));
    return arguments.toArray(new String[0]);
  }

  @Test
  @DisplayName("shows scores of the rarer class, or of the one that is told")
  void scores() throws IOException {
    Path log = folder.resolve("log.jsonl");
    String out = done(train("--log", log.toString()));
    String line = out.lines().filter(l -> l.startsWith("log loss ")).findFirst().orElseThrow();
    assertTrue(line.contains("PR-AUC ") && line.contains("(positive: sick)"), line);
    assertTrue(line.contains("balanced accuracy ") && line.contains("MCC "), line);
    String result = Files.readAllLines(log).get(Files.readAllLines(log).size() - 1);
    for (String field :
        List.of("testLogLoss", "testBrier", "testRocAuc", "testPrAuc", "testMatthews")) {
      assertTrue(result.matches(".*\"" + field + "\":-?\\d.*"), result);
    }
    assertTrue(result.contains("\"positive\":\"sick\""), result);
    assertFalse(result.contains("threshold"), result);
    assertTrue(out.contains("calibration  temperature "), out);
    String none = done("train", "--epochs", "1", "--hidden", "4", "--out", model + "d");
    assertTrue(none.contains("calibration  none: the recipe holds no example out"), none);
    assertTrue(done("evaluate", model, data, "--positive", "well").contains("positive: well"));
    assertTrue(done(train("--positive", "well")).contains("positive: well"));
  }

  @Test
  @DisplayName("chooses a threshold, keeps it in the model and decides by it")
  void threshold() throws IOException {
    Path report = folder.resolve("report.html");
    String out =
        done(
            train(
                "--validation",
                "0.3",
                "--aim",
                "recall=0.95",
                "--calibrate",
                "--report",
                report.toString()));
    assertTrue(out.contains("calibration  temperature "), out);
    assertTrue(out.matches("(?s).*; ECE [0-9.]+ % before and [0-9.]+ % after, on 1.*"), out);
    assertTrue(out.contains("threshold    sick from a probability of 0."), out);
    assertTrue(out.contains("; chosen for recall=0.95 on "), out);
    ModelOutput output = ModelFile.read(Path.of(model)).description().output();
    ModelOutput.Threshold threshold = ((ModelOutput.Classes) output).threshold();
    assertEquals("sick", output.names().get(threshold.positive()));
    String evaluated = done("evaluate", model, data);
    assertTrue(
        evaluated.contains(
            String.format(
                java.util.Locale.ROOT,
                "decided for sick from a probability of %.4f on",
                threshold.probability())),
        evaluated);
    Command predicted = Command.run("predict", model, data);
    assertEquals(0, predicted.code());
    assertTrue(predicted.err().contains("note: decides for sick from "), predicted.err());
    String page = Files.readString(report);
    assertTrue(page.contains("ROC curve.") && page.contains("Precision over recall."));
    assertTrue(page.contains("it finds "));
  }

  @Test
  @DisplayName("says what an option needs")
  void mistakes() throws IOException {
    String held = " works on examples held out, such as by --validation 0.2";
    fails(2, "--aim:" + held, train("--validation", "0", "--aim", "f1"));
    fails(2, "--calibrate:" + held, train("--validation", "0", "--calibrate"));
    fails(
        2,
        "expected f1, accuracy, recall=0.9 or precision=0.6",
        train("--validation", "0.2", "--aim", "best"));
    fails(2, "--positive: expected sick or well, found ill", train("--positive", "ill"));
    data = folder.resolve("three.csv").toString();
    Files.write(Path.of(data), List.of("1,a", "2,b", "3,c", "4,a", "5,b", "6,c", "7,a", "8,b"));
    fails(2, "--positive: expected data of two classes, found 3", train("--positive", "a"));
    fails(
        2,
        "--aim: expected data of two classes, found 3",
        train("--validation", "0.2", "--aim", "f1"));
  }
}
