package dev.polymath.cli;

import static dev.polymath.cli.Command.done;
import static dev.polymath.cli.Command.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.data.GreyImage;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.PictureForm;
import dev.polymath.models.io.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The command on a CSV file")
class TableTest {

  private static final int ROWS = 3823;

  @TempDir Path folder;

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private String write(String name, List<String> lines) throws IOException {
    return Files.write(folder.resolve(name), lines).toString();
  }

  /**
   * Drawn digits in the form of Optdigits: brought to one size, a bitmap of 32 × 32, the bits of
   * each 4 × 4 block counted: 64 numbers from 0 to 16, the digit last.
   */
  private static List<String> optdigits() {
    DataSet digits = Digits.generate(7).train();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      float[] pixels = new float[784];
      digits.copyFeatures(i, pixels, 0);
      float[] formed = PictureForm.MNIST.of(new GreyImage(ImageSize.MNIST, pixels)).brightness();
      int[] counts = new int[64];
      for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) {
          // The middle 20 × 20 pixels: the margin carries nothing.
          int pixel = (4 + y * 20 / 32) * 28 + 4 + x * 20 / 32;
          counts[y / 4 * 8 + x / 4] += formed[pixel] > 0.4f ? 1 : 0;
        }
      }
      String row =
          IntStream.of(counts).mapToObj(Integer::toString).collect(Collectors.joining(","));
      lines.add(row + "," + digits.label(i));
    }
    return lines;
  }

  private static double accuracy(String summary) {
    return Double.parseDouble(summary.split(" ")[1]);
  }

  private static String summary(String out) {
    return out.lines()
        .filter(line -> line.contains("accuracy ") && line.contains(", loss"))
        .reduce((a, b) -> b)
        .orElseThrow()
        .replace("test: ", "");
  }

  @Test
  @DisplayName("trains with nothing to configure, and evaluates what it has left out")
  void optdigitsForm() throws IOException {
    List<String> rows = optdigits();
    String table = write("digits.csv", rows);
    Command noted =
        Command.run("train", "--data", table, "--members", "2", "--epochs", "5", "--out", file("m"));
    String train = noted.out();
    assertTrue(noted.err().contains("column 65 has 10 different whole numbers"), noted.err());
    assertTrue(
        Pattern.compile("3058 examples of \\d+ features, 10 classes \\[0, 1, 2")
            .matcher(train)
            .find(),
        train);
    assertTrue(train.contains("; the target is column 65; 765 to test"), train);
    assertTrue(train.contains("network  2 members, each "), train);
    assertTrue(train.contains("epochs=5,"), train);
    assertTrue(accuracy(summary(train)) > 90, summary(train));

    String evaluate = done("evaluate", file("m"), "--data", table);
    assertTrue(evaluate.contains("the 765 of 3823 examples that the training left out"), evaluate);
    assertEquals(summary(train), summary(evaluate));

    // The same rows under a header are the same data: the same model.
    List<String> headed = new ArrayList<>(rows);
    headed.add(
        0,
        IntStream.range(0, 64).mapToObj(i -> "pixel_" + i).collect(Collectors.joining(","))
            + ",digit");
    Files.createDirectory(folder.resolve("headed"));
    String other = write("headed/digits.csv", headed);
    String again =
        done(
            "train",
            "--data",
            other,
            "--task",
            "classification",
            "--members",
            "2",
            "--epochs",
            "5",
            "--out",
            file("n"),
            "--report",
            file("n.html"));
    assertEquals(summary(train), summary(again));
    assertTrue(again.contains("; the target is column 65 (digit); "), again);
    String page = Files.readString(folder.resolve("n.html"));
    assertTrue(Pattern.compile("<td>pixel_\\d+ is ").matcher(page).find(), "columns by name");
    ModelFile headless = ModelFile.read(folder.resolve("m"));
    ModelFile withNames = ModelFile.read(folder.resolve("n"));
    headless
        .parameters()
        .forEach((name, values) -> assertArrayEquals(values, withNames.parameters().get(name)));
    assertEquals("pixel_0", withNames.description().input().table().names().get(0));

    // Some rows of two classes alone, in a file of their own: labels go by name.
    List<String> some =
        rows.stream().filter(row -> row.endsWith(",9") || row.endsWith(",3")).limit(100).toList();
    String part = done("evaluate", file("m"), "--data", write("some.csv", some));
    assertTrue(part.contains("all 100 examples"), part);
    assertTrue(accuracy(summary(part)) > 90, part);

    assertTrue(done("predict", file("m"), table).lines().count() == ROWS);
    fails(
        1,
        "expected 65 columns (64 features and the label), found 3",
        "evaluate",
        file("m"),
        "--data",
        small());
    fails(1, "expected 64 columns, or 65 with the label, found 3", "predict", file("m"), small());
    fails(
        1,
        "column 65: expected one of the model's classes \"0\", \"1\", ",
        "evaluate",
        file("m"),
        "--data",
        write("x.csv", List.of("1,".repeat(64) + "x", "2,".repeat(64) + "3")));
  }

  private String small() throws IOException {
    return write("small.csv", List.of("1,2,a", "2,2,b", "3,2,a", "4,2,b"));
  }

  /** Three kinds of points around centres of their own, and a column that never varies. */
  private static List<String> flowers(int rows) {
    SplittableRandom random = new SplittableRandom(5);
    List<String> lines = new ArrayList<>(List.of("width,height,constant,kind"));
    String[] names = {"rose", "iris", "tulip 10"};
    for (int i = 0; i < rows; i++) {
      int kind = i % 3;
      double x = kind + 0.2 * random.nextDouble();
      double y = 1e6 * (kind * kind + 0.2 * random.nextDouble());
      lines.add(x + "," + y + ",42," + names[kind]);
    }
    return lines;
  }

  @Test
  @DisplayName("learns a few rows of named classes, with epochs enough")
  void few() throws IOException {
    String table = write("my flowers.csv", flowers(90));
    String out = done("train", "--data", table, "--out", file("m"));
    assertTrue(out.contains("[iris, rose, tulip 10]"), out);
    assertTrue(out.contains("epochs=200,"), out);
    assertTrue(out.contains("member 8/8"), out);
    assertEquals(100, accuracy(summary(out)), summary(out));
    assertTrue(out.contains("left out: \"constant\" (constant)"), out);
    String predicted = done("predict", file("m"), table);
    assertTrue(predicted.startsWith(table + " line 2"), predicted);
    assertTrue(predicted.lines().findFirst().orElseThrow().contains("  rose "), predicted);
    assertEquals(90, predicted.lines().count());
  }

  @Test
  @DisplayName(
      "takes the fraction to test, the seed of the split, a file to test on, the label's column")
  void choices() throws IOException {
    String table = write("flowers.csv", flowers(30));
    String half =
        done("train", "--data", table, "--test", "0.5", "--epochs", "1", "--out", file("m"));
    assertTrue(half.contains("15 examples") && half.contains("15 to test"), half);
    String again = done("evaluate", file("m"), "--data", table, "--test", "0.5");
    assertTrue(again.contains("15 of 30 examples, chosen by --test"), again);
    assertEquals(summary(half), summary(again));
    List<String> rows = new ArrayList<>(flowers(30));
    String test = write("test.csv", rows.subList(0, 10));
    Command two =
        Command.run("train", "--data", table, "--test", test, "--epochs", "1", "--out", file("m"));
    assertEquals(0, two.code(), two.err());
    assertTrue(two.out().contains("30 examples") && two.out().contains("9 to test"), two.out());
    assertTrue(two.err().contains("9 of the 9 test rows are among the training rows"), two.err());
    String first =
        write("first.csv", List.of("a,1,2", "b,3,4", "a,5,6", "b,7,8", "a,9,9", "b,9,9"));
    String named =
        done("train", "--data", first, "--label", "1", "--epochs", "1", "--out", file("m"));
    assertTrue(named.contains(" features, 2 classes [a, b]"), named);
  }

  @Test
  @DisplayName("says in one sentence what it can't learn from")
  void refused() throws IOException {
    String one = write("one.csv", List.of("1,2,a", "2,3,a"));
    fails(
        1,
        "expected at least 2 classes, found only [a] in column 3; --target",
        "train",
        "--data",
        one);
    String each = write("each.csv", List.of("1,2,a", "2,3,b", "3,3,c"));
    fails(1, "expected a class of at least 2 examples", "train", "--data", each);
    fails(2, "--test and --split-seed are for data without", "train", "--split-seed", "3");
    fails(2, "--target, --header and --image are for CSV", "train", "--label", "3");
    fails(2, "--pictures is for folders", "train", "--data", small(), "--pictures", "mnist");
    fails(
        2,
        "--test 2: expected a fraction between 0 and 1, or a file",
        "train",
        "--data",
        small(),
        "--test",
        "2");
    fails(1, "gone.csv: there is no such", "train", "--data", small(), "--test", file("gone.csv"));
    fails(1, "expected 4 features, found 2", "train", "--data", small(), "--image", "2x2");
    fails(2, "expected height x width such as 28x28", "train", "--image", "wide");
    String broken = write("broken.csv", List.of("1,2,a", "1,two,b", "1,3,a", "1,4,b"));
    fails(
        1,
        "broken.csv: no column is left to learn from: column 1 (constant), column 2 (text,",
        "train",
        "--data",
        broken);
    fails(
        1,
        "broken.csv: line 2, column 2: expected a number, found \"two\"",
        "train",
        "--data",
        broken,
        "--numeric",
        "2");
  }

  @Test
  @DisplayName("takes columns as an image's pixels where it is told, or the model has images")
  void images() throws IOException {
    DataSet digits = Digits.generate(1).test();
    List<String> rows = new ArrayList<>();
    float[] pixels = new float[784];
    for (int i = 0; i < 300; i++) {
      digits.copyFeatures(i, pixels, 0);
      StringBuilder row = new StringBuilder().append(digits.label(i));
      for (float pixel : pixels) {
        row.append(',').append(Math.round(255 * pixel));
      }
      rows.add(row.toString());
    }
    String table = write("mnist.csv", rows);
    String out =
        done(
            "train",
            "--data",
            table,
            "--label",
            "1",
            "--image",
            "28x28",
            "--epochs",
            "1",
            "--out",
            file("m"));
    assertTrue(out.contains("240 examples of 28 x 28 pixels"), out);
    done("train", "--epochs", "2", "--out", file("drawn"));
    String drawn = done("evaluate", file("drawn"), "--data", table, "--label", "1");
    assertTrue(drawn.contains("all 300 examples"), drawn);
    assertTrue(accuracy(summary(drawn)) > 80, summary(drawn));
    String first = done("predict", file("drawn"), table, "--label", "1");
    assertEquals(300, first.lines().count());
  }

  @Test
  @DisplayName("matches a later table to the model by the names of its columns")
  void byName() throws IOException {
    String table = write("flowers.csv", flowers(90));
    String trained = done("train", "--data", table, "--out", file("m"));
    List<String> turned = new ArrayList<>(List.of("kind,id,constant,height,width"));
    for (String row : flowers(90).subList(1, 91)) {
      String[] cells = row.split(",");
      turned.add(cells[3] + ",7," + cells[2] + "," + cells[1] + "," + cells[0]);
    }
    String other = write("turned.csv", turned);
    Command evaluated = Command.run("evaluate", file("m"), "--data", other);
    assertEquals(0, evaluated.code(), evaluated.err());
    assertEquals(100, accuracy(summary(evaluated.out())), trained);
    assertTrue(evaluated.err().startsWith("note: "), evaluated.err());
    assertTrue(evaluated.err().contains("\"id\""), evaluated.err());
    assertTrue(evaluated.out().contains("the training left out"), evaluated.out());
    Command predicted = Command.run("predict", file("m"), other);
    assertTrue(predicted.err().contains("\"id\""), predicted.err());
    assertEquals(90, predicted.out().lines().count());
    Command checked = Command.run("gradcheck", file("m"), "--data", other);
    assertEquals(0, checked.code(), checked.err());
    String less = write("less.csv", List.of("width,constant,kind", "1,42,iris", "2,42,rose"));
    fails(1, "there is no column \"height\"", "evaluate", file("m"), "--data", less);
    fails(1, "there is no column \"height\"", "predict", file("m"), less);
  }

  @Test
  @DisplayName("keeps groups on one side of a split, or tests on the latest rows")
  void groups() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    List<String> rows = new ArrayList<>(List.of("day,person,x,kind"));
    for (int i = 0; i < 100; i++) {
      String kind = i % 2 == 0 ? "a" : "b";
      rows.add(i % 25 + ",p" + i / 5 + "," + (i % 2 + random.nextDouble()) + "," + kind);
    }
    String table = write("visits.csv", rows);
    String grouped = done("train", table, "--group", "person", "--epochs", "2", "--out", file("m"));
    assertTrue(grouped.contains("80 examples of "), grouped);
    assertTrue(grouped.contains("left out: \"person\" (groups rows)"), grouped);
    String again = done("evaluate", file("m"), table, "--group", "person");
    assertTrue(again.contains("the 20 of 100 examples that the training left out"), again);
    assertEquals(summary(grouped), summary(again));
    String latest =
        done(
            "train",
            table,
            "--time",
            "day",
            "--drop",
            "person",
            "--epochs",
            "2",
            "--out",
            file("m"));
    assertTrue(latest.contains("20 to test"), latest);
    again = done("evaluate", file("m"), table, "--time", "day");
    assertEquals(summary(latest), summary(again));
    fails(2, "--group and --time: expected one", "train", table, "--group", "a", "--time", "b");
    fails(1, "there is no column \"who\"", "train", table, "--group", "who");
    fails(1, "column 2 (person): expected times, dates", "train", table, "--time", "person");
  }

  @Test
  @DisplayName("shifts its images by their size, or as it is told")
  void shifts() throws IOException {
    String small = write("small.csv", images(8));
    String large = write("large.csv", images(16));
    assertTrue(recipe(small, "--image", "8x8").contains(", shifts=0,"));
    assertTrue(recipe(small, "--image", "8x8", "--shifts", "2").contains(", shifts=2,"));
    assertTrue(recipe(large, "--image", "16x16").contains(", shifts=1,"));
    assertTrue(recipe(large, "--image", "16x16", "--shifts", "0").contains(", shifts=0,"));
    fails(2, "shifts: expected at least 0, found -1", "train", "--data", small, "--shifts", "-1");
  }

  private static List<String> images(int side) {
    return IntStream.range(0, 20)
        .mapToObj(i -> (37 * i % 256 + ",").repeat(side * side) + i % 2)
        .toList();
  }

  private String recipe(String table, String... options) {
    List<String> train = new ArrayList<>(List.of("train", "--data", table, "--epochs", "1"));
    train.addAll(List.of("--out", file("shifted")));
    train.addAll(List.of(options));
    return done(train.toArray(new String[0]));
  }
}
