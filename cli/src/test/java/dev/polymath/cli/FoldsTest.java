package dev.polymath.cli;

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
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("polymath train --folds")
class FoldsTest {

  @TempDir Path folder;

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  /** The kind follows x, but for every tenth row; the price is a sum. */
  @BeforeEach
  void tables() throws IOException {
    Random random = new Random(5);
    List<String> kinds = new ArrayList<>(List.of("x,y,kind"));
    List<String> prices = new ArrayList<>(List.of("x,y,price"));
    for (int i = 0; i < 100; i++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      kinds.add(x + "," + y + "," + (x > 0 != (i % 10 == 0) ? "\"yes, sir\"" : "no"));
      prices.add(x + "," + y + "," + (100 + 50 * x + 3 * y + i * 1e-3));
    }
    Files.write(folder.resolve("kinds.csv"), kinds);
    Files.write(folder.resolve("prices.csv"), prices);
  }

  private static String done(String... arguments) {
    Command trained = run(arguments);
    assertEquals(0, trained.code(), trained.err());
    return trained.out();
  }

  @Test
  @DisplayName("shows each figure's mean and spread, and writes what was said of each row")
  void classes() throws IOException {
    String out =
        done(
            "train",
            file("kinds.csv"),
            "--epochs",
            "10",
            "--folds",
            "3",
            "--out-of-fold",
            file("oof.csv"),
            "--log",
            file("log"),
            "--out",
            file("m"));
    assertTrue(out.contains("network  3 members"), out);
    assertTrue(out.contains("3 folds, each predicted by the member that was not trained"), out);
    assertTrue(
        out.matches("(?s).*  accuracy [0-9.]+ % ± [0-9.]+ %  \\([0-9.]+ %, .*, .*\\)\\R.*"), out);
    assertTrue(out.matches("(?s).*  log loss 0\\.[0-9]+ ± 0\\.[0-9]+  \\(.*"), out);
    assertTrue(out.contains("  ROC-AUC 0.") && out.contains("out-of-fold predictions in "), out);
    List<String> lines = Files.readAllLines(folder.resolve("oof.csv"));
    assertEquals(81, lines.size());
    assertEquals(
        "row,target,predicted,probability of no,\"probability of yes, sir\"", lines.get(0));
    for (int i = 1; i < lines.size(); i++) {
      assertTrue(
          lines.get(i).matches(i + ",(no|\"yes, sir\"),(no|\"yes, sir\"),[0-9.E-]+,[0-9.E-]+"),
          lines.get(i));
    }
    long right =
        lines.stream().skip(1).filter(l -> l.matches("[0-9]+,([^,]+|\"yes, sir\"),\\1,.*")).count();
    assertTrue(right > 60, "right: " + right);
    String log = Files.readString(folder.resolve("log"));
    assertTrue(
        log.contains("{\"event\":\"folds\",\"folds\":3,\"figures\":[{\"figure\":\"acc"), log);
  }

  @Test
  @DisplayName("does the same with numbers")
  void numbers() throws IOException {
    String out =
        done(
            "train",
            file("prices.csv"),
            "--epochs",
            "60",
            "--folds",
            "4",
            "--out-of-fold",
            file("oof.csv"),
            "--out",
            file("m"));
    assertTrue(out.matches("(?s).*  RMSE [0-9.]+ ± [0-9.]+  \\(.*  R² 0\\.[0-9]+ ± .*"), out);
    List<String> lines = Files.readAllLines(folder.resolve("oof.csv"));
    assertEquals("row,target,predicted", lines.get(0));
    assertEquals(81, lines.size());
    double errors = 0;
    for (String line : lines.subList(1, 81)) {
      String[] cells = line.split(",");
      errors += Math.abs(Double.parseDouble(cells[1]) - Double.parseDouble(cells[2])) / 80;
    }
    assertTrue(errors < 25, "mean error: " + errors);
  }

  @Test
  @DisplayName("with members given, they share the folds; figures need one member for each")
  void members() {
    String out =
        done(
            "train",
            file("kinds.csv"),
            "--epochs",
            "2",
            "--folds",
            "2",
            "--members",
            "4",
            "--out-of-fold",
            file("oof.csv"),
            "--out",
            file("m"));
    assertTrue(out.contains("network  4 members"), out);
    assertFalse(out.contains("each predicted by the member"), out);
    assertTrue(Files.exists(folder.resolve("oof.csv")));
  }

  @Test
  @DisplayName("keeps the rows of a group in one fold")
  void groups() throws IOException {
    List<String> lines = new ArrayList<>(List.of("who,x,kind"));
    IntStream.range(0, 120)
        .forEach(i -> lines.add("p" + i % 8 + "," + i + "," + (i / 8 % 2 == 0 ? "a" : "b")));
    Files.write(folder.resolve("g.csv"), lines);
    done(
        "train",
        file("g.csv"),
        "--group",
        "who",
        "--epochs",
        "1",
        "--folds",
        "3",
        "--out",
        file("m"));
    fails(
        1,
        "groups of rows, found 12",
        "train",
        file("g.csv"),
        "--group",
        "who",
        "--folds",
        "12",
        "--out",
        file("m"));
  }

  @Test
  @DisplayName("refuses what can't be before anything is read or trained")
  void mistakes() {
    String table = file("kinds.csv");
    fails(2, "folds: expected 0 or at least 2, found 1", "train", table, "--folds", "1");
    fails(
        2,
        "--out-of-fold: expected folds",
        "train",
        table,
        "--folds",
        "0",
        "--out-of-fold",
        file("o"),
        "--out",
        file("m"));
    fails(
        2,
        "--out-of-fold: expected at least as many members as folds, 5",
        "train",
        table,
        "--folds",
        "5",
        "--members",
        "2",
        "--out-of-fold",
        file("o"),
        "--out",
        file("m"));
    fails(2, "is --data itself", "train", table, "--out-of-fold", table, "--out", file("m"));
    fails(
        1,
        "there is no folder",
        "train",
        table,
        "--out-of-fold",
        folder.resolve("none").resolve("o").toString(),
        "--out",
        file("m"));
    assertFalse(Files.exists(folder.resolve("m")));
  }
}
