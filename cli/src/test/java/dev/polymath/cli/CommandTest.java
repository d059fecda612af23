package dev.polymath.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The command")
class CommandTest {

  record Result(int code, String out, String err) {}

  @TempDir Path folder;

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Result(code, out.toString(), err.toString());
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  @DisplayName("trains, saves, logs and evaluates, with the same accuracy from the saved model")
  void trainAndEvaluate() throws IOException {
    Result train =
        run("train", "--epochs", "2", "--out", file("m.safetensors"), "--log", file("log.jsonl"));
    assertEquals("", train.err());
    assertEquals(0, train.code());
    List<Map<String, Object>> log = json(folder.resolve("log.jsonl"));
    List<Map<String, Object>> samples =
        log.stream().filter(e -> e.get("event").equals("sample")).toList();
    assertTrue(samples.size() >= 20, samples::toString);
    assertEquals(
        List.of(
            "event",
            "step",
            "epoch",
            "loss",
            "accuracy",
            "confidentlyWrong",
            "learningRate",
            "layers"),
        List.copyOf(samples.get(0).keySet()));
    log.removeAll(samples);
    assertEquals(
        List.of("epoch", "epoch", "verdict", "result"),
        log.stream().map(e -> e.get("event")).toList());
    assertEquals(List.of("event", "summary", "findings"), List.copyOf(log.get(2).keySet()));
    String verdict = (String) log.get(2).get("summary");
    assertTrue(verdict.startsWith("all is well: it learned without trouble and gets "), verdict);
    assertTrue(train.out().contains(System.lineSeparator() + "verdict  all is well: "));
    assertEquals(
        List.of(
            "event",
            "epoch",
            "loss",
            "trainAccuracy",
            "validationLoss",
            "validationAccuracy",
            "samplesPerSecond",
            "seconds"),
        List.copyOf(log.get(0).keySet()));
    Map<String, Object> result = log.get(3);
    assertEquals(
        List.of(
            "event",
            "testLoss",
            "testAccuracy",
            "testLogLoss",
            "testBrier",
            "testRocAuc",
            "testPrAuc",
            "testBalancedAccuracy",
            "testMatthews",
            "testCalibrationError",
            "keptEpoch",
            "ending",
            "seconds",
            "backend",
            "threads",
            "seed"),
        List.copyOf(result.keySet()));
    double accuracy = (Double) result.get("testAccuracy");
    assertTrue(accuracy > 0.8, "test accuracy " + accuracy);
    String summary = "accuracy %.2f %%".formatted(100 * accuracy);
    assertTrue(train.out().contains(summary), train.out());
    assertTrue(train.out().contains("macro average"), train.out());

    Result evaluate = run("evaluate", file("m.safetensors"), "--backend", "arrays");
    assertEquals("", evaluate.err());
    assertEquals(0, evaluate.code());
    assertTrue(evaluate.out().contains(summary), evaluate.out());
  }

  @Test
  @DisplayName("the same seed saves the same bytes, another seed others")
  void sameSeed() throws IOException {
    for (String name : List.of("a", "b")) {
      assertEquals(0, run("train", "--epochs", "1", "--out", file(name)).code());
    }
    assertEquals(0, run("train", "--epochs", "1", "--seed", "-7", "--out", file("c")).code());
    assertEquals(-1, Files.mismatch(folder.resolve("a"), folder.resolve("b")));
    assertFalse(-1 == Files.mismatch(folder.resolve("a"), folder.resolve("c")));
  }

  @Test
  @DisplayName("--article is the article's recipe; --loss changes the loss alone")
  void article() throws IOException {
    Result squared = run("train", "--article", "--epochs", "1", "--out", file("m"));
    assertEquals(0, squared.code(), squared.err());
    assertTrue(squared.out().contains("loss=SQUARED_ERROR"), squared.out());
    Result entropy =
        run("train", "--article", "--loss", "cross-entropy", "--epochs", "1", "--out", file("m"));
    assertEquals(0, entropy.code(), entropy.err());
    String said = squared.out().replaceAll("\\s+", " ");
    assertTrue(said.contains("- the softmax is saturated: "), squared.out());
    assertTrue(said.contains("layer 1 (784->128 sigmoid): 4"), squared.out());
    assertTrue(said.contains("; try the cross-entropy, and try Xavier"), squared.out());
    assertFalse(entropy.out().contains("the softmax is saturated"), entropy.out());
    assertEquals(recipe(squared).replace("SQUARED_ERROR", "CROSS_ENTROPY"), recipe(entropy));
  }

  @Test
  @DisplayName("gradcheck holds every backend's gradients to double precision")
  void gradcheck() {
    for (String backend : List.of("arrays", "arrays-vector", "ejml")) {
      for (String loss : List.of("cross-entropy", "squared-error")) {
        Result result = run("gradcheck", "--backend", backend, "--loss", loss);
        assertEquals(0, result.code(), result.out() + result.err());
        for (String name : List.of("layers.0.weight", "layers.1.bias", "layers.2.weight")) {
          assertTrue(result.out().contains(name), result.out());
        }
        assertEquals(
            6, result.out().lines().filter(line -> line.endsWith(" ok")).count(), result.out());
        assertTrue(result.out().contains("all gradients agree within the rounding of float32"));
      }
    }
    Result deep =
        run(
            "gradcheck",
            "--layers",
            "7,5,4,3,2",
            "--activations",
            "tanh,leaky-relu",
            "--batch",
            "1",
            "--seed",
            "-4");
    assertEquals(0, deep.code(), deep.out() + deep.err());
    assertTrue(deep.out().contains("layers.3.bias"), deep.out());
  }

  @Test
  @DisplayName("gradcheck takes a model and data")
  void gradcheckOfAModel() {
    assertEquals(0, run("train", "--epochs", "1", "--out", file("m")).code());
    Result random = run("gradcheck", file("m"));
    assertEquals(0, random.code(), random.out() + random.err());
    Result digits = run("gradcheck", file("m"), "--data", "digits", "--batch", "100");
    assertEquals(0, digits.code(), digits.out() + digits.err());
    assertTrue(digits.out().contains("a batch of 100"), digits.out());
    assertFalse(digits.out().equals(random.out()));
    Result fresh = run("gradcheck", "--data", "digits");
    assertEquals(0, fresh.code(), fresh.out() + fresh.err());
  }

  @Test
  @DisplayName("a run that diverges is judged before its error, in the log too")
  void diverged() throws IOException {
    Result result =
        run(
            "train",
            "--optimizer",
            "sgd",
            "--learning-rate",
            "1e30",
            "--out",
            file("m"),
            "--report",
            file("r"),
            "--log",
            file("log"));
    assertEquals(1, result.code());
    assertTrue(result.out().contains("no report in " + file("r") + ": the run did not end"));
    assertFalse(Files.exists(folder.resolve("r")));
    assertTrue(result.err().startsWith("polymath: step 2 (epoch 1): the loss is "), result.err());
    assertTrue(result.out().contains("verdict  1 problem"), result.out());
    assertTrue(
        result.out().contains("       - the run failed at step 2 (epoch 1): "), result.out());
    assertEquals("verdict", last(json(folder.resolve("log"))).get("event"));
    assertFalse(Files.exists(folder.resolve("m")));
  }

  private static String recipe(Result result) {
    String out = result.out();
    return out.substring(out.indexOf("recipe"), out.indexOf("epoch  1/1"));
  }

  @Test
  @DisplayName("on MNIST's files, one epoch is past 90 %")
  void mnist() throws IOException {
    String mnist = System.getenv("POLYMATH_MNIST");
    assumeTrue(mnist != null, "skipped: POLYMATH_MNIST does not name MNIST's folder");
    Result result =
        run("train", "--data", mnist, "--epochs", "1", "--out", file("m"), "--log", file("log"));
    assertEquals(0, result.code(), result.err());
    double accuracy = (Double) last(json(folder.resolve("log"))).get("testAccuracy");
    assertTrue(accuracy > 0.9, "test accuracy " + accuracy);
  }

  @Test
  @DisplayName("backends lists every backend with threads, the default and the reason")
  void backends() {
    Result result = run("backends");
    assertEquals(0, result.code(), result.err());
    for (String name : List.of("arrays ", "arrays-vector ", "ejml ")) {
      assertTrue(result.out().contains(name), result.out());
    }
    assertTrue(
        result.out().contains("* is the default: the highest priority among the usable"),
        result.out());
    assertTrue(result.out().contains("polymath backends --install nd4j"), result.out());
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(2, "polymath: a command is missing", new String[] {}),
        Arguments.of(2, "Unmatched argument at index 0: 'tarin'", new String[] {"tarin"}),
        Arguments.of(2, "Unknown option: '--epoch'", new String[] {"train", "--epoch", "3"}),
        Arguments.of(
            2, "epochs: expected at least 1, found 0", new String[] {"train", "--epochs", "0"}),
        Arguments.of(2, "'many' is not an int", new String[] {"train", "--epochs", "many"}),
        Arguments.of(
            2,
            "expected sgd, momentum, nesterov, adam, adamw, rmsprop or adagrad, found 'lion'",
            new String[] {"train", "--optimizer", "lion"}),
        Arguments.of(
            2,
            "expected cross-entropy, squared-error, huber or sigmoid-cross-entropy, found 'hinge'",
            new String[] {"train", "--loss", "hinge"}),
        Arguments.of(
            2, "threads: expected at least 1, found 0", new String[] {"train", "--threads", "0"}),
        Arguments.of(
            2, "no backend \"cuda\"; found: ", new String[] {"train", "--backend", "cuda"}),
        Arguments.of(
            2,
            "Polymath's own are named dev.polymath:polymath-backend-NAME",
            new String[] {"train", "--backend", "nd4j"}),
        Arguments.of(
            2, "--install cuda: expected nd4j", new String[] {"backends", "--install", "cuda"}),
        Arguments.of(1, "no-such-folder", new String[] {"train", "--data", "no-such-folder"}),
        Arguments.of(
            1,
            "--out no-such-folder/m: there is no folder",
            new String[] {"train", "--out", "no-such-folder/m"}),
        Arguments.of(
            2,
            "--data: expected digits, mnist, a file or a folder, found nothing",
            new String[] {"train", "--data", ""}),
        Arguments.of(
            2,
            "--out and --report: expected different files, found m",
            new String[] {"train", "--out", "m", "--report", "./m"}),
        Arguments.of(
            1,
            "--report no-such-folder/r.html: there is no folder",
            new String[] {"train", "--report", "no-such-folder/r.html"}),
        Arguments.of(
            1, "no-such-model: there is no such file", new String[] {"evaluate", "no-such-model"}),
        Arguments.of(
            2, "batch: expected at least 1, found 0", new String[] {"gradcheck", "--batch", "0"}),
        Arguments.of(
            2,
            "--layers: expected at least 2 widths, found 1",
            new String[] {"gradcheck", "--layers", "7"}),
        Arguments.of(
            2,
            "--layers: dense: inputs and outputs: expected at least 1, found 7 and 0",
            new String[] {"gradcheck", "--layers", "7,0,2"}),
        Arguments.of(
            2,
            "expected sigmoid, tanh, relu, leaky-relu, elu, selu or identity, found 'softmax'",
            new String[] {"gradcheck", "--activations", "softmax"}),
        Arguments.of(
            2,
            "MODEL has its own layers: --layers, --activations and --task are for a new network",
            new String[] {"gradcheck", "m", "--layers", "3,2"}),
        Arguments.of(
            1,
            "no-such-model: there is no such file" + System.lineSeparator(),
            new String[] {"gradcheck", "no-such-model"}),
        Arguments.of(
            1,
            "batch: expected at most 2739137 where a layer is 784 wide, found 2147483647",
            new String[] {"gradcheck", "--batch", "2147483647"}),
        Arguments.of(
            2,
            "--activations: expected at most one for each hidden layer, found 2 for 1",
            new String[] {"gradcheck", "--layers", "4,3,2", "--activations", "tanh,relu"}),
        Arguments.of(
            1,
            "check: the network has 3 inputs and 2 outputs, the data set 784 features",
            new String[] {"gradcheck", "--layers", "3,2", "--data", "digits"}),
        Arguments.of(
            2,
            "polymath: Missing required argument(s): --measure",
            new String[] {"backends", "--layers", "3,2"}),
        Arguments.of(2, "Missing required parameter: 'MODEL'", new String[] {"evaluate"}));
  }

  @Test
  @DisplayName("a device is refused before the training, not after it")
  void device() {
    assumeTrue(Files.exists(Path.of("/dev/null")), "skipped: there is no /dev/null");
    for (String option : List.of("--out", "--report")) {
      mistake(
          1,
          option + " /dev/null: expected a regular file, found a device, pipe or socket",
          new String[] {"train", option, "/dev/null"});
    }
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("mistakes")
  @DisplayName("a mistake is one sentence and an exit code, without a stack trace")
  void mistake(int code, String sentence, String[] arguments) {
    Result result = run(arguments);
    assertTrue(result.err().contains(sentence), result.err());
    assertFalse(result.err().contains("\tat "), result.err());
    assertFalse(result.err().contains("Exception"), result.err());
    assertEquals(code, result.code(), result.err());
    assertTrue(result.err().lines().count() <= 2, result.err());
  }

  @Test
  @DisplayName("a file that is no model is named, and nothing is left of a run that failed")
  void notAModel() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "this is no model, but a sentence");
    Result result = run("evaluate", text.toString());
    assertEquals(1, result.code());
    assertTrue(result.err().startsWith("polymath: " + text), result.err());
    assertEquals(
        1, run("train", "--data", file("nowhere"), "--out", file("m"), "--log", file("l")).code());
    assertFalse(Files.exists(folder.resolve("m")));
  }

  @ParameterizedTest(name = "polymath {0}")
  @MethodSource("commands")
  @DisplayName("--help names every option")
  void help(String command, List<String> options) {
    Result result = run(command, "--help");
    assertEquals(0, result.code());
    for (String option : options) {
      assertTrue(result.out().contains(option), option + " in " + result.out());
    }
  }

  static Stream<Arguments> commands() {
    return Stream.of(
        Arguments.of(
            "train",
            List.of(
                "--data",
                "--backend",
                "--epochs",
                "--batch",
                "--optimizer",
                "--learning-rate",
                "--schedule",
                "--init",
                "--loss",
                "--seed",
                "--threads",
                "--out",
                "--log",
                "--report",
                "--article")),
        Arguments.of("evaluate", List.of("MODEL", "--data", "--backend", "--threads")),
        Arguments.of("backends", List.of("--install")));
  }

  private static List<Map<String, Object>> json(Path file) throws IOException {
    return new ArrayList<>(Files.readAllLines(file).stream().map(CommandTest::object).toList());
  }

  private static Map<String, Object> last(List<Map<String, Object>> log) {
    return log.get(log.size() - 1);
  }

  /** An object: strings, numbers as double, and an empty text for what is nested. */
  private static Map<String, Object> object(String line) {
    Map<String, Object> fields = new LinkedHashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(line)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value.isNumeric()) {
          fields.put(name, parser.getDoubleValue());
        } else if (value.isStructStart()) {
          parser.skipChildren();
          fields.put(name, "");
        } else {
          fields.put(name, value == JsonToken.VALUE_NULL ? "null" : parser.getText());
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(line, e);
    }
    return fields;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--layers 5,3",
        "--measure --layers 5",
        "--measure --layers 5,x",
        "--measure --layers 5,0,3",
        "--measure --batch 0",
        "--measure --threads 0"
      })
  @DisplayName("refuses a measurement that makes no sense")
  void wrongMeasurement(String options) {
    Result result = run(("backends " + options).split(" "));
    assertEquals(2, result.code(), result.err());
    assertTrue(result.err().startsWith("polymath: "), result.err());
    assertEquals("", result.out());
  }
}
