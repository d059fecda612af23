package dev.polymath.cli;

import static dev.polymath.cli.Command.done;
import static dev.polymath.cli.Command.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Arguments:")
class ArgumentsTest {

  @TempDir Path folder;
  private String table;
  private String model;

  @BeforeEach
  void write() throws IOException {
    Path file = folder.resolve("points.csv");
    Files.writeString(file, "x,y,kind\n0,0,a\n1,0,b\n0,1,a\n1,1,b\n0,2,a\n1,2,b\n");
    table = file.toString();
    model = folder.resolve("m.safetensors").toString();
  }

  @Test
  @DisplayName("a bare file is the data")
  void bareFile() {
    String named = done("train", "--data", table, "--epochs", "1", "--out", model);
    String bare = done("train", table, "--epochs", "1", "--out", model);
    assertEquals(named.lines().toList().get(1), bare.lines().toList().get(1));
    assertEquals(done("evaluate", model, "--data", table), done("evaluate", model, table));
    fails(2, "expected one of them", "train", table, "--data", "digits");
    fails(1, "no-such.csv: there is no such file", "train", "no-such.csv");
    fails(2, "Unmatched argument", "train", table, "more.csv");
  }

  @Test
  @DisplayName("evaluate without data wants data, and names no data that nobody typed")
  void noData() {
    done("train", table, "--epochs", "1", "--out", model);
    fails(
        2,
        "expected the data to evaluate on, --data FILE: the model was trained on points.csv",
        "evaluate",
        model);
    done("train", "--epochs", "1", "--out", model);
    assertTrue(done("evaluate", model).contains("data  digits: the 2000 test examples"));
  }

  @Test
  @DisplayName("what is no model is said to be none first, and what it is")
  void noModel() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "this is no model, but a sentence");
    Path empty = Files.createFile(folder.resolve("empty"));
    Path pickle = Files.writeString(folder.resolve("net.pt"), "\u0080\u0002}q");
    Path zip = Files.write(folder.resolve("net"), new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0});
    done("train", table, "--epochs", "1", "--members", "1", "--out", model);
    Path dict = folder.resolve("dict.safetensors");
    done("export", model, "--format", "safetensors", "--out", dict.toString());
    Path half = folder.resolve("half");
    byte[] whole = Files.readAllBytes(Path.of(model));
    Files.write(half, java.util.Arrays.copyOf(whole, whole.length - 5));
    List<List<String>> commands =
        List.of(
            List.of("evaluate", "FILE", table),
            List.of("explain", "FILE", table),
            List.of("predict", "FILE", table),
            List.of("export", "FILE", "--format", "npz"),
            List.of("gradcheck", "FILE"));
    for (List<String> command : commands) {
      fails(
          1,
          text + ": is no model, expected a file saved by 'polymath train'",
          named(command, text));
      fails(1, empty + ": is no model, ", named(command, empty));
      fails(1, half + ": is no model, or a broken one: ", named(command, half));
      fails(1, folder + ": is no model, but a folder", named(command, folder));
      for (Path file : List.of(pickle, zip)) {
        fails(1, file + ": is no model, but a file of torch.save; ", named(command, file));
      }
      fails(
          1,
          dict + ": is no model, but another safetensors file; 'polymath import'",
          named(command, dict));
    }
    fails(1, "net.pt: is no safetensors file, but a file of torch.save; ", "import", pickle + "");
  }

  private static String[] named(List<String> command, Path file) {
    return command.stream()
        .map(word -> word.equals("FILE") ? file.toString() : word)
        .toArray(String[]::new);
  }
}
