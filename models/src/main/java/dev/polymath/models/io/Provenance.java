package dev.polymath.models.io;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the weights of a model came about. Whatever is not known is null. There is no date in it: the
 * same training gives the same file. Immutable.
 *
 * @param library the version of this library
 * @param backend the name of the backend that trained, such as {@code arrays-vector}
 * @param backendVersion its version
 * @param initialization how the first weights were drawn
 * @param seed of the first weights; that of the training is part of the recipe
 * @param dataSet the name of the training data
 * @param dataSetFingerprint of the training data: {@link
 *     dev.polymath.models.data.DataSet#fingerprint()}
 * @param epochs how often the training data were seen, at least 0
 * @param validationAccuracy after training, on examples held out, from 0 to 1
 * @param testAccuracy after training, from 0 to 1
 * @param validationRmse of numeric targets, after training, on examples held out: as {@link
 *     dev.polymath.models.training.TrainingHistory.Epoch#validationRmse()}, at least 0
 * @param testRmse of numeric targets, after training: that of a single target, in its unit
 * @param recipe the options of the training by name, in order; empty if there was none
 */
public record Provenance(
    @Nullable String library,
    @Nullable String backend,
    @Nullable String backendVersion,
    @Nullable String initialization,
    @Nullable Long seed,
    @Nullable String dataSet,
    @Nullable String dataSetFingerprint,
    int epochs,
    @Nullable Double validationAccuracy,
    @Nullable Double testAccuracy,
    @Nullable Double validationRmse,
    @Nullable Double testRmse,
    Map<String, String> recipe) {

  /** Nothing is known. */
  public static final Provenance UNKNOWN =
      new Provenance(null, null, null, null, null, null, null, 0, null, null, null, null, Map.of());

  public Provenance {
    recipe = Collections.unmodifiableMap(new LinkedHashMap<>(recipe));
    plain("library", library);
    plain("backend", backend);
    plain("backendVersion", backendVersion);
    plain("initialization", initialization);
    plain("dataSet", dataSet);
    plain("dataSetFingerprint", dataSetFingerprint);
    recipe.forEach(
        (name, value) -> {
          ModelDescription.requirePlain("provenance: recipe", name);
          ModelDescription.requirePlain("provenance: recipe: " + name, value);
        });
    if (epochs < 0) {
      throw new IllegalArgumentException(
          "provenance: epochs: expected at least 0, found " + epochs);
    }
    accuracy("validationAccuracy", validationAccuracy);
    accuracy("testAccuracy", testAccuracy);
    error("validationRmse", validationRmse);
    error("testRmse", testRmse);
  }

  /** With the first weights. */
  public Provenance withWeights(String initialization, long seed) {
    return new Provenance(
        library,
        backend,
        backendVersion,
        initialization,
        seed,
        dataSet,
        dataSetFingerprint,
        epochs,
        validationAccuracy,
        testAccuracy,
        validationRmse,
        testRmse,
        recipe);
  }

  /** With the software that trained. */
  public Provenance withSoftware(
      @Nullable String library, @Nullable String backend, @Nullable String backendVersion) {
    return new Provenance(
        library,
        backend,
        backendVersion,
        initialization,
        seed,
        dataSet,
        dataSetFingerprint,
        epochs,
        validationAccuracy,
        testAccuracy,
        validationRmse,
        testRmse,
        recipe);
  }

  /** With the training data. */
  public Provenance withDataSet(@Nullable String name, @Nullable String fingerprint) {
    return new Provenance(
        library,
        backend,
        backendVersion,
        initialization,
        seed,
        name,
        fingerprint,
        epochs,
        validationAccuracy,
        testAccuracy,
        validationRmse,
        testRmse,
        recipe);
  }

  /** With a training run; the accuracies of an earlier one are no longer true and go. */
  public Provenance withTraining(int epochs, Map<String, String> recipe) {
    return new Provenance(
        library,
        backend,
        backendVersion,
        initialization,
        seed,
        dataSet,
        dataSetFingerprint,
        epochs,
        null,
        null,
        null,
        null,
        recipe);
  }

  /** With one more entry of the recipe, or another value of it. */
  public Provenance withRecipe(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(recipe);
    more.put(name, value);
    return new Provenance(
        library,
        backend,
        backendVersion,
        initialization,
        seed,
        dataSet,
        dataSetFingerprint,
        epochs,
        validationAccuracy,
        testAccuracy,
        validationRmse,
        testRmse,
        more);
  }

  /** With an accuracy on the examples held out. */
  public Provenance withValidationAccuracy(double accuracy) {
    return new Provenance(
        library,
        backend,
        backendVersion,
        initialization,
        seed,
        dataSet,
        dataSetFingerprint,
        epochs,
        accuracy,
        testAccuracy,
        validationRmse,
        testRmse,
        recipe);
  }

  /** With an accuracy on the test data. */
  public Provenance withTestAccuracy(double accuracy) {
    return new Provenance(
        library,
        backend,
        backendVersion,
        initialization,
        seed,
        dataSet,
        dataSetFingerprint,
        epochs,
        validationAccuracy,
        accuracy,
        validationRmse,
        testRmse,
        recipe);
  }

  /**
   * With the errors on numeric targets, of the examples held out and of the test; null: unknown.
   */
  public Provenance withRmse(@Nullable Double validation, @Nullable Double test) {
    return new Provenance(
        library,
        backend,
        backendVersion,
        initialization,
        seed,
        dataSet,
        dataSetFingerprint,
        epochs,
        validationAccuracy,
        testAccuracy,
        validation,
        test,
        recipe);
  }

  private static void plain(String name, @Nullable String value) {
    if (value != null) {
      ModelDescription.requirePlain("provenance: " + name, value);
    }
  }

  private static void accuracy(String name, @Nullable Double value) {
    if (value != null && !(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          "provenance: " + name + ": expected 0 to 1, found " + value);
    }
  }

  private static void error(String name, @Nullable Double value) {
    if (value != null && !(value >= 0 && value <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "provenance: " + name + ": expected at least 0, found " + value);
    }
  }
}
