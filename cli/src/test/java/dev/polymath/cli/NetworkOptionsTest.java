package dev.polymath.cli;

import static dev.polymath.cli.Command.done;
import static dev.polymath.cli.Command.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.io.ModelFile;
import dev.polymath.models.network.LayerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("polymath train --hidden and --activation")
class NetworkOptionsTest {

  @TempDir Path folder;
  private String table;

  @BeforeEach
  void write() throws IOException {
    Path file = folder.resolve("points.csv");
    Files.writeString(file, "0,0,a\n1,0,b\n0,1,a\n1,1,b\n0,2,a\n1,2,b\n0,3,a\n1,3,b\n");
    table = file.toString();
  }

  private List<String> layers(String... options) throws IOException {
    String model = folder.resolve("m").toString();
    String[] command = {"train", "--data", table, "--epochs", "1", "--out", model};
    String[] all = new String[command.length + options.length];
    System.arraycopy(command, 0, all, 0, command.length);
    System.arraycopy(options, 0, all, command.length, options.length);
    done(all);
    List<String> layers =
        new ArrayList<>(
            ModelFile.read(Path.of(model)).description().layers().stream()
                .map(LayerSpec::summary)
                .toList());
    // How many features a table has is not what is tested here.
    layers.set(0, layers.get(0).replaceFirst("^[0-9]+", "n"));
    return layers;
  }

  @Test
  @DisplayName("make the network, the last activation for all layers that follow")
  void network() throws IOException {
    assertEquals(List.of("n->128 ReLU", "128->128 ReLU", "128->2 linear", "softmax"), layers());
    assertEquals(
        List.of("n->4 ReLU", "4->3 ReLU", "3->5 ReLU", "5->2 linear", "softmax"),
        layers("--hidden", "4,3,5"));
    assertEquals(
        List.of("n->4 tanh", "4->3 leaky ReLU", "3->5 leaky ReLU", "5->2 linear", "softmax"),
        layers("--hidden", "4,3,5", "--activation", "tanh,leaky-relu"));
    assertEquals(List.of("n->2 linear", "softmax"), layers("--hidden", "none"));
    String model = folder.resolve("m").toString();
    layers("--members", "3");
    assertEquals(3, ModelFile.read(Path.of(model)).description().members());
    layers();
    assertEquals(8, ModelFile.read(Path.of(model)).description().members());
  }

  @Test
  @DisplayName("say what they expect")
  void mistakes() {
    for (String hidden : List.of("", "0", "4,,3", "4,-1", "many", "none,3", "99999999999")) {
      fails(2, "such as 256,128, or none, found '" + hidden + "'", "train", "--hidden", hidden);
    }
    fails(
        2,
        "--activation: expected at most one for each hidden layer, found 2 for 1",
        "train",
        "--hidden",
        "3",
        "--activation",
        "relu,relu");
    fails(2, "--members: expected at least 1, found 0", "train", "--members", "0");
    fails(2, "found 'softmax'", "train", "--activation", "softmax");
  }

  @Test
  @DisplayName("are shown before the training")
  void shown() {
    String out =
        done(
            "train", "--data", table, "--epochs", "1", "--hidden", "7", "--out", folder + "/model");
    assertTrue(out.contains("->7 ReLU, 7->2 linear, softmax"), out);
  }
}
