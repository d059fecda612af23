package dev.polymath.models.training;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.io.ModelFormatException;
import dev.polymath.models.io.TensorFile;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A listener that keeps a run in a file, from which it goes on after whatever ended it:
 *
 * <pre>{@code
 * model.fit(data, options.listener(Checkpoint.to(file)));
 * // later, with a new model of the same builder, the same data and the same options:
 * model.fit(data, options.listener(Checkpoint.resume(file)));
 * }</pre>
 *
 * <p>A single network goes on with {@link Trainer#resume}.
 *
 * <p>On the same backend, the run ends in the same bits as one that was never interrupted. The file
 * has the parameters, the memory of the optimizer, the averages, the best epoch, the history, all
 * of each member, and what the run was begun with: the recipe, and fingerprints of the data and the
 * first parameters. It is replaced whole or not at all: whenever the process ends, the file is the
 * old one or the new one.
 *
 * <p>A file that can't be written does not end the run: the next time it is tried again. {@link
 * #failure()} says how the last try went.
 *
 * <p>Keeping a run needs memory for a copy of all that is kept, and the time to write it. Between
 * two writes a step allocates nothing more than without.
 */
public final class Checkpoint implements TrainingListener {

  static final String FORMAT = "polymath checkpoint";
  static final String VERSION = "1";

  private final Path file;
  private final Duration every;
  private final @Nullable Path from;
  private final @Nullable TensorFile kept;
  private final Consumer<IOException> complaints;
  private volatile @Nullable IOException failure;

  private Checkpoint(
      Path file,
      Duration every,
      @Nullable Path from,
      @Nullable TensorFile kept,
      Consumer<IOException> complaints) {
    this.file = Objects.requireNonNull(file, "file");
    this.every = every;
    this.from = from;
    this.kept = kept;
    this.complaints = complaints;
  }

  /** Keeps a new run in a file, which is replaced after each epoch. */
  public static Checkpoint to(Path file) {
    return new Checkpoint(file, Duration.ZERO, null, null, failure -> {});
  }

  /**
   * Goes on with the run that a file has, and keeps it in the same file after each epoch. A fit
   * with it is refused with an {@link IllegalArgumentException} that names the difference if the
   * recipe, the data, the network or its first parameters differ from those that the run was begun
   * with. More epochs are allowed if the schedule would have had the same rates so far. A run that
   * was complete is so at once.
   *
   * @throws ModelFormatException if it is no checkpoint, or damaged
   */
  public static Checkpoint resume(Path file) throws IOException {
    return new Checkpoint(file, Duration.ZERO, file, read(file), failure -> {});
  }

  private static TensorFile read(Path file) throws IOException {
    return TensorFile.read(file, FORMAT, VERSION);
  }

  /** The same, kept in another file. */
  public Checkpoint in(Path file) {
    return new Checkpoint(file, every, from, kept, complaints);
  }

  /**
   * The same, kept by the clock: after the first step at which so much time has passed since the
   * last time, and at the end.
   *
   * @param time above 0; each of several members that are trained at once counts its own
   */
  public Checkpoint every(Duration time) {
    if (time.isZero() || time.isNegative()) {
      throw new IllegalArgumentException("every: expected more than 0 seconds, found " + time);
    }
    return new Checkpoint(file, time, from, kept, complaints);
  }

  /** The same, and {@code complaints} hears of each try that failed, on the thread that trains. */
  public Checkpoint onFailure(Consumer<IOException> complaints) {
    return new Checkpoint(file, every, from, kept, Objects.requireNonNull(complaints));
  }

  /** Where the run is kept. */
  public Path file() {
    return file;
  }

  /** Why the last try to write failed; empty if it went well, or none was made yet. */
  public Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * How far the run in a file is.
   *
   * @param members how many networks it trains
   * @param complete how many of them are trained to the end
   * @param epoch in which the first is that is not, or the last epoch of all
   * @param epochs of the whole run
   */
  public record Progress(int members, int complete, int epoch, int epochs) {

    /** Whether nothing is left to train. */
    public boolean isComplete() {
      return complete == members;
    }
  }

  /**
   * How far the run in a file is.
   *
   * @throws ModelFormatException if it is no checkpoint, or damaged
   */
  public static Progress progress(Path file) throws IOException {
    TensorFile kept = read(file);
    try {
      RunIdentity begun = RunIdentity.kept(kept.strings());
      int members = Integer.parseInt(kept.strings().getOrDefault("members", "1"));
      int complete = 0;
      int epoch = 0;
      int last = 0;
      for (Map.Entry<Integer, RunState> member : RunFile.members(kept).entrySet()) {
        int own = member.getValue().small("epoch");
        last = Math.max(last, own);
        if (member.getValue().has("ending")) {
          complete++;
        } else if (epoch == 0) {
          epoch = own;
        }
      }
      return new Progress(members, complete, epoch == 0 ? last : epoch, begun.epochs());
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(file.toString(), "" + e.getMessage());
    }
  }

  @Override
  public void epoch(TrainingHistory.Epoch result) {}

  void written() {
    failure = null;
  }

  void failed(IOException failure) {
    this.failure = failure;
    complaints.accept(failure);
  }

  /** A run that is kept, of one network or several. */
  public static final class Run {

    private final RunFile file;
    private final long everyNanos;
    private final TrainingOptions options;

    private Run(RunFile file, long everyNanos, TrainingOptions options) {
      this.file = file;
      this.everyNanos = everyNanos;
      this.options = options;
    }

    /**
     * What a {@link Trainer} of one member listens with; it comes before a checkpoint among its
     * listeners.
     *
     * @param member from 0
     */
    public TrainingListener member(int member) {
      return keeper(member);
    }

    /** How many seconds the run had taken before it went on from a file. */
    public double secondsBefore() {
      return file.secondsBefore();
    }

    RunKeeper keeper(int member) {
      return new RunKeeper(file, member, everyNanos, options);
    }
  }

  /**
   * Starts to keep a run of several networks as one, or goes on with it: for whoever makes a
   * trainer of each.
   *
   * @param members the networks, their parameters those that the run starts from
   * @param options of all of them; a checkpoint is looked for among the listeners
   * @param data as it was given, before anything is held out of it
   * @param held validation examples of their own; null where the options decide what is held out
   * @return null where no checkpoint listens
   * @throws IllegalArgumentException if it can't go on, as {@link #resume} says; if several
   *     checkpoints listen
   */
  public static @Nullable Run start(
      List<Network> members,
      TrainingOptions options,
      DataSet data,
      @Nullable DataSet held,
      InputScaling scaling,
      ModelOutput output) {
    List<Checkpoint> listening =
        options.listeners().stream()
            .filter(Checkpoint.class::isInstance)
            .map(Checkpoint.class::cast)
            .toList();
    if (listening.isEmpty()) {
      return null;
    }
    if (listening.size() > 1) {
      throw new IllegalArgumentException(
          "listeners: expected one checkpoint at most, found " + listening);
    }
    Checkpoint checkpoint = listening.get(0);
    TrainingOptions decided = options.decidedFor(data);
    RunIdentity now = RunIdentity.of(members, decided, data, held, scaling, output);
    try {
      RunFile file = new RunFile(checkpoint, now, checkpoint.kept);
      return new Run(file, checkpoint.every.toNanos(), decided);
    } catch (IllegalArgumentException e) {
      throw checkpoint.refusal(e);
    }
  }

  IllegalArgumentException refusal(IllegalArgumentException why) {
    return new IllegalArgumentException("resume " + from + ": " + why.getMessage(), why);
  }

  /** The file, and how often it is written. */
  @Override
  public String toString() {
    return "Checkpoint[" + file + ", " + (every.isZero() ? "each epoch" : "every " + every) + "]";
  }
}
