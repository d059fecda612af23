package dev.polymath.spark;

import dev.polymath.models.internal.Sha256;
import dev.polymath.models.io.TensorFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the state of a training in a folder of any Hadoop file system: one file for each training,
 * named after what its course depends on. A file is whole: it is written beside, and then renamed.
 */
final class Checkpoints {

  private static final String FORMAT = "polymath-spark-run";
  private static final String VERSION = "1";

  /** Within an epoch, states are kept so far apart. */
  private static final long PAUSE_NANOS = 30_000_000_000L;

  private final FileSystem files;
  private final Path file;
  private final String identity;
  private long last = System.nanoTime();

  /**
   * @param folder is made where there is none
   * @param identity all that the course of the training depends on
   */
  Checkpoints(String folder, String identity, Configuration hadoop) throws IOException {
    Path path = new Path(folder);
    this.files = path.getFileSystem(hadoop);
    this.identity = identity;
    this.file = new Path(path, "polymath-" + Sha256.hex(identity).substring(0, 16) + ".run");
    files.mkdirs(path);
  }

  /** Keeps the state, where an epoch has ended or the last was kept long ago. */
  void keep(SparkTraining.Progress progress, boolean epochEnded) throws IOException {
    if (!epochEnded && System.nanoTime() - last < PAUSE_NANOS) {
      return;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Map<String, String> strings = new LinkedHashMap<>();
    Map<String, float[]> tensors = new LinkedHashMap<>();
    strings.put("identity", identity);
    strings.put("round", Integer.toString(progress.round));
    strings.put("seen", Long.toString(progress.seen));
    strings.put("loss", Double.toString(progress.loss));
    strings.put("score", Double.toString(progress.score));
    strings.put("seconds", Double.toString(progress.seconds));
    strings.put("best", Integer.toString(progress.best));
    if (progress.ending != null) {
      strings.put("ending", progress.ending.name());
    }
    for (TrainingSummary.Epoch e : progress.epochs) {
      strings.put(
          "epoch." + e.epoch(),
          e.loss()
              + " "
              + e.score()
              + " "
              + e.validationLoss()
              + " "
              + e.validationScore()
              + " "
              + e.seconds());
    }
    put("state.", progress.state, strings, tensors);
    put("best.", progress.bestState, strings, tensors);
    new TensorFile(strings, tensors).write(bytes, FORMAT, VERSION);
    replace(bytes.toByteArray());
    last = System.nanoTime();
  }

  private static void put(
      String prefix,
      @Nullable TrainingState state,
      Map<String, String> strings,
      Map<String, float[]> tensors) {
    if (state == null) {
      return;
    }
    for (int i = 0; i < state.tensors().length; i++) {
      tensors.put(prefix + state.tensors()[i], state.values()[i]);
    }
    strings.put(prefix + "tensors", String.join("\n", state.tensors()));
    strings.put(prefix + "counters", String.join("\n", state.counters()));
    for (int i = 0; i < state.counters().length; i++) {
      strings.put(prefix + state.counters()[i], Double.toString(state.numbers()[i]));
    }
  }

  private void replace(byte[] content) throws IOException {
    Path beside = file.suffix(".new");
    try (OutputStream out = files.create(beside, true)) {
      out.write(content);
    }
    // Not all file systems replace a file by a rename. Where the driver ends in between, the one
    // that is beside is whole and is taken.
    if (files.exists(file)) {
      files.delete(file, false);
    }
    if (!files.rename(beside, file)) {
      throw new IOException("checkpoint: " + beside + " could not be renamed to " + file);
    }
  }

  /** Takes the kept state of this training, if there is one. */
  boolean restore(SparkTraining.Progress progress) throws IOException {
    for (Path path : List.of(file, file.suffix(".new"))) {
      if (files.exists(path)) {
        byte[] content;
        try (InputStream in = files.open(path)) {
          content = in.readAllBytes();
        }
        try {
          restore(TensorFile.read(path.toString(), content, FORMAT, VERSION), progress);
          return true;
        } catch (IOException | RuntimeException e) {
          if (path.equals(file)) {
            throw new IllegalArgumentException(
                "checkpoint "
                    + path
                    + ": can't be read; delete it to begin anew: "
                    + e.getMessage(),
                e);
          }
          return false; // What was cut off while it was written is no state.
        }
      }
    }
    return false;
  }

  private void restore(TensorFile kept, SparkTraining.Progress progress) {
    Map<String, String> strings = kept.strings();
    if (!identity.equals(strings.get("identity"))) {
      throw new IllegalArgumentException("it is of another training");
    }
    progress.round = Integer.parseInt(string(strings, "round"));
    progress.seen = Long.parseLong(string(strings, "seen"));
    progress.loss = Double.parseDouble(string(strings, "loss"));
    progress.score = Double.parseDouble(string(strings, "score"));
    progress.seconds = Double.parseDouble(string(strings, "seconds"));
    progress.best = Integer.parseInt(string(strings, "best"));
    String ending = strings.get("ending");
    progress.ending = ending == null ? null : TrainingSummary.Ending.valueOf(ending);
    for (int e = 1; strings.containsKey("epoch." + e); e++) {
      String[] f = string(strings, "epoch." + e).split(" ");
      progress.epochs.add(
          new TrainingSummary.Epoch(
              e,
              Double.parseDouble(f[0]),
              Double.parseDouble(f[1]),
              Double.parseDouble(f[2]),
              Double.parseDouble(f[3]),
              Double.parseDouble(f[4])));
    }
    progress.state = state("state.", strings, kept);
    progress.bestState = progress.best > 0 ? state("best.", strings, kept) : null;
  }

  private static TrainingState state(String prefix, Map<String, String> strings, TensorFile kept) {
    String[] names = names(string(strings, prefix + "tensors"));
    float[][] values = new float[names.length][];
    for (int i = 0; i < names.length; i++) {
      float[] found = kept.tensors().get(prefix + names[i]);
      if (found == null) {
        throw new IllegalArgumentException("expected the tensor " + prefix + names[i]);
      }
      values[i] = found;
    }
    String[] counters = names(string(strings, prefix + "counters"));
    double[] numbers = new double[counters.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Double.parseDouble(string(strings, prefix + counters[i]));
    }
    return new TrainingState(names, values, counters, numbers);
  }

  private static String[] names(String text) {
    return text.isEmpty() ? new String[0] : text.split("\n");
  }

  private static String string(Map<String, String> strings, String name) {
    String value = strings.get(name);
    if (value == null) {
      throw new IllegalArgumentException("expected " + name + ", found none");
    }
    return value;
  }
}
