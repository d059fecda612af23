package dev.polymath.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.PictureForm;
import dev.polymath.models.io.ModelDescription;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.network.InputScaling;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("polymath import")
class ImportCommandTest {

  record Result(int code, String out, String err) {}

  @TempDir Path folder;
  private Path net;

  /** 4 → 3 → 3 → 2. */
  @BeforeEach
  void save() throws IOException {
    net = folder.resolve("my net.safetensors");
    // Weights of zeros, and at the end fc3's bias: 1, 2.
    String header =
        "{"
            + tensor("fc1.weight", "3,4", 0, 12)
            + tensor("fc1.bias", "3", 12, 15)
            + tensor("fc2.weight", "3,3", 15, 24)
            + tensor("fc2.bias", "3", 24, 27)
            + tensor("fc3.weight", "2,3", 27, 33)
            + tensor("fc3.bias", "2", 33, 35).replace("},", "}}");
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length() + 35 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    file.position(file.capacity() - 2 * Float.BYTES);
    file.putFloat(1).putFloat(2);
    Files.write(net, file.array());
  }

  private static String tensor(String name, String shape, int from, int to) {
    return "\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%d,%d]},"
        .formatted(name, shape, Float.BYTES * from, Float.BYTES * to);
  }

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Result(code, out.toString(), err.toString());
  }

  @Test
  @DisplayName("makes a model beside the file and says what it read")
  void besideTheFile() throws IOException {
    Result result = run("import", net.toString());
    assertEquals("", result.err());
    assertEquals(0, result.code());
    Path model = folder.resolve("my net.polymath.safetensors");
    assertEquals(
        List.of("read 4 -> 3 sigmoid -> 3 relu -> 2 softmax", "saved as " + model),
        result.out().lines().toList());
    assertEquals(InputScaling.none(4), ModelFile.read(model).description().scaling());
  }

  @Test
  @DisplayName("takes activations, scaling, class names and image size from the options")
  void options() throws IOException {
    Path model = folder.resolve("m");
    Result result =
        run(
            "import",
            net.toString(),
            "--out",
            model.toString(),
            "--activations",
            "tanh,leaky-relu",
            "--mean",
            "0.25",
            "--std",
            "0.5",
            "--class-names",
            "cat,small dog",
            "--image",
            "1x4",
            "--layers",
            "fc1,fc2,fc3");
    assertEquals("", result.err());
    assertTrue(
        result.out().startsWith("read 4 -> 3 tanh -> 3 leaky-relu -> 2 softmax"), result.out());
    ModelDescription description = ModelFile.read(model).description();
    assertEquals(List.of("cat", "small dog"), description.classNames());
    assertEquals(
        new ModelInput.Pictures(new ImageSize(1, 4), PictureForm.AS_IS), description.input());
    assertEquals(0.25f, description.scaling().shift()[3]);
    assertEquals(2f, description.scaling().scale()[3]);
  }

  @Test
  @DisplayName("brings an exported model back")
  void roundTrip() throws IOException {
    run("import", net.toString(), "--class-names", "a,b", "--activations", "relu,tanh");
    Path model = folder.resolve("my net.polymath.safetensors");
    assertEquals(0, run("export", model.toString(), "--format", "safetensors").code());
    Path exported = folder.resolve("my net.polymath.pytorch.safetensors");
    Path back = folder.resolve("back");
    assertEquals(0, run("import", exported.toString(), "--out", back.toString()).code());
    assertEquals(-1, Files.mismatch(model, back));
  }

  @Test
  @DisplayName("folds batch norms where it is told that they stand, and takes elu and selu by name")
  void batchNorms() throws IOException {
    String header =
        "{"
            + tensor("fc1.weight", "1,2", 0, 2)
            + tensor("fc2.weight", "2,1", 2, 4)
            + tensor("bn1.running_mean", "1", 4, 5)
            + tensor("bn1.running_var", "1", 5, 6).replace("},", "}}");
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length() + 6 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    for (float value : new float[] {6, 0, 8, -4, 3, 3.75f}) {
      file.putFloat(value);
    }
    Files.write(net, file.array());
    mistake(1, "before or after the activation that follows \"fc1\"", net.toString());
    mistake(
        2, "expected before or after, found 'x'", net.toString(), "--batch-norm", "x");
    mistake(
        2, "epsilon: expected a finite number", net.toString(), "--batch-norm-eps", "-1");
    // The deviation is √(3.75 + 0.25) = 2.
    String[] how = {
      "import", net.toString(), "--batch-norm-eps", "0.25", "--activations", "elu", "--batch-norm"
    };
    Result before = run(with(how, "before"));
    assertEquals("", before.err());
    assertTrue(before.out().startsWith("read 2 -> 1 elu -> 2 softmax"), before.out());
    ModelFile model = ModelFile.read(folder.resolve("my net.polymath.safetensors"));
    assertEquals(3, model.parameter("layers.0.weight")[0]);
    assertEquals(-1.5f, model.parameter("layers.0.bias")[0]);
    assertEquals(0, run(with(how, "after")).code());
    model = ModelFile.read(folder.resolve("my net.polymath.safetensors"));
    assertEquals(6, model.parameter("layers.0.weight")[0]);
    assertEquals(4, model.parameter("layers.1.weight")[0]);
    assertEquals(-12, model.parameter("layers.1.bias")[0]);
    assertEquals(6, model.parameter("layers.1.bias")[1]);
    how[5] = "selu";
    assertTrue(run(with(how, "after")).out().startsWith("read 2 -> 1 selu -> 2 softmax"));
  }

  private static String[] with(String[] arguments, String last) {
    return Stream.concat(Arrays.stream(arguments), Stream.of(last)).toArray(String[]::new);
  }

  @Test
  @DisplayName("a mistake is one sentence, and nothing is written")
  void mistakes() throws IOException {
    mistake(2, "Missing required parameter: 'FILE'");
    mistake(1, "nowhere: there is no such file", "nowhere");
    mistake(
        1, "expected different ones, found \"a\" twice", net.toString(), "--class-names", "a,a");
    mistake(2, "expected height x width such as 28x28", net.toString(), "--image", "wide");
    mistake(1, "expected a regular file", folder.toString());
    mistake(2, "is FILE itself, expected another file", net.toString(), "--out", net.toString());
    mistake(
        2,
        "expected sigmoid, tanh, relu, leaky-relu, elu, selu or identity, found 'gelu'",
        net.toString(),
        "--activations",
        "gelu,relu");
    mistake(
        2,
        "--activations: expected at most one for each hidden layer, found 3 for 2",
        net.toString(),
        "--activations",
        "relu,relu,relu");
    mistake(2, "deviation: expected a finite number above 0", net.toString(), "--std", "0");
    mistake(2, "'x' is not a float", net.toString(), "--mean", "x");
    mistake(2, "such as 28x28, found '28'", net.toString(), "--image", "28");
    mistake(2, "image size 0 x 28", net.toString(), "--image", "0x28");
    mistake(1, "input: features: expected 4, found 784", net.toString(), "--image", "28x28");
    mistake(1, "class names: expected 2, found 3", net.toString(), "--class-names", "a,b,c");
    mistake(1, "the order of the layers: expected each of", net.toString(), "--layers", "fc1,fc2");
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(net), files.toList());
    }
  }

  private static void mistake(int code, String sentence, String... arguments) {
    String[] command =
        Stream.concat(Stream.of("import"), Arrays.stream(arguments)).toArray(String[]::new);
    Result result = run(command);
    assertTrue(result.err().contains(sentence), result.err());
    assertFalse(result.err().contains("\tat "), result.err());
    assertEquals(code, result.code(), result.err());
  }
}
