package dev.polymath.cli.data;

import dev.polymath.cli.data.DataSource.Examples;
import dev.polymath.cli.files.CacheFolder;
import dev.polymath.cli.terminal.Heading;
import dev.polymath.models.Classifier;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.Mnist;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.io.Provenance;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that name a data set, and say how it is read and cut. */
@Heading("Data options:")
public final class DataChoice {

  /** One data set for every run: the seed of a run must not change what it is judged on. */
  private static final long DIGITS_SEED = 1;

  private static final long SPLIT_SEED = 1;
  private static final double TEST_PART = 0.2;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "digits|mnist|FILE|FOLDER",
      defaultValue = "digits",
      description = {
        "digits: 12,000 handwriting-like digits that are drawn on the spot (the default).",
        "mnist: MNIST's 70,000 digits, fetched once (11 MB, 55 unpacked) into the cache folder:"
            + " POLYMATH_HOME, or polymath in XDG_CACHE_HOME or ~/.cache.",
        "FILE: a CSV file, an example a line, gzipped or plain.",
        "FOLDER: a folder of pictures for each class, named after it, or two such folders named"
            + " train and test; or MNIST's four files, gzipped or plain, under their usual names;"
            + " ./mnist for a folder of that name."
      })
  private String source = "digits";

  @Mixin private CsvOptions csv;

  @Option(
      names = "--image",
      paramLabel = "HxW",
      converter = ImageSizeName.class,
      description =
          "CSV: the features are an image's pixels, row by row: 28x28. They are then scaled"
              + " together, and shifted in training.")
  private @Nullable ImageSize image;

  @Option(
      names = "--pictures",
      paramLabel = "FORM",
      converter = PictureForm.Name.class,
      completionCandidates = PictureForm.Name.class,
      description =
          PictureForm.DESCRIPTION + " Default: mnist where all classes are digits, else as-is.")
  private @Nullable PictureForm pictures;

  @Option(
      names = "--test",
      paramLabel = "PART|FILE",
      description =
          "Data without a test part of its own: the part of each class that is kept for the test,"
              + " 0.2 if not said; or a CSV file or folder of test examples.")
  private @Nullable String test;

  @Option(
      names = "--split-seed",
      paramLabel = "N",
      description = "Which examples are kept for the test. Default: 1.")
  private @Nullable Long splitSeed;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  DataChoice() {}

  /** The form of the pictures that {@link #load} has read; null for other data. */
  private @Nullable PictureForm form;

  /** The label's column of the table that {@link #load} has read; null for other data. */
  private @Nullable String labelColumn;

  /** What a model is judged on, and in words which part of the data that is. */
  public record Judged(DataSet examples, String part) {}

  public String name() {
    return isDrawnOrFetched() ? source : Path.of(source).toAbsolutePath().normalize().toString();
  }

  private boolean isDrawnOrFetched() {
    return source.equals("digits") || source.equals("mnist");
  }

  /**
   * Draws, fetches or reads the examples to train on and to test with.
   *
   * @param print gets the progress of a download
   */
  public TrainTest load(PrintWriter print) throws IOException {
    Examples examples = read(new DataSource(csv.layout(), image, pictures), print);
    form = examples.form();
    if (!isDrawnOrFetched() && Files.isRegularFile(Path.of(source))) {
      labelColumn = Csv.labelColumn(Path.of(source), csv.layout());
    }
    if (examples.all().classes() < 2) {
      throw new IOException(
          name()
              + ": expected at least 2 classes, found only "
              + examples.all().classNames()
              + (Files.isRegularFile(Path.of(source)) ? "; --label names another column" : ""));
    }
    if (examples.test() != null) {
      return parts(examples.all(), examples.test(), name());
    }
    if (test != null && testPart().isEmpty()) {
      DataSource same = new DataSource(csv.layout(), image, form);
      return parts(examples.all(), same.read(Path.of(test)).all(), test);
    }
    return split(examples.all());
  }

  /** What was read, and of a table which column is the label. */
  public String description(DataSet train) {
    return name() + ": " + train + (labelColumn == null ? "" : "; the label is " + labelColumn);
  }

  /**
   * Draws, fetches or reads what a model is judged on: the test part of what has one; of other data
   * the part that is asked for, or that the model's training left out, or else all.
   */
  public Judged loadFor(Classifier model, PrintWriter print) throws IOException {
    ImageSize size = image == null ? model.imageSize().orElse(null) : image;
    PictureForm usual = pictures == null ? PictureForm.of(model) : pictures;
    Examples examples = read(new DataSource(csv.layout(), size, usual), print);
    DataSet all = examples.all();
    DataSet judged = all;
    String part = "all " + all.size() + " examples";
    if (examples.test() != null) {
      judged = examples.test();
      part = "the " + judged.size() + " test examples";
    } else if (test != null) {
      if (testPart().isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), "--test " + test + ": expected a part, --data names the file");
      }
      judged = split(all).test();
      part = "a part, %d of %d examples".formatted(judged.size(), all.size());
    } else if (isLeftOver(all, model)) {
      judged = split(all).test();
      part =
          "the %d of %d examples that the training left out".formatted(judged.size(), all.size());
    }
    requireFeatures(judged, model.inputs(), name(), "the model has");
    return new Judged(named(judged, model.classNames(), name()), part);
  }

  /** Whether the model learned from the training part of just these examples. */
  private boolean isLeftOver(DataSet all, Classifier model) {
    try {
      String learned = TrainTest.split(all, part(), splitSeed()).train().fingerprint();
      return learned.equals(model.provenance().dataSetFingerprint());
    } catch (IllegalArgumentException e) {
      // Too few to have been cut for a training.
      return false;
    }
  }

  /** Adds to a trained model's provenance what it has learned from. */
  public void record(Classifier model) {
    Provenance known = model.provenance();
    Map<String, String> recipe = new LinkedHashMap<>(known.recipe());
    if (form != null) {
      recipe.put(PictureForm.RECORD, form.toString());
    }
    model.provenance(
        known
            .withDataSet(Path.of(name()).getFileName().toString(), known.dataSetFingerprint())
            .withTraining(known.epochs(), recipe));
  }

  private Examples read(DataSource reader, PrintWriter print) throws IOException {
    if (source.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--data: expected digits, mnist, a file or a folder, found nothing");
    }
    if (!(part() > 0 && part() < 1)) {
      throw new ParameterException(
          spec.commandLine(), "--test " + test + ": expected a part between 0 and 1, or a file");
    }
    Examples examples;
    if (source.equals("digits")) {
      examples = Examples.of(Digits.generate(DIGITS_SEED));
    } else if (source.equals("mnist")) {
      Path folder =
          CacheFolder.locate(System.getenv(), System.getProperty("user.home")).resolve("mnist");
      new MnistDownload(MnistDownload.FILES, MnistDownload.MIRRORS, PATIENCE)
          .into(folder, new DownloadBar(print, Boolean.getBoolean("polymath.terminal")));
      examples = Examples.of(Mnist.load(folder));
    } else {
      examples = reader.read(Path.of(source));
    }
    boolean table = !isDrawnOrFetched() && !Files.isDirectory(Path.of(source));
    if (!table && (csv.given() || image != null)) {
      throw misplaced("--label, --header and --image are for CSV files");
    }
    if (pictures != null && examples.form() == null) {
      throw misplaced("--pictures is for folders of pictures");
    }
    if (examples.test() != null && (test != null || splitSeed != null)) {
      throw misplaced("--test and --split-seed are for data without a test part");
    }
    return examples;
  }

  private ParameterException misplaced(String rule) {
    return new ParameterException(spec.commandLine(), rule + ", not for --data " + source);
  }

  /** The part that {@code --test} asks for; empty if it names a file, or is not given. */
  private OptionalDouble testPart() {
    try {
      return test == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(test));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  private double part() {
    return testPart().orElse(TEST_PART);
  }

  private long splitSeed() {
    return splitSeed == null ? SPLIT_SEED : splitSeed;
  }

  private TrainTest split(DataSet examples) throws IOException {
    try {
      return TrainTest.split(examples, part(), splitSeed());
    } catch (IllegalArgumentException e) {
      throw new IOException(name() + ": " + e.getMessage(), e);
    }
  }

  private static TrainTest parts(DataSet train, DataSet test, String name) throws IOException {
    requireFeatures(test, train.features(), name, "the training examples have");
    return new TrainTest(train, named(test, train.classNames(), name));
  }

  private static void requireFeatures(DataSet examples, int expected, String name, String whose)
      throws IOException {
    if (examples.features() != expected) {
      throw new IOException(
          "%s: has %d features, %s %d".formatted(name, examples.features(), whose, expected));
    }
  }

  private static DataSet named(DataSet examples, List<String> names, String from)
      throws IOException {
    try {
      return examples.withClassNames(names);
    } catch (IllegalArgumentException e) {
      throw new IOException(from + ": " + e.getMessage(), e);
    }
  }
}
