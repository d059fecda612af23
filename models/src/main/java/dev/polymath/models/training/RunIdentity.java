package dev.polymath.models.training;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.internal.Sha256;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.Network;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a run's bits depend on. Only where all of it is the same does a run go on from what was kept
 * of another; epochs may be added where the schedule does not mind.
 *
 * @param values by name, in the order in which differences are looked for
 */
record RunIdentity(Map<String, String> values) {

  private static final String RECIPE = "recipe.";
  private static final String EPOCHS = RECIPE + "epochs";

  /** The names that a file has, and how messages call what they name. */
  private static final Map<String, String> NAMES =
      Map.of(
          "layers", "the network",
          "members", "members",
          "data", "the training data",
          "validation", "the validation data",
          "start", "the first parameters, or the scaling");

  RunIdentity {
    values = new LinkedHashMap<>(values);
  }

  /**
   * @param members the networks, their parameters those that the run starts from
   * @param options decided for the data
   * @param held validation examples of their own
   */
  static RunIdentity of(
      List<Network> members,
      TrainingOptions options,
      DataSet data,
      @Nullable DataSet held,
      InputScaling scaling,
      ModelOutput output) {
    Map<String, String> values = new LinkedHashMap<>();
    // The data first: a table's decide on the width of the network and much of the recipe.
    values.put("data", data.fingerprint());
    values.put("validation", held == null ? "none" : held.fingerprint());
    values.put(
        "layers",
        members.get(0).specs().stream().map(LayerSpec::toString).collect(Collectors.joining(", ")));
    values.put("members", Integer.toString(members.size()));
    options.toMap().forEach((name, value) -> values.put(RECIPE + name, value));
    values.put("start", start(members, scaling, output));
    return new RunIdentity(values);
  }

  private static String start(List<Network> members, InputScaling scaling, ModelOutput output) {
    MessageDigest sha = Sha256.digest();
    for (Network member : members) {
      member.read().values().forEach(values -> digest(sha, values));
    }
    digest(sha, scaling.shift());
    digest(sha, scaling.scale());
    sha.update(output.toString().getBytes(StandardCharsets.UTF_8));
    return Sha256.hex(sha);
  }

  private static void digest(MessageDigest sha, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.min(values.length, 4096) * Float.BYTES);
    for (float value : values) {
      if (!bytes.hasRemaining()) {
        sha.update(bytes.flip());
        bytes.clear();
      }
      bytes.putFloat(value);
    }
    sha.update(bytes.flip());
  }

  /** What a file's strings say, those that belong to no member. */
  static RunIdentity kept(Map<String, String> strings) {
    Map<String, String> values = new LinkedHashMap<>();
    strings.forEach(
        (name, value) -> {
          if (NAMES.containsKey(name) || name.startsWith(RECIPE)) {
            values.put(name, value);
          }
        });
    return new RunIdentity(values);
  }

  int epochs() {
    try {
      return Integer.parseInt(values.getOrDefault(EPOCHS, ""));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("epochs: expected a number, found none", e);
    }
  }

  /**
   * @param kept of the run that is to go on
   * @throws IllegalArgumentException if something but the number of epochs differs; the message
   *     names it and both values
   */
  void requireSame(RunIdentity kept) {
    TreeSet<String> others = new TreeSet<>(kept.values.keySet());
    values.keySet().forEach(others::remove);
    for (String name : values.keySet()) {
      require(name, kept);
    }
    for (String name : others) {
      require(name, kept);
    }
  }

  private void require(String name, RunIdentity kept) {
    String now = values.get(name);
    String then = kept.values.get(name);
    if (name.equals(EPOCHS) || Objects.equals(now, then)) {
      return;
    }
    String called = NAMES.getOrDefault(name, name.replaceFirst("^recipe\\.", ""));
    boolean digests = name.equals("data") || name.equals("validation") || name.equals("start");
    throw new IllegalArgumentException(
        digests
            ? called + ": expected those that the run was begun with, found others"
            : called + ": the run was begun with " + text(then) + ", found " + text(now));
  }

  private static String text(@Nullable String value) {
    return value == null ? "none" : value;
  }

  /**
   * Requires that the run so far is what it would have been with the epochs that are asked for now.
   *
   * @param state of the run that is to go on
   */
  void requireSameSchedule(RunState state, TrainingOptions options, int stepsPerEpoch) {
    int then = epochs();
    int now = options.epochs();
    long steps = state.integer("step");
    if (then == now) {
      return;
    }
    if (steps > (long) stepsPerEpoch * now) {
      throw new IllegalArgumentException(
          "epochs: the run is in epoch " + state.string("epoch") + ", found " + now);
    }
    for (long step = 0; step < steps; step++) {
      if (options.schedule().factor(step, stepsPerEpoch, then)
          != options.schedule().factor(step, stepsPerEpoch, now)) {
        throw new IllegalArgumentException(
            "epochs: the run was begun with "
                + then
                + ", found "
                + now
                + ": the schedule "
                + options.schedule()
                + " would have had other rates so far");
      }
    }
  }
}
