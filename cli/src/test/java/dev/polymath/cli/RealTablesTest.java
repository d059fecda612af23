package dev.polymath.cli;

import static dev.polymath.cli.Command.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The command on real tables")
class RealTablesTest {

  @TempDir Path folder;

  private Path tables = Path.of("");

  @BeforeEach
  void tables() {
    String named = System.getenv("POLYMATH_TABLES");
    assumeTrue(named != null, "skipped: POLYMATH_TABLES does not name the folder of the tables");
    tables = Path.of(named);
  }

  private String model() {
    return folder.resolve("m").toString();
  }

  private String train(String name) {
    return tables.resolve(name + ".train.csv").toString();
  }

  private String test(String name) {
    return tables.resolve(name + ".test.csv").toString();
  }

  private Command trained(String name, String target, int epochs) {
    List<String> arguments =
        new ArrayList<>(List.of("train", train(name), "--test", test(name), "--out", model()));
    arguments.addAll(List.of("--epochs", "" + epochs));
    if (!target.isEmpty()) {
      arguments.addAll(List.of("--target", target));
    }
    Command run = Command.run(arguments.toArray(new String[0]));
    assertEquals(0, run.code(), run.err());
    return run;
  }

  /** The line with the accuracy of the test. */
  private static String summary(String out) {
    return out.lines()
        .filter(line -> line.contains("accuracy ") && line.contains(", loss"))
        .reduce((a, b) -> b)
        .orElseThrow()
        .replace("test: ", "");
  }

  @ParameterizedTest
  @CsvSource({
    "adult, '', 1, 83",
    "german, '', 30, 70",
    "mammography, 7, 10, 98",
    "penguins, species, 60, 97",
    "phoneme, 6, 30, 80",
    "titanic, survived, 30, 76",
    "wine-quality, quality, 20, 55"
  })
  @DisplayName("trains on them as they were downloaded, and evaluates what it saved to the same")
  void trains(String name, String target, int epochs, double least) {
    Command run = trained(name, target, epochs);
    String summary = summary(run.out());
    assertTrue(Double.parseDouble(summary.split(" ")[1]) >= least, run.out());
    Command evaluated = Command.run("evaluate", model(), test(name));
    assertEquals(0, evaluated.code(), evaluated.err());
    assertEquals(summary, summary(evaluated.out()));
  }

  @ParameterizedTest
  @CsvSource({"abalone, rings, 5", "california, '', 1", "mpg, mpg, 60"})
  @DisplayName("trains on those whose target is a number")
  void regression(String name, String target, int epochs) {
    Command run = trained(name, target, epochs);
    Command evaluated = Command.run("evaluate", model(), test(name));
    assertEquals(0, evaluated.code(), evaluated.err());
    String figures = run.out().substring(run.out().indexOf("test: ") + "test: ".length());
    assertTrue(
        figures.startsWith(evaluated.out().lines().skip(2).findFirst().orElseThrow()), figures);
  }

  @Test
  @DisplayName("predicts the same from shuffled columns, JSON lines and without the target")
  void sameBits() throws IOException {
    trained("titanic", "survived", 2);
    String straight = predictions(test("titanic"));
    List<String> shuffled = new ArrayList<>();
    List<String> json = new ArrayList<>();
    List<String> rows = Files.readAllLines(Path.of(test("titanic")));
    String[] names = rows.get(0).split(",", -1);
    for (String row : rows) {
      String[] cells = row.split(",", -1);
      StringBuilder turned = new StringBuilder();
      StringBuilder object = new StringBuilder("{");
      for (int i = cells.length - 1; i > 0; i--) {
        turned.append(i == cells.length - 1 ? "" : ",").append(cells[i]);
        boolean number = cells[i].matches("[0-9.]+");
        object
            .append(i == cells.length - 1 ? "\"" : ",\"")
            .append(names[i])
            .append("\":")
            .append(cells[i].isEmpty() ? "null" : number ? cells[i] : "\"" + cells[i] + "\"");
      }
      shuffled.add(turned.toString());
      json.add(object.append('}').toString());
    }
    json.remove(0);
    Path turned = Files.write(folder.resolve("turned.csv"), shuffled);
    assertEquals(straight, predictions(turned.toString()));
    Path lines = Files.write(folder.resolve("rows.jsonl"), json);
    assertEquals(straight, predictions(lines.toString()));
    fails(
        1,
        "there are no columns \"sex\", \"sibsp\",",
        "predict",
        model(),
        Files.write(folder.resolve("less.csv"), List.of("pclass,age", "1,30")).toString());
    Path odd =
        Files.write(
            folder.resolve("odd.csv"),
            List.of("pclass,sex,age,sibsp,parch,fare,embarked,deck", "1,other,30,0,0,7,Z,C"));
    Command strange = Command.run("predict", model(), odd.toString());
    assertEquals(0, strange.code(), strange.err());
    assertTrue(
        strange.err().contains("column 2 (sex): 1 row, such as \"other\"; column 7 (embarked):"),
        strange.err());
  }

  /** All probabilities to their last digit. */
  private String predictions(String file) {
    Command run = Command.run("predict", model(), file, "--json");
    assertEquals(0, run.code(), run.err());
    return run.out().replaceAll("\"file\":.*?\"line\":[0-9]+,", "");
  }
}
