package dev.polymath.cli;

import static dev.polymath.cli.Command.done;
import static dev.polymath.cli.Command.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("polymath tune")
class TuneCommandTest {

  @TempDir private Path folder;

  private String table(boolean numbers) throws IOException {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder("a,b,c\n");
    for (int i = 0; i < 200; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      text.append(a).append(',').append(b).append(',');
      text.append(numbers ? Double.toString(a - b) : a > b ? "yes" : "no").append('\n');
    }
    return Files.writeString(folder.resolve(numbers + ".csv"), text).toString();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("shows the loss at growing rates, and names a rate between the slow and the wild")
  void curve(boolean numbers) throws IOException {
    String[] command = {
      "tune",
      "--learning-rate",
      "--data",
      table(numbers),
      "--hidden",
      "8",
      "--task",
      numbers ? "regression" : "classification"
    };
    String out = done(command);
    List<String> rows = out.lines().filter(line -> line.contains("#")).toList();
    assertTrue(rows.size() > 10, out);
    assertEquals(1, rows.stream().filter(line -> line.endsWith("lowest")).count(), out);
    Matcher rate = Pattern.compile("try --learning-rate (\\S+)\\.\n").matcher(out);
    assertTrue(rate.find(), out);
    double found = Double.parseDouble(rate.group(1));
    assertTrue(found > 1e-4 && found < 1, out);
    assertEquals(out, done(command));
  }

  @Test
  @DisplayName("draws the curve as a page")
  void report() throws IOException {
    Path page = folder.resolve("rates.html");
    String out =
        done(
            "tune",
            "--learning-rate",
            "--data",
            table(false),
            "--hidden",
            "8",
            "--report",
            page.toString());
    assertTrue(out.contains("report in " + page), out);
    String html = Files.readString(page);
    assertTrue(html.contains("<h1>false.csv</h1>"), html);
    assertTrue(html.contains("It is lowest at "), html);
    assertTrue(html.contains("polymath tune --learning-rate"), html);
    fails(
        1,
        "there is no folder",
        "tune",
        "--learning-rate",
        "--data",
        table(false),
        "--report",
        folder.resolve("no/such/folder.html").toString());
  }

  @Test
  @DisplayName("says what it tunes")
  void required() {
    fails(2, "--learning-rate", "tune");
  }
}
