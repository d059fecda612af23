package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.it.Processes.Result;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that is larger than the heap of the JVM that trains on it. */
@DisplayName("A table larger than memory")
class LargeTableIT {

  private static final Path LIB = Processes.PROJECT.resolve("cli").resolve("target").resolve("lib");
  private static final String HEAP = "-Xmx20m";
  private static final long BYTES = 60_000_000;

  @TempDir Path folder;
  private Path table;
  private Path scratch;

  @BeforeEach
  void files() throws IOException {
    scratch = Files.createDirectory(folder.resolve("scratch"));
    table = folder.resolve("large.csv");
    SplittableRandom random = new SplittableRandom(1);
    // Text that is different in every row makes it long, and must not stay in memory.
    try (BufferedWriter out = Files.newBufferedWriter(table)) {
      out.write("name,comment,a,b,colour,kind\n");
      for (long i = 0, written = 0; written < BYTES; i++) {
        int a = random.nextInt(1000);
        int b = random.nextInt(1000);
        String row =
            "person "
                + i
                + ",\"a remark, a long one, that nobody else has made: "
                + Long.toHexString(random.nextLong()).repeat(5)
                + "\","
                + a
                + ','
                + b / 8.0
                + ",colour"
                + random.nextInt(5)
                + (a > b ? ",more\n" : ",less\n");
        out.write(row);
        written += row.length();
      }
    }
  }

  private Result polymath(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Processes.tool("java"),
                HEAP,
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + scratch,
                "-cp",
                LIB + File.separator + "*",
                "dev.polymath.cli.Main"));
    command.addAll(List.of(arguments));
    return Processes.run(folder, Map.of(), command);
  }

  private void assertNothingLeft() throws IOException {
    try (Stream<Path> files = Files.list(scratch)) {
      assertEquals(
          List.of(),
          files.filter(file -> file.getFileName().toString().startsWith("polymath")).toList());
    }
  }

  @Test
  @DisplayName("trains and is evaluated without being told how")
  void trains() throws IOException, InterruptedException {
    Result train =
        polymath(
            "train",
            "large.csv",
            "--epochs",
            "1",
            "--members",
            "1",
            "--hidden",
            "16",
            "--backend",
            "arrays",
            "--out",
            "large.safetensors");
    assertEquals(0, train.code(), train.err());
    assertTrue(train.out().contains("; on disk, "), train.out());
    assertTrue(train.out().contains("left out: \"name\", \"comment\""), train.out());
    double accuracy =
        Double.parseDouble(train.out().replaceAll("(?s).*test: accuracy ([\\d.]+) %.*", "$1"));
    assertTrue(accuracy > 95, train.out());
    Result evaluate = polymath("evaluate", "large.safetensors", "large.csv");
    assertEquals(0, evaluate.code(), evaluate.err());
    assertTrue(evaluate.out().contains("that the training left out; on disk, "), evaluate.out());
    assertTrue(evaluate.out().contains("accuracy " + accuracy), evaluate.out());
    assertNothingLeft();
  }

  @Test
  @DisplayName("leaves nothing behind when its last line is broken")
  void isBroken() throws IOException, InterruptedException {
    Files.writeString(table, "1,2\n", java.nio.file.StandardOpenOption.APPEND);
    Result train = polymath("train", "large.csv", "--backend", "arrays");
    assertEquals(1, train.code());
    assertTrue(train.err().contains("expected 6 cells as in line 1, found 2"), train.err());
    assertNothingLeft();
  }
}
