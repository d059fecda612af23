package dev.polymath.cli.command;

import dev.polymath.cli.files.FileErrors;
import dev.polymath.cli.files.OutputFiles;
import dev.polymath.cli.terminal.ErrorText;
import dev.polymath.cli.terminal.Heading;
import dev.polymath.models.training.Checkpoint;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Where a run is kept while it goes, and which run goes on. */
@Heading("Checkpoint options:")
final class CheckpointOptions {

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description = "Keeps the run in a file as it goes, from which --resume goes on.")
  private @Nullable Path file;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      converter = Interval.class,
      description =
          "How often: epoch, or a time such as 30s, 10m or 1h. A long training loses at most that."
              + " Default: epoch.")
  private @Nullable Duration every;

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      description =
          "Goes on with the run in a checkpoint and ends in the same bits as if it had never stopped."
              + " Takes the data and options that it was begun with. Keeps the run in the same file.")
  private @Nullable Path from;

  private @Nullable Checkpoint checkpoint;
  private String complained = "";

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  CheckpointOptions() {}

  boolean resuming() {
    return from != null;
  }

  /** Where the run is kept; null where it is not. */
  @Nullable Path file() {
    return file == null ? from : file;
  }

  /** Adds what is read and written. */
  OutputFiles addTo(OutputFiles files) {
    if (from != null && file != null && !file.equals(from)) {
      files.reads("--resume", from.toString());
    }
    return files.replaces(file == null ? "--resume" : "--checkpoint", file());
  }

  /** Finds mistakes, and reads the run that is to go on: before the data, which may take long. */
  void check() throws IOException {
    if (every != null && file() == null) {
      throw new ParameterException(
          spec.commandLine(), "--every: expected --checkpoint FILE, or --resume FILE");
    }
    if (file != null && !file.equals(from)) {
      requireNothingLost(file);
    }
    if (from != null) {
      checkpoint = FileErrors.named(from.toString(), () -> Checkpoint.resume(from));
    } else if (file != null) {
      checkpoint = Checkpoint.to(file);
    }
  }

  /** A checkpoint replaces one of a run that has ended, and no other file. */
  private void requireNothingLost(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    Checkpoint.Progress there;
    try {
      there = Checkpoint.progress(file);
    } catch (IOException e) {
      throw new IOException(
          "--checkpoint "
              + file
              + ": expected a checkpoint or no file, found another; it is not replaced",
          e);
    }
    if (!there.isComplete()) {
      throw new IOException(
          "--checkpoint "
              + file
              + ": has a run that stopped in epoch "
              + there.epoch()
              + " of "
              + there.epochs()
              + ": --resume "
              + file
              + " goes on with it; without that file a new one can begin");
    }
  }

  /**
   * Lets the run be kept.
   *
   * @param complaints gets a sentence where it can't be
   */
  TrainingOptions addTo(TrainingOptions options, Consumer<String> complaints) {
    if (checkpoint == null) {
      return options;
    }
    Checkpoint kept = checkpoint.onFailure(failure -> complain(failure, complaints));
    if (every != null && !every.isZero()) {
      kept = kept.every(every);
    }
    if (file != null) {
      kept = kept.in(file);
    }
    checkpoint = kept;
    return options.listener(kept);
  }

  private synchronized void complain(IOException failure, Consumer<String> complaints) {
    String sentence = ErrorText.sentence(failure);
    if (!sentence.equals(complained)) {
      complained = sentence;
      complaints.accept(
          "the checkpoint can't be written: "
              + sentence
              + "; the run goes on, and the next time it is tried again");
    }
  }

  /** Whether the run is in its file as far as it went. */
  boolean kept() {
    return checkpoint != null
        && checkpoint.failure().isEmpty()
        && Files.isRegularFile(checkpoint.file());
  }

  /** Whether a run was to be kept, and the last try failed. */
  boolean failed() {
    return checkpoint != null && checkpoint.failure().isPresent();
  }
}
