package dev.polymath.models.choice;

import dev.polymath.BackendInfo;
import dev.polymath.models.choice.BackendChoice.Candidate;
import dev.polymath.models.choice.BackendChoice.Time;
import dev.polymath.models.internal.AtomicFile;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** A ranking in a file, with the key of the measurement it is from. */
final class ChoiceFile {

  /** Ours have two kilobytes. */
  private static final long LARGEST = 1 << 20;

  private static final int MOST_CANDIDATES = 1000;

  private ChoiceFile() {}

  /** The file of that key. */
  private static Path in(Path folder, String key) {
    return folder.resolve("backends-" + MeasurementKey.digest(key) + ".properties");
  }

  /** Nothing where the file is missing, damaged, or of another key. */
  static Optional<BackendChoice> read(Path folder, String key, BackendChoice.Workload work) {
    Path file = in(folder, key);
    Properties kept = new Properties();
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
        return Optional.empty();
      }
      try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        kept.load(reader);
      }
      if (!key.equals(kept.getProperty("key"))) {
        return Optional.empty();
      }
      int count = (int) number(kept, "candidates");
      if (count < 1 || count > MOST_CANDIDATES) {
        return Optional.empty();
      }
      List<Candidate> ranking = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ranking.add(candidate(kept, i + "."));
      }
      return ranking.get(0).time() == null
          ? Optional.empty()
          : Optional.of(new BackendChoice(work, key, ranking));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private static Candidate candidate(Properties kept, String prefix) {
    BackendInfo info = null;
    if (kept.containsKey(prefix + "runsOn")) {
      info =
          new BackendInfo(
              text(kept, prefix + "name"),
              text(kept, prefix + "version"),
              (int) number(kept, prefix + "threads"),
              text(kept, prefix + "runsOn"),
              Boolean.parseBoolean(text(kept, prefix + "allocationFree")));
    }
    Time time = null;
    if (kept.containsKey(prefix + "micros")) {
      time =
          new Time(
              number(kept, prefix + "micros"),
              number(kept, prefix + "fastest"),
              number(kept, prefix + "slowest"),
              number(kept, prefix + "ratio"),
              number(kept, prefix + "ratioLow"),
              number(kept, prefix + "ratioHigh"),
              (int) number(kept, prefix + "rounds"),
              Boolean.parseBoolean(text(kept, prefix + "tied")));
    }
    return new Candidate(
        text(kept, prefix + "name"),
        info,
        time,
        (int) number(kept, prefix + "checkedRows"),
        kept.getProperty(prefix + "problem"));
  }

  private static String text(Properties kept, String key) {
    String value = kept.getProperty(key);
    if (value == null) {
      throw new IllegalArgumentException(key + " is missing");
    }
    return value;
  }

  private static double number(Properties kept, String key) {
    double value = Double.parseDouble(text(kept, key));
    if (!Double.isFinite(value) || value < 0) {
      throw new IllegalArgumentException(key + " is " + value);
    }
    return value;
  }

  /** Writes the file whole; of several at once the last remains. */
  static Path write(Path folder, String key, List<Candidate> ranking) throws IOException {
    Properties keeping = new Properties();
    keeping.setProperty("key", key);
    keeping.setProperty("candidates", Integer.toString(ranking.size()));
    for (int i = 0; i < ranking.size(); i++) {
      put(keeping, i + ".", ranking.get(i));
    }
    StringWriter text = new StringWriter();
    keeping.store(text, "Times of backends, in microseconds per training step; may be deleted.");
    Files.createDirectories(folder);
    Path file = in(folder, key);
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
    AtomicFile.replace(
        file,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
    return file;
  }

  private static void put(Properties keeping, String prefix, Candidate candidate) {
    keeping.setProperty(prefix + "name", candidate.name());
    keeping.setProperty(prefix + "checkedRows", Integer.toString(candidate.checkedRows()));
    @Nullable String problem = candidate.problem();
    if (problem != null) {
      keeping.setProperty(prefix + "problem", problem);
    }
    @Nullable BackendInfo info = candidate.info();
    if (info != null) {
      keeping.setProperty(prefix + "version", info.version());
      keeping.setProperty(prefix + "runsOn", info.runsOn());
      keeping.setProperty(prefix + "threads", Integer.toString(info.threads()));
      keeping.setProperty(prefix + "allocationFree", Boolean.toString(info.allocationFree()));
    }
    @Nullable Time time = candidate.time();
    if (time != null) {
      keeping.setProperty(prefix + "micros", Double.toString(time.micros()));
      keeping.setProperty(prefix + "fastest", Double.toString(time.fastest()));
      keeping.setProperty(prefix + "slowest", Double.toString(time.slowest()));
      keeping.setProperty(prefix + "ratio", Double.toString(time.ratio()));
      keeping.setProperty(prefix + "ratioLow", Double.toString(time.ratioLow()));
      keeping.setProperty(prefix + "ratioHigh", Double.toString(time.ratioHigh()));
      keeping.setProperty(prefix + "rounds", Integer.toString(time.rounds()));
      keeping.setProperty(prefix + "tied", Boolean.toString(time.tied()));
    }
  }
}
