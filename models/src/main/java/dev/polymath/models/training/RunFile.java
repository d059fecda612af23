package dev.polymath.models.training;

import dev.polymath.models.io.TensorFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file of one run while it goes: the last that was kept of each member. Members that are
 * trained on several threads keep themselves one after another; each is whole, and none depends on
 * how far another is.
 */
final class RunFile {

  private static final String SECONDS = "seconds";
  private static final Pattern MEMBER =
      Pattern.compile("member\\.(\\d{1,4})\\.(.+)", Pattern.DOTALL);

  private final Checkpoint checkpoint;
  private final RunIdentity identity;
  private final RunIdentity begun;
  private final Map<Integer, RunState> members;
  private final double secondsBefore;
  private final long start = System.nanoTime();

  /**
   * @param identity of the run that begins now
   * @param kept the file that it goes on from; null where it begins
   * @throws IllegalArgumentException if the file is of another run
   */
  RunFile(Checkpoint checkpoint, RunIdentity identity, @Nullable TensorFile kept) {
    this.checkpoint = checkpoint;
    this.identity = identity;
    if (kept == null) {
      begun = identity;
      members = new TreeMap<>();
      secondsBefore = 0;
    } else {
      begun = RunIdentity.kept(kept.strings());
      identity.requireSame(begun);
      members = members(kept);
      secondsBefore = Double.parseDouble(kept.strings().getOrDefault(SECONDS, "0"));
    }
  }

  /** How long the run had taken when it was kept last, before it went on. */
  double secondsBefore() {
    return secondsBefore;
  }

  /** What a file has of each member, by its number. */
  static Map<Integer, RunState> members(TensorFile kept) {
    Map<Integer, RunState> members = new TreeMap<>();
    kept.strings()
        .forEach(
            (name, value) -> {
              Matcher own = MEMBER.matcher(name);
              if (own.matches()) {
                of(members, own).put(own.group(2), value);
              }
            });
    kept.tensors()
        .forEach(
            (name, values) -> {
              Matcher own = MEMBER.matcher(name);
              if (own.matches()) {
                of(members, own).put(own.group(2), values);
              }
            });
    return members;
  }

  private static RunState of(Map<Integer, RunState> members, Matcher own) {
    return members.computeIfAbsent(Integer.parseInt(own.group(1)), m -> new RunState());
  }

  /** Where a member goes on; null where it begins. */
  synchronized @Nullable RunState resumed(int member) {
    return members.get(member);
  }

  /** What the run that goes on was begun with. */
  RunIdentity begun() {
    return begun;
  }

  /** The same with the name of the file that the run goes on from. */
  IllegalArgumentException refusal(IllegalArgumentException why) {
    return checkpoint.refusal(why);
  }

  /** Writes the file with this state of a member. Where that fails, the run goes on. */
  synchronized void keep(int member, RunState state) {
    members.put(member, state);
    // A channel gives up on a thread that is interrupted; a training does not.
    boolean interrupted = Thread.interrupted();
    try {
      content().write(checkpoint.file(), Checkpoint.FORMAT, Checkpoint.VERSION);
      checkpoint.written();
    } catch (IOException e) {
      checkpoint.failed(e);
    } catch (RuntimeException | OutOfMemoryError e) {
      checkpoint.failed(new IOException(checkpoint.file() + ": " + e.getMessage(), e));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private TensorFile content() {
    Map<String, String> strings = new LinkedHashMap<>(identity.values());
    strings.put(SECONDS, Double.toString(secondsBefore + (System.nanoTime() - start) * 1e-9));
    Map<String, float[]> tensors = new LinkedHashMap<>();
    members.forEach(
        (member, state) -> {
          String prefix = "member." + member + ".";
          state.strings().forEach((name, value) -> strings.put(prefix + name, value));
          state.tensors().forEach((name, values) -> tensors.put(prefix + name, values));
        });
    return new TensorFile(strings, tensors);
  }
}
