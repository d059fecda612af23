package dev.polymath.cli;

import static dev.polymath.cli.Command.done;
import static dev.polymath.cli.Command.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.data.Digits;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.io.ModelFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("--on-disk")
class OnDiskTest {

  @TempDir private Path folder;
  private Path scratch;
  private String table;
  private String model;

  @BeforeEach
  void files() throws IOException {
    scratch = Files.createDirectory(folder.resolve("scratch"));
    model = folder.resolve("model.safetensors").toString();
    Random random = new Random(4);
    StringBuilder text = new StringBuilder("a,b,colour,price,kind\n");
    for (int i = 0; i < 600; i++) {
      boolean odd = random.nextInt(3) == 0;
      double a = random.nextGaussian() + (odd ? 2 : 0);
      String colour = random.nextInt(9) == 0 ? "" : odd ? "green" : "blue";
      text.append(
          String.format(
              Locale.ROOT,
              "%.3f,%.3f,%s,%.2f,%s%n",
              a,
              random.nextGaussian(),
              colour,
              10 * a + random.nextDouble(),
              odd ? "odd" : "even"));
    }
    table = Files.writeString(folder.resolve("table.csv"), text).toString();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    try (Stream<Path> files = Files.list(scratch)) {
      assertEquals(List.of(), files.toList());
    }
  }

  private static Map<String, float[]> parameters(String file) throws IOException {
    return ModelFile.read(Path.of(file)).parameters();
  }

  private static void assertSame(String expected, String found) throws IOException {
    Map<String, float[]> other = parameters(found);
    parameters(expected)
        .forEach((name, values) -> assertArrayEquals(values, other.get(name), name));
  }

  /** What is said of the test, without the times. */
  private static String result(String out) {
    int from = out.indexOf("test: ");
    return out.substring(from < 0 ? out.indexOf("\n\n") : from)
        .replaceAll("(?m)^(saved as|.* in ).*$", "");
  }

  @ParameterizedTest
  @CsvSource({"kind, classification", "price, regression"})
  void trainsAndTestsAsInMemory(String target, String task) throws IOException {
    String other = folder.resolve("other.safetensors").toString();
    String[] common = {
      "train",
      table,
      "--target",
      target,
      "--task",
      task,
      "--epochs",
      "4",
      "--hidden",
      "8",
      "--members",
      "2",
      "--validation",
      "0.2",
      "--patience",
      "3",
      "--out"
    };
    String memory = done(join(common, model, "--no-on-disk"));
    String disk = done(join(common, other, "--on-disk", "--disk-folder", scratch.toString()));
    assertFalse(memory.contains("on disk"), memory);
    assertTrue(disk.contains("; on disk, "), disk);
    assertTrue(disk.contains(" MB in " + scratch), disk);
    assertTrue(disk.contains("inBlocks=true"), disk);
    assertEquals(result(memory), result(disk));
    assertSame(model, other);

    assertTrue(done("replay", other).contains("same bits"));

    String[] evaluate = {"evaluate", other, table, "--target", target};
    String before = done(join(evaluate, "--no-on-disk"));
    String after = done(join(evaluate, "--on-disk", "--disk-folder", scratch.toString()));
    assertTrue(after.contains("examples that the training left out; on disk, "), after);
    assertEquals(result(before), result(after));
  }

  private static String[] join(String[] first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void theRecipeHoldsOutAPartInPlaceOfFolds() {
    String disk =
        done("train", table, "--epochs", "2", "--members", "1", "--on-disk", "--out", model);
    assertTrue(disk.contains("validation=0.1, "), disk);
    assertFalse(disk.contains("folds="), disk);
  }

  @Test
  void explainsAndTrainsFurtherFromDisk() {
    String on = "--on-disk";
    String at = "--disk-folder=" + scratch;
    done("train", table, "--epochs", "2", "--members", "1", "--out", model, on, at);
    assertTrue(done("explain", model, table, on, at).contains("colour"));
    String report = folder.resolve("report.html").toString();
    String further =
        done(
            "train",
            table,
            "--from",
            model,
            "--epochs",
            "1",
            "--out",
            model,
            on,
            at,
            "--report",
            report);
    assertTrue(further.contains("; on disk, "), further);
    assertTrue(Files.exists(Path.of(report)));
  }

  @Test
  void whatDiskCannotDoIsSaidInOneSentence() throws IOException {
    String at = "--disk-folder=" + scratch;
    fails(2, "--folds: data on disk", "train", table, "--on-disk", at, "--folds", "3");
    fails(1, "can't be grouped", "train", table, "--on-disk", at, "--group", "colour");
    fails(1, "can't be cut by time", "train", table, "--on-disk", at, "--time", "a");
    fails(2, "--on-disk is for CSV files", "train", "digits", "--on-disk", at);
    String nowhere = folder.resolve("nowhere").toString();
    fails(1, "no such folder", "train", table, "--on-disk", "--disk-folder", nowhere);
    Files.writeString(Path.of(table), Files.readString(Path.of(table)) + "1,2\n");
    fails(1, "line 602: expected 5 cells", "train", table, "--on-disk", at);
  }

  private void idx(String name, int dimensions, byte[] content, int... sizes) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(4 + 4 * sizes.length).putInt(0x0800 | dimensions);
    for (int size : sizes) {
      head.putInt(size);
    }
    Path file = Files.createDirectories(folder.resolve("idx")).resolve(name);
    Files.write(file, head.array());
    Files.write(file, content, java.nio.file.StandardOpenOption.APPEND);
  }

  @Test
  void idxFilesAreMapped() throws IOException {
    TrainTest digits = Digits.generate(1);
    for (String part : List.of("train", "t10k")) {
      var data = part.equals("train") ? digits.train() : digits.test();
      int n = part.equals("train") ? 900 : 200;
      byte[] pixels = new byte[n * 784];
      byte[] labels = new byte[n];
      float[] row = new float[784];
      for (int i = 0; i < n; i++) {
        data.copyFeatures(i, row, 0);
        for (int j = 0; j < row.length; j++) {
          pixels[i * 784 + j] = (byte) Math.round(255 * row[j]);
        }
        labels[i] = (byte) data.label(i);
      }
      idx(part + "-images-idx3-ubyte", 3, pixels, n, 28, 28);
      idx(part + "-labels-idx1-ubyte", 1, labels, n);
    }
    String idx = folder.resolve("idx").toString();
    String other = folder.resolve("other.safetensors").toString();
    String[] common = {"train", idx, "--epochs", "2", "--validation", "0.2", "--out"};
    String memory = done(join(common, model));
    String disk = done(join(common, other, "--on-disk", "--disk-folder", scratch.toString()));
    assertTrue(disk.contains("; left on disk"), disk);
    assertSame(model, other);
    assertEquals(result(memory), result(disk));
    String evaluated = done("evaluate", other, idx, "--on-disk");
    assertEquals(result(done("evaluate", model, idx)), result(evaluated));
  }
}
