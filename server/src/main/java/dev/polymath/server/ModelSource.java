package dev.polymath.server;

import dev.polymath.Backend;
import dev.polymath.cli.command.SavedModel;
import dev.polymath.cli.terminal.ErrorText;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.internal.Sha256;
import dev.polymath.models.io.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The models of a file or of a folder, and how they change. A changed file is read beside the model
 * that is served, checked, warmed and put in its place; one that is broken changes nothing.
 */
final class ModelSource implements Runnable {

  private static final String ENDING = ".safetensors";

  /** Before the server is ready, its own requests warm the models. */
  private static final int FIRST_PASSES = 4;

  private static final int WARM_PASSES = 200;

  private final Path path;
  private final Supplier<PredictionServer> server;
  private final Function<ModelFile, Backend> backends;
  private final Consumer<String> messages;
  private final long pause;
  private final Map<String, Seen> served = new HashMap<>();
  private final Map<String, Seen> last = new HashMap<>();

  /** What tells a changed file: neither the time nor the size alone does. */
  private record Seen(long time, long size, @Nullable Object key) {
    static Seen of(Path file) throws IOException {
      BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
      return new Seen(a.lastModifiedTime().toMillis(), a.size(), a.fileKey());
    }
  }

  /**
   * @param path a model file, or a folder of them
   * @param server takes the models; asked for when there is one
   * @param backends opens a session for a model
   * @param messages gets a sentence on each change
   * @param pause milliseconds between two looks
   */
  ModelSource(
      Path path,
      Supplier<PredictionServer> server,
      Function<ModelFile, Backend> backends,
      Consumer<String> messages,
      long pause) {
    this.path = path;
    this.server = server;
    this.backends = backends;
    this.messages = messages;
    this.pause = pause;
  }

  /**
   * Reads all models for the first time.
   *
   * @throws IOException if there is none, or one is broken
   */
  void load() throws IOException {
    Map<String, Path> files = files();
    if (files.isEmpty()) {
      throw new IOException(path + ": has no model, expected a file NAME" + ENDING);
    }
    for (Map.Entry<String, Path> entry : files.entrySet()) {
      Seen seen = Seen.of(entry.getValue());
      read(entry.getKey(), entry.getValue(), FIRST_PASSES);
      served.put(entry.getKey(), seen);
      last.put(entry.getKey(), seen);
    }
  }

  private Map<String, Path> files() throws IOException {
    Map<String, Path> files = new TreeMap<>();
    if (!Files.isDirectory(path)) {
      files.put(name(path), path);
      return files;
    }
    try (Stream<Path> all = Files.list(path)) {
      for (Path file : all.filter(p -> p.toString().endsWith(ENDING)).toList()) {
        if (Files.isRegularFile(file)) {
          files.put(name(file), file);
        }
      }
    }
    return files;
  }

  /** The file's name without its ending; what is no good name of a model becomes a dash. */
  static String name(Path file) {
    String name = file.getFileName().toString();
    name = name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
    name = name.replaceAll("[^A-Za-z0-9._ -]", "-").replaceAll("^[^A-Za-z0-9]+", "");
    return name.isEmpty() ? "model" : name.substring(0, Math.min(100, name.length()));
  }

  /** Looks for changes until it is interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        Thread.sleep(pause);
        look();
      }
    } catch (InterruptedException e) {
      // The server stops.
    }
  }

  /** Looks for changes once. */
  void look() {
    Map<String, Path> files;
    try {
      files = files();
    } catch (IOException e) {
      return;
    }
    Set<String> gone = new HashSet<>(served.keySet());
    for (Map.Entry<String, Path> entry : files.entrySet()) {
      try {
        Seen now = Seen.of(entry.getValue());
        gone.remove(entry.getKey());
        Seen before = last.put(entry.getKey(), now);
        // A file that is still being written changes from one look to the next.
        if (now.equals(before) && !now.equals(served.get(entry.getKey()))) {
          served.put(entry.getKey(), now);
          change(entry.getKey(), entry.getValue());
        }
      } catch (IOException e) {
        // It is being replaced, or was taken away: the next look tells.
      }
    }
    if (Files.isDirectory(path)) {
      for (String name : gone) {
        served.remove(name);
        last.remove(name);
        server.get().models().remove(name);
        messages.accept(name + ": its file is gone, it is served no longer");
      }
    }
  }

  private void change(String name, Path file) {
    try {
      String version = read(name, file, WARM_PASSES);
      messages.accept(name + ": serves version " + version + " from now on");
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      messages.accept(name + ": " + ErrorText.sentence(e) + "; the model before is served on");
    }
  }

  private String read(String name, Path file, int passes) throws IOException {
    ModelFile content = SavedModel.read(file);
    String version = version(file);
    Backend backend = backends.apply(content);
    try {
      Model model = Model.of(content, backend);
      check(file, model, passes);
      server.get().serve(name, version, model, backend::close);
      return version;
    } catch (RuntimeException | IOException | Error e) {
      backend.close();
      throw e;
    }
  }

  private static String version(Path file) throws IOException {
    MessageDigest digest = Sha256.digest();
    digest.update(Files.readAllBytes(file));
    return Sha256.hex(digest).substring(0, 12);
  }

  /** Runs the model, so that it is known to work and its code is compiled. */
  private static void check(Path file, Model model, int passes) throws IOException {
    Coalescer.Outputs outputs = new Coalescer.Outputs(model, 2);
    try {
      for (int i = 0; i < passes; i++) {
        int rows = 1 + i % 2;
        float[] features = new float[rows * model.inputs()];
        if (model instanceof Classifier classifier) {
          classifier.predictProbabilities(features, rows, outputs.probabilities);
        } else if (model instanceof Regressor regressor) {
          regressor.predict(features, rows, outputs.numbers);
        } else if (model instanceof MultiLabelClassifier labels) {
          labels.predictProbabilities(features, rows, outputs.probabilities);
        }
      }
    } catch (ArithmeticException e) {
      throw new IOException(file + ": does not compute: " + e.getMessage(), e);
    }
  }

  /** The names of the models that are served. */
  List<String> names() {
    return server.get().models().all().stream().map(ServedModel::name).toList();
  }
}
