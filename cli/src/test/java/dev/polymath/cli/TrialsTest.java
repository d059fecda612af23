package dev.polymath.cli;

import static dev.polymath.cli.Command.done;
import static dev.polymath.cli.Command.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.cli.terminal.CommandLineText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("polymath tune --trials")
class TrialsTest {

  @TempDir private Path folder;

  /** A small table whose target is a class, a number or two labels. */
  private String table(String task) throws IOException {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder(task.equals("labels") ? "a,b,x,y\n" : "a,b,c\n");
    for (int i = 0; i < 250; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      boolean noisy = a * b + 0.3 * random.nextGaussian() > 0;
      text.append(a).append(',').append(b).append(',');
      text.append(
              switch (task) {
                case "regression" -> Double.toString(1000 * a * b);
                case "labels" -> (noisy ? 1 : 0) + "," + (a > 0 ? 1 : 0);
                default -> noisy ? "yes" : "no";
              })
          .append('\n');
    }
    return Files.writeString(folder.resolve(task + ".csv"), text).toString();
  }

  private static String[] command(String data, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of("tune", "--trials", "4", "--data", data, "--epochs", "3", "--hidden", "8"));
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }

  private String[] ofTask(String task) throws IOException {
    return task.equals("labels")
        ? command(table(task), "--task", task, "--target", "x,y")
        : command(table(task), "--task", task);
  }

  /** The lines of the trials. */
  private static List<String> rows(String out) {
    return out.lines().filter(line -> line.matches(" +\\d+ .*")).toList();
  }

  private static String train(String out) {
    return out.lines().filter(line -> line.startsWith("  ./polymath train")).findFirst().orElse("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"classification", "regression", "labels"})
  @DisplayName("shows each trial, the best of them, and a command that trains it")
  void search(String task) throws IOException {
    String out = done(ofTask(task));
    List<String> rows = rows(out);
    assertEquals(4, rows.size(), out);
    assertTrue(rows.get(0).contains("  the default recipe"), out);
    assertEquals(1, rows.stream().filter(row -> row.endsWith("  (best)")).count(), out);
    assertTrue(out.contains("4 trials at 1 epoch, the best 2 at 3 epochs"), out);
    assertTrue(
        out.contains(task.equals("regression") ? "judged   by RMSE on 40 of 200" : "by log loss"),
        out);
    List<String> train = new ArrayList<>(CommandLineText.split(train(out).strip()));
    train.remove(0);
    assertTrue(train.containsAll(List.of("train", "--epochs", "3", "--hidden", "8")), out);
    train.addAll(List.of("--members", "1", "--validation", "0.2"));
    train.addAll(List.of("--out", folder.resolve("best.safetensors").toString()));
    done(train.toArray(new String[0]));
  }

  @Test
  @DisplayName("comes to the same for any number of threads")
  void threads() throws IOException {
    String one = done(command(table("classification"), "--threads", "1"));
    String three = done(command(table("classification"), "--threads", "3"));
    assertEquals(one, three.replace("--threads 3", "--threads 1"));
  }

  @Test
  @DisplayName("another seed draws others, and holds others out")
  void seed() throws IOException {
    String data = table("classification");
    List<String> one = rows(done(command(data, "--task", "classification")));
    List<String> two = rows(done(command(data, "--seed", "2")));
    assertFalse(one.stream().anyMatch(two::contains), () -> one + "\n" + two);
  }

  @Test
  @DisplayName("tries recipes on images, and draws what it tried as a page")
  void digits() throws IOException {
    Path page = folder.resolve("trials.html");
    String out =
        done(
            "tune",
            "digits",
            "--trials",
            "3",
            "--epochs",
            "3",
            "--hidden",
            "16",
            "--report",
            page.toString());
    assertEquals(3, rows(out).size(), out);
    assertTrue(out.contains("report in " + page), out);
    assertTrue(train(out).startsWith("  ./polymath train --data digits --"), out);
    assertFalse(train(out).contains("--report") || train(out).contains("--trials"), out);
    String html = Files.readString(page);
    assertTrue(html.contains("<h1>digits</h1>"), html);
    assertTrue(html.contains(">the default recipe<"), html);
    assertTrue(html.contains("polymath tune digits --trials 3"), html);
    assertTrue(html.contains("on the 2,000 examples held out"), html);
  }

  @Test
  @DisplayName("one trial is the default recipe, which nothing is compared with")
  void one() throws IOException {
    String[] command = ofTask("classification");
    command[2] = "1";
    String out = done(command);
    assertEquals(1, rows(out).size(), out);
    assertTrue(out.contains("There was no other trial."), out);
  }

  @Test
  @DisplayName("says what is wrong in one sentence")
  void mistakes() throws IOException {
    String data = table("classification");
    fails(2, "--trials: expected at least 1, found 0", "tune", "--trials", "0", "--data", data);
    fails(
        2, "--learning-rate or --trials N, found both", "tune", "--trials", "2", "--learning-rate");
    fails(2, "--learning-rate or --trials N, found neither", "tune", "--data", data);
    fails(2, "--epochs is for --trials", "tune", "--learning-rate", "--epochs", "3");
    fails(2, "epochs: expected at least 1", "tune", "--trials", "2", "--epochs", "0");
    String few =
        Files.writeString(folder.resolve("few.csv"), "a,c\n1,x\n2,y\n3,x\n4,y\n").toString();
    fails(1, "--trials: expected at least 10 training examples", "tune", "--trials", "2", few);
    String same =
        Files.writeString(folder.resolve("same.csv"), "a,c\n" + "1,x\n2,x\n".repeat(20)).toString();
    fails(1, "at least 2 classes", "tune", "--trials", "2", same);
    fails(2, "expected one of them", "tune", data, "--data", data, "--trials", "2");
  }
}
