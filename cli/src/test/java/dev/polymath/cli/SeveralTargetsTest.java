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

@DisplayName("The command on several targets")
class SeveralTargetsTest {

  @TempDir Path folder;

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private String write(String name, List<String> lines) throws IOException {
    Files.write(folder.resolve(name), lines);
    return file(name);
  }

  /** Right of the middle, and above −0.2. */
  private static List<String> corners(int n, long seed) {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>(List.of("x,right,y,high"));
    for (int i = 0; i < n; i++) {
      double x = random.nextDouble() * 2 - 1;
      double y = random.nextDouble() * 2 - 1;
      lines.add(x + "," + (x > 0 ? 1 : 0) + "," + y + "," + (y > -0.2 ? "yes" : "no"));
    }
    return lines;
  }

  /** area = 10 · width, and cost = 1000 − 5 · width + 20 · depth. */
  private static List<String> rooms(int n, long seed) {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>(List.of("width,depth,area,cost"));
    for (int i = 0; i < n; i++) {
      double width = random.nextDouble() * 10;
      double depth = random.nextDouble() * 5;
      lines.add(width + "," + depth + "," + 10 * width + "," + (1000 - 5 * width + 20 * depth));
    }
    return lines;
  }

  @Test
  @DisplayName("learns labels, and does everything with them")
  void labels() throws IOException {
    String data = write("corners.csv", corners(300, 1));
    Command trained =
        run(
            "train",
            data,
            "--target",
            "right,high",
            "--task",
            "labels",
            "--epochs",
            "20",
            "--members",
            "2",
            "--folds",
            "2",
            "--aim",
            "f1",
            "--out",
            file("m"),
            "--log",
            file("log"),
            "--report",
            file("r.html"),
            "--out-of-fold",
            file("oof.csv"));
    assertEquals(0, trained.code(), trained.err());
    String out = trained.out();
    assertTrue(
        out.contains("2 labels [right, high]; the targets are column 2 (right), column 4 (high)"),
        out);
    assertTrue(out.contains("left out: \"high\" (another target)"), out);
    assertTrue(out.contains("loss=SIGMOID_CROSS_ENTROPY"), out);
    assertTrue(out.matches("(?s).*test: micro F1 0\\.9\\d+, macro F1 0\\.9.*"), out);
    assertTrue(out.contains("all labels right ") && out.contains("Hamming loss 0."), out);
    assertTrue(out.contains("thresholds   chosen for f1 on 240 examples held out"), out);
    assertTrue(out.contains("2 folds, each predicted") && out.contains("micro F1 0."), out);
    assertFalse(out.contains("NaN"), out);
    String log = Files.readString(Path.of(file("log")));
    assertTrue(log.contains("\"testMicroF1\":0.9") && log.contains("\"testLabels\":["), log);
    String page = Files.readString(Path.of(file("r.html")));
    assertTrue(page.contains("Label by label") && page.contains("micro F1"), "the page");
    List<String> folds = Files.readAllLines(Path.of(file("oof.csv")));
    assertEquals(
        "row,right,predicted right,probability of right,high,predicted high,probability of high",
        folds.get(0));
    assertEquals(241, folds.size());

    String evaluated = done("evaluate", file("m"), data);
    assertTrue(evaluated.contains("the 60 of 300 examples that the training left out"), evaluated);
    String figures =
        out.substring(out.indexOf("test: ") + 6, out.indexOf(" examples", out.indexOf("test: ")));
    assertTrue(evaluated.contains(figures), evaluated + figures);

    write("new.csv", List.of("y,x", "0.9,0.9", "-0.9,-0.9", "0.9,-0.8"));
    String predicted = done("predict", file("m"), file("new.csv"));
    List<String> lines = predicted.lines().toList();
    assertTrue(lines.get(0).matches(".*line 2  right +\\d+.\\d+ %  high +\\d+.\\d+ %"), predicted);
    assertTrue(lines.get(1).endsWith("line 3  no label"), predicted);
    assertTrue(lines.get(2).contains("high") && !lines.get(2).contains("right"), predicted);
    write("new.json", List.of("{\"x\":0.9,\"y\":0.8}"));
    String json = done("predict", file("m"), file("new.json"), "--json");
    assertTrue(
        json.contains("\"labels\":[\"right\",\"high\"],\"probabilities\":[{\"label\":\"right\""),
        json);

    String explained = done("explain", file("m"), data);
    assertTrue(explained.contains("log loss") && explained.contains("accuracy"), explained);
    assertTrue(done("explain", file("m"), data, "--json").contains("\"labels\""));
    for (String format : List.of("onnx", "npz", "safetensors")) {
      done("export", file("m"), "--format", format, "--out", file("e." + format));
    }
    Command further = run("train", data, "--from", file("m"), "--epochs", "2", "--out", file("m2"));
    assertEquals(0, further.code(), further.err());
    assertTrue(further.out().contains("test: micro F1 0.9"), further.out());
  }

  @Test
  @DisplayName("learns several numbers, and does everything with them")
  void numbers() throws IOException {
    String data = write("rooms.csv", rooms(300, 1));
    Command trained =
        run(
            "train",
            data,
            "--target",
            "area,cost",
            "--epochs",
            "30",
            "--members",
            "2",
            "--folds",
            "2",
            "--out",
            file("m"),
            "--log",
            file("log"),
            "--report",
            file("r.html"),
            "--out-of-fold",
            file("oof.csv"));
    assertEquals(0, trained.code(), trained.err());
    assertTrue(trained.err().contains("are taken as the targets of a regression"), trained.err());
    String out = trained.out();
    assertTrue(out.contains("2 targets [area, cost]"), out);
    assertTrue(out.contains("test: mean R² of 2 targets 0.9"), out);
    assertTrue(out.contains("  area: RMSE ") && out.contains("  cost: RMSE "), out);
    assertTrue(out.contains("area: R² 0.9") && out.contains("cost: R² 0.9"), out);
    assertTrue(Files.readString(Path.of(file("r.html"))).contains("area: "), "the page");
    assertTrue(
        Files.readAllLines(Path.of(file("oof.csv")))
            .get(0)
            .equals("row,area,predicted area,cost,predicted cost"));

    String evaluated = done("evaluate", file("m"), data);
    assertTrue(evaluated.contains("the 60 of 300 examples that the training left out"), evaluated);
    assertTrue(evaluated.contains("mean R² of 2 targets 0.9"), evaluated);
    write("new.csv", List.of("depth,width", "1,5"));
    String predicted = done("predict", file("m"), file("new.csv"));
    assertTrue(predicted.contains("area") && predicted.contains("cost"), predicted);
    String json = done("predict", file("m"), file("new.csv"), "--json");
    assertTrue(json.contains("\"targets\":[{\"target\":\"area\",\"value\":"), json);
    assertTrue(done("explain", file("m"), data).contains("RMSE / deviation"));
    done("export", file("m"), "--format", "onnx", "--out", file("e.onnx"));
    String tested =
        done(
            "train",
            data,
            "--target",
            "3,4",
            "--task",
            "regression",
            "--test",
            write("t.csv", rooms(50, 2)),
            "--epochs",
            "5",
            "--members",
            "1",
            "--validation",
            "0",
            "--out",
            file("m3"));
    assertTrue(tested.contains("50 to test") && tested.contains("area: RMSE"), tested);
  }

  @Test
  @DisplayName("says what is wrong with file, line, column and cure")
  void mistakes() throws IOException {
    String data =
        write("c.csv", List.of("x,A,B", "1,1,0", "2,0,1", "3,1,perhaps", "4,1,1", "5,0,0"));
    fails(
        1,
        "c.csv: line 4, column 3 (B): expected a label's 1 or 0, yes or no, true or false, found"
            + " \"perhaps\"",
        "train",
        data,
        "--target",
        "A,B",
        "--task",
        "labels");
    fails(
        1,
        "expected one target, found column 2 (A), column 3 (B); --task labels learns several columns",
        "train",
        data,
        "--target",
        "A,B",
        "--task",
        "classification");
    fails(1, "no such column", "train", data, "--target", "A,C", "--task", "labels");
    String constant = write("k.csv", List.of("x,A,B", "1,1,0", "2,0,0", "3,1,0", "4,1,0"));
    fails(
        1,
        "k.csv: column 3 (B): expected rows with the label and rows without it, found only rows"
            + " without it; leave it out of the targets",
        "train",
        constant,
        "--target",
        "A,B",
        "--task",
        "labels");
    String missing = write("m.csv", List.of("x,A,B", "1,1,", "2,0,?", "3,1,NA"));
    fails(
        1,
        "m.csv: column 3 (B), the target, is missing in every row",
        "train",
        missing,
        "--target",
        "A,B",
        "--task",
        "labels");
    String numbers = write("onen.csv", List.of("x,a,b", "1,1.5,0.2"));
    fails(
        1,
        "onen.csv: split: expected at least 2 examples, one to train on and one to hold out, found 1",
        "train",
        numbers,
        "--target",
        "a,b",
        "--task",
        "regression");
    List<String> many = new ArrayList<>(List.of("x,tags"));
    for (int i = 0; i < 6000; i++) {
      many.add(i + ",t" + i + ";u" + i);
    }
    fails(
        1,
        "many.csv: line 5002, column 2 (tags): expected at most 10000 different labels, found more",
        "train",
        write("many.csv", many),
        "--task",
        "labels");
    String one = write("one.csv", List.of("x,A,B", "1,1,0"));
    fails(1, "one.csv: ", "train", one, "--target", "A,B", "--task", "labels");
    fails(
        2,
        "--positive: expected data of two classes, found labels",
        "train",
        write("ok.csv", corners(40, 1)),
        "--target",
        "right,high",
        "--task",
        "labels",
        "--positive",
        "yes");
    fails(
        2,
        "--loss: several labels have a probability each",
        "train",
        file("ok.csv"),
        "--target",
        "right,high",
        "--task",
        "labels",
        "--loss",
        "cross-entropy");
    assertTrue(
        done("gradcheck", "--task", "labels", "--layers", "5,4,3").contains("sigmoid-cross"));
    fails(2, "is of labels", "train", "digits", "--loss", "sigmoid-cross-entropy");
    fails(2, "--task labels is for tables", "train", "digits", "--task", "labels");
    String regression = write("r.csv", List.of("x,a,b", "1,1.5,2", "2,0.5,three", "3,1,5"));
    fails(
        1,
        "r.csv: line 3, column 3 (b): expected a number, found \"three\"",
        "train",
        regression,
        "--target",
        "a,b",
        "--task",
        "regression");
  }

  @Test
  @DisplayName(
      "leaves out rows without a target, and says so; says which labels the test has none of")
  void absent() throws IOException {
    List<String> lines = corners(60, 3);
    lines.add("0.5,,0.5,yes");
    lines.add("0.5,1,0.5,?");
    Command trained =
        run(
            "train",
            write("c.csv", lines),
            "--target",
            "right,high",
            "--epochs",
            "2",
            "--members",
            "1",
            "--validation",
            "0",
            "--test",
            write("t.csv", List.of("x,right,y,high", "0.5,1,-0.9,no", "0.6,1,-0.8,no")),
            "--out",
            file("m"));
    assertEquals(0, trained.code(), trained.err());
    assertTrue(
        trained
            .err()
            .contains(
                "left out 2 rows without a target: column 2 (right) or column 4 (high) is missing"),
        trained.err());
    assertTrue(
        trained.err().contains("the test examples have none of the labels [high]"), trained.err());
  }

  @Test
  @DisplayName("reads labels that one column lists")
  void lists() throws IOException {
    Random random = new Random(1);
    List<String> lines = new ArrayList<>(List.of("x,y,tags"));
    for (int i = 0; i < 200; i++) {
      double x = random.nextDouble() * 2 - 1;
      double y = random.nextDouble() * 2 - 1;
      lines.add(x + "," + y + "," + (x > 0 ? "right" : "") + ";" + (y > 0 ? "high" : ""));
    }
    String data = write("tags.csv", lines);
    String out =
        done(
            "train",
            data,
            "--task",
            "labels",
            "--epochs",
            "15",
            "--members",
            "1",
            "--validation",
            "0",
            "--out",
            file("m"));
    assertTrue(out.contains("2 labels [high, right]; the target is column 3 (tags)"), out);
    assertTrue(out.contains("test: micro F1 0.9"), out);
    assertTrue(done("evaluate", file("m"), data).contains("micro F1 0.9"));
    write("new.csv", List.of("x,y", "0.9,0.9"));
    assertTrue(done("predict", file("m"), file("new.csv")).contains("right"));
  }

  @Test
  @DisplayName("takes a column that is told to hold dates")
  void dates() throws IOException {
    List<String> lines = new ArrayList<>(List.of("day,x,y"));
    for (int i = 0; i < 60; i++) {
      lines.add((20240101 + i % 28) + "," + i + "," + (i % 28 < 14 ? "early" : "late"));
    }
    String data = write("d.csv", lines);
    String out =
        done(
            "train",
            data,
            "--date",
            "day",
            "--epochs",
            "3",
            "--members",
            "1",
            "--validation",
            "0",
            "--rate-factor",
            "bias=0.5",
            "--out",
            file("m"));
    assertTrue(out.contains("day  date"), out);
    assertTrue(out.contains("rateFactor BIAS=0.5"), out);
    write("new.csv", List.of("x,day", "1,20240102"));
    done("predict", file("m"), file("new.csv"));
    fails(
        1,
        "d.csv: line 2, column 3 (y): expected a date such as 2024-05-31, 31.5.2024",
        "train",
        data,
        "--target",
        "x",
        "--date",
        "y");
    fails(
        2,
        "--drop day: another option names this column too",
        "train",
        data,
        "--date",
        "day",
        "--drop",
        "day");
    fails(2, "expected factors of weight and bias", "train", data, "--rate-factor", "gain=2");
  }
}
