package dev.polymath.cli;

import static dev.polymath.cli.Command.done;
import static dev.polymath.cli.Command.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.polymath.cli.terminal.StandardStream;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Streams:")
class StreamsTest {

  @TempDir static Path folder;
  private static Path table;
  private static String model;

  @BeforeAll
  static void train() throws IOException {
    StringBuilder rows = new StringBuilder("x,y,kind\n");
    for (int i = 0; i < 3000; i++) {
      rows.append(i % 3 + i / 12_000.0)
          .append(',')
          .append(i % 7)
          .append(',')
          .append("abc".charAt(i % 3));
      rows.append('\n');
    }
    table = Files.writeString(folder.resolve("points.csv"), rows);
    model = folder.resolve("m.safetensors").toString();
    done("train", table.toString(), "--epochs", "3", "--out", model);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  /** The command with these bytes as its standard input. */
  private static Command fed(byte[] bytes, String... arguments) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(bytes));
    try {
      return Command.run(arguments);
    } finally {
      System.setIn(before);
    }
  }

  @Test
  @DisplayName("- is the standard input for train, evaluate and predict, gzipped or plain")
  void standardInput() throws IOException {
    byte[] rows = Files.readAllBytes(table);
    for (byte[] bytes : List.of(rows, gzip(rows))) {
      Command trained =
          fed(
              bytes,
              "train",
              "--data",
              "-",
              "--epochs",
              "3",
              "--out",
              folder.resolve("n").toString());
      assertEquals(0, trained.code(), trained.err());
      assertTrue(trained.out().contains("standard input: 2400 examples"), trained.out());
      Command evaluated = fed(bytes, "evaluate", model, "--data", "-");
      assertEquals(0, evaluated.code(), evaluated.err());
      assertTrue(evaluated.out().contains("the 600 of 3000 examples"), evaluated.out());
      Command predicted = fed(bytes, "predict", model, "-");
      assertEquals(0, predicted.code(), predicted.err());
      assertEquals(
          done("predict", model, table.toString()).replace(table.toString(), "standard input"),
          predicted.out());
    }
    Command broken = fed("1,2,a\n1,x,b\n".getBytes(StandardCharsets.UTF_8), "predict", model, "-");
    assertEquals(1, broken.code());
    assertTrue(broken.err().startsWith("polymath: standard input: line 2"), broken.err());
  }

  @Test
  @DisplayName("no byte of a pipe is lost")
  void pipe() throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe");
    Process make = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assumeTrue(make.waitFor(1, TimeUnit.MINUTES) && make.exitValue() == 0, "skipped: no mkfifo");
    for (byte[] bytes : List.of(Files.readAllBytes(table), gzip(Files.readAllBytes(table)))) {
      writeInto(pipe, bytes);
      Command predicted = Command.run("predict", model, pipe.toString());
      assertEquals(0, predicted.code(), predicted.err());
      assertEquals(3000, predicted.out().lines().count());
      writeInto(pipe, bytes);
      String out = folder.resolve("o").toString();
      assertTrue(done("train", pipe.toString(), "--epochs", "1", "--out", out).contains("2400 ex"));
    }
  }

  private static void writeInto(Path pipe, byte[] bytes) {
    Thread writer =
        new Thread(
            () -> {
              try (OutputStream out = Files.newOutputStream(pipe)) {
                out.write(bytes);
              } catch (IOException e) {
                // The command says what it misses.
              }
            });
    writer.setDaemon(true);
    writer.start();
  }

  @Test
  @DisplayName("predict takes IDX images from the standard input")
  void idx() throws IOException {
    String digits = folder.resolve("digits").toString();
    done("train", "--epochs", "1", "--out", digits);
    DataSet test = Digits.generate(1).test();
    ByteBuffer file = ByteBuffer.allocate(16 + 20 * 784);
    file.putInt(0x803).putInt(20).putInt(28).putInt(28);
    float[] pixels = new float[784];
    for (int i = 0; i < 20; i++) {
      test.copyFeatures(i, pixels, 0);
      for (float pixel : pixels) {
        file.put((byte) Math.round(255 * pixel));
      }
    }
    Command predicted = fed(file.array(), "predict", digits, "-");
    assertEquals(0, predicted.code(), predicted.err());
    assertEquals(20, predicted.out().lines().count());
    Command cut = fed(new byte[] {0, 0, 8, 3, 0, 0}, "predict", digits, "-");
    assertEquals(1, cut.code());
    assertTrue(cut.err().startsWith("polymath: standard input: "), cut.err());
  }

  /** Takes some bytes, and no more. */
  private static final class Full extends OutputStream {
    private int left;

    Full(int left) {
      this.left = left;
    }

    @Override
    public void write(int b) throws IOException {
      if (left-- <= 0) {
        throw new IOException("No space left on device");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train --data TABLE --epochs 2 --out OUT",
        "evaluate MODEL --data TABLE",
        "explain MODEL --data TABLE",
        "predict MODEL TABLE",
        "predict MODEL TABLE --json",
        "export MODEL --format npz --out OUT",
        "backends",
        "gradcheck --layers 4,3,2",
        "completion fish",
        "completion bash",
        "--help",
        "help train",
        "train --help",
        "--version"
      })
  @DisplayName("output that is lost is said, and fails")
  void lost(String line) {
    String[] arguments =
        line.replace("TABLE", table.toString())
            .replace("MODEL", model)
            .replace("OUT", folder.resolve("out").toString())
            .split(" ");
    for (int room : new int[] {0, 10}) {
      StandardStream out = new StandardStream(new Full(room));
      StringWriter err = new StringWriter();
      int code =
          Main.run(out.writer(), new PrintWriter(err, true), out::failure, List.of(), arguments);
      assertEquals(
          "polymath: the output could not be written: No space left on device"
              + System.lineSeparator(),
          err.toString());
      assertEquals(1, code);
    }
  }

  @Test
  @DisplayName("names with a terminal's codes are shown by their codes, and are JSON")
  void escapes() throws IOException {
    String strange = "a\u001b[31m\u202e\udb40\udc01.csv";
    Path file = folder.resolve(strange);
    assumeTrue(writable(file));
    String shown = "a\\u001b[31m\\u202e\\udb40\\udc01.csv";
    assertTrue(done("predict", model, file.toString()).contains(shown));
    String json = done("predict", model, file.toString(), "--json");
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      parser.nextToken();
      parser.nextToken();
      assertEquals(file.toString(), parser.nextTextValue());
    }
    for (String[] mistake :
        new String[][] {
          {"no\u001b[31m\u202e"},
          {"train", "--\u001b[31m\u202e"},
          {"train", "--loss", "\u001b[31m\u202e"},
          {"train", "--epochs", "\u001b[31m\u202e"},
          {"train", "--backend", "\u001b[31m\u202e"},
          {"evaluate", "no\u001b[31m\u202e"},
          {"predict", model, "no\u001b[31m\u202e"}
        }) {
      Command run = Command.run(mistake);
      assertTrue(run.err().contains("\\u001b[31m\\u202e"), run.err());
      assertFalse((run.err() + run.out()).matches("(?s).*[\u001b\u202e].*"), run.err());
    }
  }

  private static boolean writable(Path file) {
    try {
      Files.copy(table, file);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  @DisplayName("text is UTF-8")
  void utf8() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StandardStream out = new StandardStream(bytes);
    Path file = Files.copy(table, folder.resolve("Zürich.csv"));
    int code =
        Main.run(
            out.writer(),
            new PrintWriter(new StringWriter(), true),
            out::failure,
            ServiceLoader.load(dev.polymath.cli.spi.CommandProvider.class),
            "predict",
            model,
            file.toString());
    assertEquals(0, code);
    assertTrue(bytes.toString(StandardCharsets.UTF_8).startsWith(file.toString()));
  }

  @Test
  @DisplayName("@files are arguments like any other")
  void atFiles() throws IOException {
    Path arguments = Files.writeString(folder.resolve("arguments"), "--help");
    fails(1, "@" + arguments + ": there is no such file", "train", "@" + arguments);
  }

  @Test
  @DisplayName("folders whose names are no text are said, not taken for one another")
  void noText() throws IOException, InterruptedException {
    Path photos = Files.createDirectory(folder.resolve("photos"));
    Process make =
        new ProcessBuilder("bash", "-c", "mkdir $'\\xe4' $'\\xf6'")
            .directory(photos.toFile())
            .start();
    assumeTrue(make.waitFor(1, TimeUnit.MINUTES) && make.exitValue() == 0, "skipped: no bash");
    fails(1, "the locale has no text for its name", "train", photos.toString());
  }

  @Test
  @DisplayName("errors of reading and writing have the name of the file")
  void named() throws IOException {
    byte[] packed = gzip(Files.readAllBytes(table));
    Path cut = folder.resolve("cut.csv.gz");
    Files.write(cut, java.util.Arrays.copyOf(packed, packed.length / 2));
    fails(1, cut + ": ", "train", cut.toString());
    fails(1, cut + ": ", "evaluate", model, cut.toString());
    fails(1, cut + ": ", "predict", model, cut.toString());
    byte[] whole = Files.readAllBytes(Path.of(model));
    Path half = folder.resolve("half.safetensors");
    Files.write(half, java.util.Arrays.copyOf(whole, whole.length / 2));
    fails(1, half + ": ", "evaluate", half.toString(), table.toString());
    fails(1, half + ": ", "export", half.toString(), "--format", "onnx");
    fails(1, half + ": ", "import", half.toString());
  }
}
