package dev.polymath.cli.command;

import dev.polymath.models.io.ModelDescription;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a model that was trained once more differs from the first.
 *
 * @param same whether all that predictions depend on has the same bits
 * @param lines for people
 */
record ReplayResult(boolean same, List<String> lines) {

  ReplayResult {
    lines = List.copyOf(lines);
  }

  static ReplayResult of(ModelFile first, ModelFile again) {
    List<String> circumstances = circumstances(first.description(), again.description());
    List<String> lines = new ArrayList<>();
    String fingerprint = first.fingerprint();
    boolean same = fingerprint.equals(again.fingerprint());
    if (same) {
      lines.add("same bits: fingerprint " + fingerprint);
      circumstances.forEach(line -> lines.add("           although " + line));
      return new ReplayResult(true, lines);
    }
    List<String> differences = new ArrayList<>(circumstances);
    differences.addAll(contents(first, again));
    String head = "differs: ";
    for (String difference : differences) {
      lines.add(head + difference);
      head = " ".repeat(head.length());
    }
    return new ReplayResult(false, lines);
  }

  /** What may make the bits differ, the most likely cause first. */
  private static List<String> circumstances(ModelDescription first, ModelDescription again) {
    Provenance then = first.provenance();
    Provenance now = again.provenance();
    List<String> found = new ArrayList<>();
    compare("the training data", then.dataSetFingerprint(), now.dataSetFingerprint(), found);
    compare("the version", then.library(), now.library(), found);
    compare(
        "the number of epochs",
        Integer.toString(then.epochs()),
        Integer.toString(now.epochs()),
        found);
    compare("the backend", then.backend(), now.backend(), found);
    if (Objects.equals(then.backend(), now.backend())) {
      compare("the backend's version", then.backendVersion(), now.backendVersion(), found);
    }
    for (Map.Entry<String, String> option : then.recipe().entrySet()) {
      String name = option.getKey();
      // Where the data are is no difference.
      if (!name.equals("command")) {
        String what = name.equals("java") ? "the JDK" : "the recipe's " + name;
        compare(what, option.getValue(), now.recipe().get(name), found);
      }
    }
    return found;
  }

  private static void compare(
      String what, @Nullable String then, @Nullable String now, List<String> found) {
    if (then != null && !then.equals(now)) {
      found.add(what + ": " + then + " then, " + (now == null ? "unknown" : now) + " now");
    }
  }

  private static List<String> contents(ModelFile first, ModelFile again) {
    List<String> found = new ArrayList<>();
    if (!first.description().layers().equals(again.description().layers())
        || first.description().members() != again.description().members()) {
      found.add("the network has other layers or members");
      return found;
    }
    int tensors = 0;
    for (Map.Entry<String, float[]> entry : first.parameters().entrySet()) {
      String text = numbers(entry.getKey(), entry.getValue(), again.parameter(entry.getKey()));
      if (text != null && tensors++ == 0) {
        found.add(text);
      }
    }
    if (tensors > 0) {
      found.add(
          String.format(
              Locale.ROOT,
              "%d of %d tensors are not the same",
              tensors,
              first.parameters().size()));
    } else {
      found.add("all weights are the same; the scaling, the encoder or the threshold is not");
    }
    return found;
  }

  private static @Nullable String numbers(String name, float[] first, float[] again) {
    int count = 0;
    double most = 0;
    for (int i = 0; i < first.length; i++) {
      if (Float.floatToIntBits(first[i]) != Float.floatToIntBits(again[i])) {
        count++;
        most = Math.max(most, Math.abs((double) first[i] - again[i]));
      }
    }
    return count == 0
        ? null
        : String.format(
            Locale.ROOT,
            "%s is the first tensor that is not the same: %d of %d numbers, by %.3g at most",
            name,
            count,
            first.length,
            most);
  }
}
