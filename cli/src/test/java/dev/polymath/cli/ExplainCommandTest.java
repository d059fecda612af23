package dev.polymath.cli;

import static dev.polymath.cli.Command.done;
import static dev.polymath.cli.Command.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("polymath explain")
class ExplainCommandTest {

  @TempDir Path folder;

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  /** The kind follows the color, the price the size. */
  @BeforeEach
  void tables() throws IOException {
    Random random = new Random(5);
    String[] colors = {"red", "green", "blue"};
    List<String> kinds = new ArrayList<>(List.of("noise,color,kind"));
    List<String> prices = new ArrayList<>(List.of("noise,size,price"));
    for (int i = 0; i < 200; i++) {
      int color = random.nextInt(3);
      double size = random.nextDouble();
      double noise = random.nextGaussian();
      kinds.add(noise + "," + colors[color] + "," + (color == 2 != (i % 10 == 0) ? "yes" : "no"));
      prices.add(noise + "," + size + "," + (100 + 50 * size));
    }
    Files.write(folder.resolve("kinds.csv"), kinds);
    Files.write(folder.resolve("prices.csv"), prices);
  }

  private void train(String table) {
    Command trained =
        Command.run("train", file(table), "--epochs", "20", "--members", "1", "--out", file("m"));
    assertEquals(0, trained.code(), trained.err());
  }

  @Test
  @DisplayName("sorts a table's columns by how much their shuffling costs")
  void classes() throws IOException {
    train("kinds.csv");
    String text = done("explain", file("m"), file("kinds.csv"));
    assertTrue(text.contains("kinds.csv: the 40 of 200 examples that the training left"), text);
    assertTrue(text.contains("log loss 0.") && text.contains("(mean of 5 times)"), text);
    List<String> lines = text.lines().toList();
    int head =
        lines.indexOf(
            lines.stream().filter(line -> line.startsWith("column ")).findFirst().orElseThrow());
    assertTrue(lines.get(head).endsWith("log loss  accuracy"), text);
    assertTrue(lines.get(head + 1).matches("color +\\+[0-9.]+ ± [0-9.]+ +-[0-9.]+ %  █{20}"), text);
    assertTrue(lines.get(head + 2).startsWith("noise   "), text);
    assertEquals(head + 3, lines.size(), text);

    String json =
        done("explain", file("m"), "--data", file("kinds.csv"), "--json", "--repeats", "2");
    assertTrue(json.startsWith("{"), json);
    assertTrue(json.contains("\"task\" : \"classification\""), json);
    assertTrue(json.contains("\"repeats\" : 2") && json.contains("\"seed\" : 1"), json);
    assertTrue(json.matches("(?s).*\"column\" : \"color\",\\s+\"features\" : 3,.*"), json);
    assertTrue(json.contains("logLossRise") && json.contains("accuracySpread"), json);
    assertEquals(json, done("explain", file("m"), file("kinds.csv"), "--json", "--repeats", "2"));
    assertFalse(
        json.equals(
            done("explain", file("m"), file("kinds.csv"), "--json", "--repeats", "2", "--seed=2")));
  }

  @Test
  @DisplayName("measures numbers by their RMSE")
  void numbers() throws IOException {
    train("prices.csv");
    String text = done("explain", file("m"), file("prices.csv"), "--repeats", "1");
    assertTrue(text.contains("RMSE ") && text.contains("(once)"), text);
    assertTrue(text.matches("(?s).*size +\\+[0-9.]+ +-[0-9.]+  █{20}\\R.*"), text);
    String json = done("explain", file("m"), file("prices.csv"), "--json");
    assertTrue(json.contains("\"rmseRise\"") && json.contains("\"r2Drop\""), json);
  }

  @Test
  @DisplayName("refuses pictures, no data and no repeats in one sentence")
  void mistakes() throws IOException {
    done("train", "digits", "--epochs", "1", "--hidden", "4", "--out", file("d"));
    fails(1, "found one of pictures", "explain", file("d"), "digits");
    train("kinds.csv");
    fails(2, "expected the data to explain the model on", "explain", file("m"));
    fails(
        2,
        "--repeats: expected at least 1, found 0",
        "explain",
        file("m"),
        file("kinds.csv"),
        "--repeats",
        "0");
  }
}
