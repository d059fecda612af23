package dev.polymath.cli;

import static dev.polymath.cli.Command.done;
import static dev.polymath.cli.Command.fails;
import static dev.polymath.cli.Command.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The command on a numeric target")
class RegressionTest {

  @TempDir Path folder;

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private String write(String name, List<String> lines) throws IOException {
    Files.write(folder.resolve(name), lines);
    return file(name);
  }

  /** price = 1000 + 100 · size − 50 · age, with fractions. */
  private static List<String> houses(int n, long seed) {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>(List.of("size,age,price"));
    for (int i = 0; i < n; i++) {
      double size = random.nextDouble() * 10;
      double age = random.nextDouble() * 5;
      lines.add(size + "," + age + "," + (1000 + 100 * size - 50 * age));
    }
    return lines;
  }

  /** The target has whole numbers from 3 to 8, of many rows each. */
  private static List<String> ratings(int n) {
    Random random = new Random(3);
    List<String> lines = new ArrayList<>(List.of("a,b,quality"));
    for (int i = 0; i < n; i++) {
      double a = random.nextDouble();
      double b = random.nextDouble();
      lines.add(a + "," + b + "," + (3 + (int) (3 * a + 3 * b)));
    }
    return lines;
  }

  @Test
  @DisplayName("trains, logs, reports, evaluates, predicts and exports")
  void fromTheTableToThePrediction() throws IOException {
    String train = write("train.csv", houses(400, 1));
    String test = write("test.csv", houses(100, 2));
    Command trained =
        run(
            "train",
            train,
            "--test",
            test,
            "--epochs",
            "30",
            "--members",
            "1",
            "--validation",
            "0.1",
            "--out",
            file("m"),
            "--log",
            file("log"),
            "--report",
            file("r.html"));
    assertEquals(0, trained.code(), trained.err());
    assertTrue(trained.err().contains("taken as the target of a regression"), trained.err());
    assertTrue(trained.err().contains("--task classification"), trained.err());
    String out = trained.out();
    assertTrue(out.contains("1 linear") || out.contains("->1 linear"), out);
    assertTrue(out.contains("loss=SQUARED_ERROR, labelSmoothing=0.0"), out);
    assertTrue(out.matches("(?s).*test: RMSE [0-9.]+, R² 0\\.9[0-9]+, MAE .*"), out);
    assertTrue(out.contains("always saying the mean of these: RMSE "), out);
    assertTrue(out.contains("RMSE ") && out.contains("validation "), out);
    assertFalse(out.contains("accuracy") || out.contains("NaN"), out);

    String log = Files.readString(folder.resolve("log"));
    assertTrue(log.contains("\"trainRmse\":") && log.contains("\"testR2\":0.9"), log);
    assertFalse(log.contains("ccuracy"), log);
    String page = Files.readString(folder.resolve("r.html"));
    assertTrue(page.contains("Predicted against true") && page.contains("Residuals"));
    assertTrue(page.contains("Always saying the mean has an R² of 0"));

    String figures = out.substring(out.indexOf("test: ") + 6).lines().findFirst().orElseThrow();
    assertTrue(done("evaluate", file("m"), "--data", test).contains(figures));

    String row = write("row.csv", List.of("age,size", "2,5"));
    String line = done("predict", file("m"), row);
    assertTrue(line.matches("(?s).*line 2\\s+price 1[34][0-9]{2}\\.[0-9]{3}\\R"), line);
    String json = done("predict", file("m"), row, "--json");
    assertTrue(
        json.matches(
            "(?s)\\[\\s+\\{\"file\":\".*row.csv\",\"line\":2,\"prediction\":1[34][0-9.]+,"
                + "\"targets\":\\[\\{\"target\":\"price\",\"value\":1[34][0-9.]+}]}\\s+]\\R"),
        json);
    for (String format : List.of("onnx", "npz", "safetensors")) {
      done("export", file("m"), "--format", format, "--out", file("x." + format));
      assertTrue(Files.size(folder.resolve("x." + format)) > 1000);
    }
    assertTrue(done("gradcheck", file("m")).contains("squared-error"));
    assertTrue(done("gradcheck", file("m"), "--data", test).contains("all gradients agree"));
  }

  @Test
  @DisplayName("takes few whole numbers as classes, says so, and as numbers when told")
  void wholeNumbers() throws IOException {
    String table = write("t.csv", ratings(300));
    Command classes = run("train", table, "--epochs", "2", "--out", file("m"));
    assertEquals(0, classes.code(), classes.err());
    assertTrue(classes.err().contains("taken as classes; --task regression"), classes.err());
    assertTrue(classes.out().contains("accuracy "), classes.out());
    String numbers =
        done("train", table, "--epochs", "20", "--task", "regression", "--out", file("m"));
    assertTrue(numbers.matches("(?s).*test: RMSE .*, R² 0\\.[6-9].*"), numbers);
  }

  @Test
  @DisplayName("refuses what does not fit in one sentence")
  void mistakes() throws IOException {
    String table = write("t.csv", houses(60, 1));
    String text = write("c.csv", List.of("a,kind", "1,red", "2,blue", "3,red", "4,blue"));
    fails(1, "expected a", "train", text, "--task", "regression", "--out", file("m"));
    fails(2, "--task regression is for tables", "train", "digits", "--task", "regression");
    fails(
        2,
        "the cross-entropy is of classes",
        "train",
        table,
        "--task",
        "regression",
        "--loss",
        "cross-entropy");
    fails(2, "expected classification, regression or labels", "train", table, "--task", "guess");
    done("train", table, "--task", "regression", "--epochs", "1", "--out", file("r"));
    assertEquals(1, run("evaluate", file("r"), "--data", text).code());
    fails(2, "the cross-entropy is of classes", "gradcheck", file("r"), "--loss", "cross-entropy");
    fails(2, "Huber's loss is of numeric targets", "train", "digits", "--loss", "huber");
    for (String loss : List.of("squared-error", "huber")) {
      assertTrue(
          done("gradcheck", "--task", "regression", "--layers", "5,4,2", "--loss", loss)
              .contains("all gradients agree"));
    }
  }
}
