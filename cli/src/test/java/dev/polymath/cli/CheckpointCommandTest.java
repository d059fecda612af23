package dev.polymath.cli;

import static dev.polymath.cli.Command.done;
import static dev.polymath.cli.Command.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.training.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("train --checkpoint and --resume")
class CheckpointCommandTest {

  private static final String ROWS = "x,y,kind\n0,0,a\n1,0,b\n0,1,a\n1,1,b\n0,2,a\n1,2,b\n";

  @TempDir Path folder;
  private String table;
  private Path run;

  @BeforeEach
  void write() throws IOException {
    table = Files.writeString(folder.resolve("points.csv"), ROWS).toString();
    run = folder.resolve("run.checkpoint");
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private String[] train(String... options) {
    List<String> all = new ArrayList<>(List.of("train", "--data", table));
    all.addAll(List.of(options));
    return all.toArray(new String[0]);
  }

  private void assertSameBytes(String one, String other) throws IOException {
    assertArrayEquals(
        Files.readAllBytes(folder.resolve(one)), Files.readAllBytes(folder.resolve(other)));
  }

  @Test
  @DisplayName("go on with more epochs where the schedule allows it, and end in the same bytes")
  void further() throws IOException {
    String[] always = {"--validation", "0", "--schedule", "constant", "--members", "3"};
    done(train(with(always, "--epochs", "5", "--out", file("whole"))));
    done(
        train(with(always, "--epochs", "2", "--out", file("two"), "--checkpoint", run.toString())));
    assertEquals(new Checkpoint.Progress(3, 3, 2, 2), Checkpoint.progress(run));
    String out =
        done(
            train(
                with(
                    always,
                    "--epochs",
                    "5",
                    "--out",
                    file("five"),
                    "--resume",
                    run.toString(),
                    "--every",
                    "1h")));
    assertTrue(out.contains("saved as " + file("five")), out);
    assertSameBytes("whole", "five");
    assertEquals(new Checkpoint.Progress(3, 3, 5, 5), Checkpoint.progress(run));
    done(train(with(always, "--epochs", "5", "--out", file("again"), "--resume", run.toString())));
    assertSameBytes("whole", "again");
    fails(
        1,
        "resume " + run + ": dropout: the run was begun with 0.1, found 0.3",
        train(
            with(
                always,
                "--epochs",
                "5",
                "--dropout",
                "0.3",
                "--out",
                file("m"),
                "--resume",
                run.toString())));
    fails(
        1,
        "resume " + run + ": the training data: expected those that the run was begun with",
        other(always));
  }

  private String[] other(String... always) throws IOException {
    Path others = Files.writeString(folder.resolve("others.csv"), ROWS.replace("1,2,b", "3,2,b"));
    String[] all = train(with(always, "--epochs", "5", "--out", file("m"), "--resume", "" + run));
    all[2] = others.toString();
    return all;
  }

  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }

  @Test
  @DisplayName("replace no file but the checkpoint of a run that has ended")
  void nothingLost() throws IOException {
    done(train("--epochs", "1", "--out", file("model")));
    byte[] model = Files.readAllBytes(folder.resolve("model"));
    fails(
        1,
        "--checkpoint " + file("model") + ": expected a checkpoint or no file, found another",
        train("--epochs", "1", "--out", file("m"), "--checkpoint", file("model")));
    assertArrayEquals(model, Files.readAllBytes(folder.resolve("model")));
    done(train("--epochs", "1", "--out", file("m"), "--checkpoint", run.toString()));
    done(train("--epochs", "1", "--out", file("m"), "--checkpoint", run.toString()));
    fails(
        2,
        "--checkpoint and --out: expected different files",
        train("--epochs", "1", "--out", run.toString(), "--checkpoint", run.toString()));
  }

  @Test
  @DisplayName("say what is wrong with them")
  void mistakes() {
    fails(2, "--every: expected --checkpoint FILE", train("--every", "30s"));
    fails(
        2,
        "expected epoch, or a time such as 30s, 10m or 1h, found '30'",
        train("--checkpoint", run.toString(), "--every", "30"));
    fails(2, "found '0s'", train("--checkpoint", run.toString(), "--every", "0s"));
    fails(1, "there is no such file", train("--resume", run.toString()));
    fails(
        1,
        "--checkpoint " + file("no/run") + ": there is no folder",
        train("--checkpoint", file("no/run")));
    fails(1, "points.csv: ", train("--resume", table));
  }

  @Test
  @DisplayName("add to the log of the run that goes on")
  void log() throws IOException {
    String[] always = {"--schedule", "constant", "--log", file("log"), "--out", file("m")};
    done(train(with(always, "--epochs", "2", "--checkpoint", run.toString())));
    long lines = Files.readAllLines(folder.resolve("log")).size();
    done(train(with(always, "--epochs", "3", "--resume", run.toString())));
    assertTrue(Files.readAllLines(folder.resolve("log")).size() > lines);
  }
}
