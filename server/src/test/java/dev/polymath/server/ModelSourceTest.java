package dev.polymath.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.ThreeLayerClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Models in a folder")
class ModelSourceTest {

  @TempDir Path folder;
  private TestServer server;
  private ModelSource source;
  private final List<String> messages = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
    source = source(folder);
  }

  private ModelSource source(Path path) {
    return new ModelSource(
        path,
        () -> server.server,
        file -> Backends.open("arrays", BackendOptions.defaults().threads(1)),
        messages::add,
        1);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Classifier model(long seed) {
    return ThreeLayerClassifier.builder(TestServer.BACKEND).inputs(3).classes(2).seed(seed).build();
  }

  /** Replaces a file at once, as a training does. */
  private void write(String name, byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("new"), bytes);
    Files.move(file, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private void write(String name, long seed) throws IOException {
    model(seed).save(folder.resolve("new"));
    Files.move(folder.resolve("new"), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private void look() {
    source.look();
    source.look();
  }

  private Object answer(String name) throws IOException, InterruptedException {
    return JsonTree.at(
        server.post("/predict/" + name, "[1,2,3]").text(), "predictions", 0, "probability");
  }

  private static double expected(long seed) {
    return Double.parseDouble(
        Float.toString(model(seed).topK(new float[] {1, 2, 3}, 1).get(0).probability()));
  }

  @Test
  @DisplayName(
      "are served by the names of their files, swapped when one changes, dropped when gone")
  void changes() throws IOException, InterruptedException {
    write("a.safetensors", 1);
    write("two words.safetensors", 2);
    Files.writeString(folder.resolve("notes.txt"), "no model");
    source.load();
    assertTrue(source.names().containsAll(List.of("a", "two words")));
    assertEquals(expected(1), answer("a"));
    assertEquals(expected(2), answer("two%20words"));
    write("a.safetensors", 3);
    source.look();
    assertEquals(expected(1), answer("a"), "a file may still be being written");
    source.look();
    assertEquals(expected(3), answer("a"));
    write("b.safetensors", 4);
    look();
    assertEquals(expected(4), answer("b"));
    Files.delete(folder.resolve("b.safetensors"));
    look();
    assertEquals(404, server.post("/predict/b", "[1,2,3]").status());
    assertTrue(
        messages.get(0).matches("a: serves version [0-9a-f]{12} from now on"), messages::toString);
    assertEquals("b: its file is gone, it is served no longer", messages.get(2));
  }

  @Test
  @DisplayName("that are broken are refused with a sentence, and the one before serves on")
  void broken() throws IOException, InterruptedException {
    write("a.safetensors", 1);
    source.load();
    byte[] whole = Files.readAllBytes(folder.resolve("a.safetensors"));
    for (byte[] bytes : List.of(new byte[0], "hello".getBytes(), Arrays.copyOf(whole, 100))) {
      messages.clear();
      write("a.safetensors", bytes);
      look();
      look();
      assertEquals(1, messages.size(), messages::toString);
      assertTrue(messages.get(0).endsWith("; the model before is served on"), messages::toString);
      assertEquals(expected(1), answer("a"));
    }
    write("a.safetensors", 5);
    look();
    assertEquals(expected(5), answer("a"));
  }

  @Test
  @DisplayName("have to be there, and sound, at the start")
  void start(@TempDir Path empty) throws IOException {
    String none = assertThrows(IOException.class, source(empty)::load).getMessage();
    assertTrue(none.contains("has no model"), none);
    write("a.safetensors", "hello".getBytes());
    String broken = assertThrows(IOException.class, source::load).getMessage();
    assertTrue(broken.contains("is no model"), broken);
  }

  @Test
  @DisplayName("are swapped without a lost request or a wrong answer")
  void noneLost() throws Exception {
    write("a.safetensors", 1);
    source.load();
    Set<Object> right = Set.of(expected(1), expected(2));
    AtomicBoolean over = new AtomicBoolean();
    List<Object> wrong = Collections.synchronizedList(new ArrayList<>());
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread client =
          new Thread(
              () -> {
                try {
                  while (!over.get()) {
                    Object found = answer("a");
                    if (!right.contains(found)) {
                      wrong.add(found);
                    }
                  }
                } catch (Exception e) {
                  wrong.add(e);
                }
              });
      client.start();
      clients.add(client);
    }
    for (int swap = 0; swap < 20; swap++) {
      write("a.safetensors", 1 + swap % 2);
      // The same size twice, perhaps within the clock's grain: the file's identity tells.
      look();
    }
    over.set(true);
    for (Thread client : clients) {
      client.join();
    }
    assertEquals(List.of(), wrong);
  }
}
