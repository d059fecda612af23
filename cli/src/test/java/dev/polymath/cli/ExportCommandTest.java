package dev.polymath.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.io.ModelFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("polymath export")
class ExportCommandTest {

  record Result(int code, String out, String err) {}

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void save() throws IOException {
    model = folder.resolve("my digits.safetensors");
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults())) {
      ThreeLayerClassifier.builder(backend).inputs(4).classes(3).build().save(model);
    }
  }

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Result(code, out.toString(), err.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "onnx, my digits.onnx",
    "npz, my digits.npz",
    "safetensors, my digits.pytorch.safetensors"
  })
  @DisplayName("writes beside the model, in another file, and says where")
  void besideTheModel(String format, String name) {
    Result result = run("export", model.toString(), "--format", format);
    assertEquals("", result.err());
    assertEquals(0, result.code());
    assertEquals("saved as " + folder.resolve(name), result.out().strip());
    assertTrue(Files.isRegularFile(folder.resolve(name)));
  }

  @Test
  @DisplayName("writes a state dict for each member, and says which files")
  void members() throws IOException {
    Path several = folder.resolve("several.safetensors");
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults())) {
      Classifier.builder(backend).inputs(4).classes(3).hidden(5).members(3).build().save(several);
    }
    Result result = run("export", several.toString(), "--format", "safetensors");
    assertEquals("", result.err());
    List<Path> files =
        IntStream.rangeClosed(1, 3)
            .mapToObj(m -> folder.resolve("several.member" + m + ".pytorch.safetensors"))
            .toList();
    assertEquals(
        files.stream().map(file -> "saved as " + file).toList(), result.out().lines().toList());
    assertFalse(Files.exists(folder.resolve("several.pytorch.safetensors")));
    for (int m = 0; m < 3; m++) {
      Path back = folder.resolve("back" + m);
      Result imported = run("import", files.get(m).toString(), "--out", back.toString());
      assertEquals(0, imported.code(), imported.err());
      ModelFile member = ModelFile.read(several).member(m);
      ModelFile read = ModelFile.read(back);
      assertEquals(1, read.description().members());
      for (String name : read.parameters().keySet()) {
        assertArrayEquals(member.parameter(name), read.parameter(name), name);
      }
    }
    Path out = folder.resolve("x");
    run("export", several.toString(), "--format", "safetensors", "--out", out.toString());
    assertTrue(Files.exists(folder.resolve("x.member3")));
    for (String format : List.of("onnx", "npz")) {
      assertEquals(0, run("export", several.toString(), "--format", format).code());
    }
    Files.createDirectory(folder.resolve("y.member2.st"));
    Result refused =
        run("export", several + "", "--format", "safetensors", "--out", folder + "/y.st");
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("expected a file, found a folder"), refused.err());
    assertFalse(Files.exists(folder.resolve("y.member1.st")));
  }

  @Test
  @DisplayName("writes where --out says, the same bytes each time")
  void out() throws IOException {
    Path a = folder.resolve("a");
    Path b = folder.resolve("b");
    for (Path file : new Path[] {a, b}) {
      assertEquals(
          0, run("export", model.toString(), "--format", "onnx", "--out", file.toString()).code());
    }
    assertEquals(-1, Files.mismatch(a, b));
  }

  @Test
  @DisplayName("does not write over the model itself")
  void overItself() throws IOException {
    byte[] before = Files.readAllBytes(model);
    Path roundabout =
        folder.resolve("..").resolve(folder.getFileName()).resolve("my digits.safetensors");
    Result result =
        run("export", model.toString(), "--format", "onnx", "--out", roundabout.toString());
    assertEquals(2, result.code());
    assertTrue(result.err().contains("is MODEL itself, expected another file"), result.err());
    assertEquals(0, Arrays.compare(before, Files.readAllBytes(model)));
  }

  @Test
  @DisplayName("a mistake is one sentence, and nothing is written")
  void mistakes() throws IOException {
    mistake(2, "Missing required option: '--format=NAME'", "export", model.toString());
    mistake(
        2,
        "expected onnx, npz or safetensors, found 'pickle'",
        "export",
        model.toString(),
        "--format",
        "pickle");
    mistake(2, "Missing required parameter: 'MODEL'", "export", "--format", "onnx");
    mistake(1, "nowhere: there is no such file\n", "export", "nowhere", "--format", "onnx");
    mistake(1, "is no model, but a folder", "export", folder.toString(), "--format", "onnx");
    Path text = Files.writeString(folder.resolve("text"), "this is no model, but a sentence");
    mistake(1, "is no model, expected a file", "export", text.toString(), "--format", "onnx");
    String out = folder.resolve("no-folder").resolve("x").toString();
    String none = "there is no folder " + folder.resolve("no-folder") + "\n";
    mistake(1, none, "export", model.toString(), "--format", "onnx", "--out", out);
    mistake(
        1,
        "expected a file, found a folder",
        "export",
        model.toString(),
        "--format",
        "onnx",
        "--out",
        folder.toString());
    try (var files = Files.list(folder)) {
      assertEquals(2, files.count());
    }
  }

  private static void mistake(int code, String sentence, String... arguments) {
    Result result = run(arguments);
    assertTrue(result.err().replace("\r", "").contains(sentence), result.err());
    assertFalse(result.err().contains("\tat "), result.err());
    assertEquals(code, result.code(), result.err());
  }
}
