package dev.polymath.cli.data;

import dev.polymath.cli.files.CacheFolder;
import dev.polymath.cli.files.InputFile;
import dev.polymath.cli.files.OutputFiles;
import dev.polymath.cli.terminal.Heading;
import dev.polymath.cli.terminal.StatusLine;
import dev.polymath.models.Model;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.data.DiskSpace;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.PictureForm;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.data.Task;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.io.ModelDescription;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that name a data set, and say how it is read and split. */
@Heading("Data options:")
public final class DataOptions implements AutoCloseable {

  /** The data where none are named. */
  public static final String DEFAULT = "digits";

  private static final String DIGITS = DEFAULT;
  private static final String MNIST = "mnist";

  /** One data set for every run: the seed of a run must not change what it is evaluated on. */
  private static final long DIGITS_SEED = 1;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "digits|mnist|FILE|FOLDER",
      description = {
        "digits: 12,000 handwriting-like digits that are drawn on the spot (the default).",
        "mnist: MNIST's 70,000 digits, fetched once (11 MB, 55 unpacked) into the cache folder:"
            + " POLYMATH_HOME, or polymath in XDG_CACHE_HOME or ~/.cache.",
        "FILE: a CSV file, an example per line, gzipped or plain; - is the standard input.",
        "FOLDER: a folder of pictures for each class, named after it, or two such folders named"
            + " train and test; or MNIST's four files, gzipped or plain, under their usual names;"
            + " ./mnist for a folder of that name."
      })
  private @Nullable String source;

  @Mixin private CsvOptions csv;

  @Mixin private DiskOptions disk;

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
      converter = PictureFormName.class,
      completionCandidates = PictureFormName.class,
      description =
          PictureFormName.DESCRIPTION + " Default: mnist where all classes are digits, else as-is.")
  private @Nullable PictureForm pictures;

  @Option(
      names = "--test",
      paramLabel = "FRACTION|FILE",
      description =
          "Data without test examples of their own: the fraction of each class that is kept for the"
              + " test, 0.2 if not given; or a CSV file or folder of test examples.")
  private @Nullable String test;

  @Option(
      names = "--split-seed",
      paramLabel = "N",
      description = "Which examples are kept for the test. Default: 1.")
  private @Nullable Long splitSeed;

  @Option(
      names = "--group",
      paramLabel = "COLUMN",
      description =
          "CSV: rows that have this column alike stay on one side of every split. It is no feature.")
  private @Nullable String group;

  @Option(
      names = "--time",
      paramLabel = "COLUMN",
      description = "CSV: the latest rows are kept for the test, by a column of dates or numbers.")
  private @Nullable String time;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  DataOptions() {}

  /**
   * Takes an argument without {@code --data} before it as the data.
   *
   * @param argument null if there is none
   */
  public void use(@Nullable String argument) {
    if (argument != null && source != null) {
      throw mistake("--data " + source + " and " + argument + ": expected one of them");
    }
    if (argument != null) {
      source = argument;
    }
  }

  /** Whether data were named. */
  public boolean given() {
    return source != null;
  }

  /** The data as a person names them: a word or a whole path. */
  public String name() {
    if (isBuiltIn() || source().equals(InputFile.STANDARD_INPUT)) {
      return InputFile.name(source());
    }
    return Path.of(source()).toAbsolutePath().normalize().toString();
  }

  private String source() {
    return source == null ? DEFAULT : source;
  }

  private boolean isBuiltIn() {
    return isBuiltIn(source());
  }

  /** Whether the name of data stands for no file. */
  public static boolean isBuiltIn(String source) {
    return source.equals(DIGITS) || source.equals(MNIST);
  }

  /**
   * Draws, fetches or reads the examples to train on and to test with.
   *
   * @param print gets the progress of a download
   * @param training which examples will be held out for validation
   * @param columns what is said of a table's columns
   * @param task null where the data decide
   */
  public TrainingData forTraining(
      PrintWriter print, TrainingOptions training, TableOptions columns, @Nullable Task task)
      throws IOException {
    check();
    if (image == null && isFileOfRows()) {
      if (pictures != null) {
        throw misplaced("--pictures is for folders of pictures");
      }
      TrainingTable table = table(columns.encoder(), task, disk.forTable(source(), csv.layout()));
      return table.read(source(), name(), training).where(disk.text());
    }
    if (columns.given() || group != null || time != null) {
      throw misplaced("options for the columns of a table are for CSV files without --image");
    }
    List<String> notes = new ArrayList<>();
    Examples examples =
        read(new DataReader(csv.layout(), image, pictures, task, null, notes::add), print);
    boolean table = examples.kind() == Examples.Kind.TABLE;
    if (task != null && task != Task.CLASSIFICATION && (!table || task == Task.LABELS)) {
      throw mistake(
          "--task "
              + task.name().toLowerCase(Locale.ROOT)
              + " is for tables"
              + (table ? " without --image" : "")
              + ", not for "
              + name());
    }
    if (examples.all().task() == Task.CLASSIFICATION && examples.all().classes() < 2) {
      throw new IOException(
          name()
              + ": expected at least 2 classes, found only "
              + examples.all().classNames()
              + (table ? "; --target names another column" : ""));
    }
    return new TrainingData(
            name(),
            parts(examples, Matching.to(examples.all(), notes::add), notes),
            table ? "the target is " + label(examples.all()) : null,
            List.of(),
            notes)
        .where(disk.text());
  }

  /** Under a header the name alone: there may be a column of row names, which has no number. */
  private static @Nullable String label(DataSet images) {
    ModelInput.Table columns = images.input().table();
    return columns.label() != null
        ? "column " + columns.label()
        : "column " + (columns.labelColumn() + 1);
  }

  /**
   * Draws, fetches or reads what a model is trained further on: its features, and its classes or
   * target, by name.
   */
  public TrainingData forFurtherTraining(ModelDescription model, PrintWriter print)
      throws IOException {
    List<String> notes = new ArrayList<>();
    Matching matching = Matching.to(model, notes::add);
    Examples examples = read(model.input(), matching, notes, print);
    return new TrainingData(name(), parts(examples, matching, notes), null, List.of(), notes)
        .where(disk.text());
  }

  /** Reads examples in the form that a model takes. */
  private Examples read(ModelInput input, Matching matching, List<String> notes, PrintWriter print)
      throws IOException {
    Optional<ImageSize> size =
        input instanceof ModelInput.Pictures taken ? Optional.of(taken.size()) : Optional.empty();
    if (image != null && !size.equals(Optional.of(image))) {
      throw mistake(
          "--image: the model takes "
              + size.map(s -> "images of " + s.height() + "x" + s.width()).orElse("no images"));
    }
    if (input instanceof ModelInput.Columns taken && isFileOfRows()) {
      DiskSpace space = disk.forTable(source(), csv.layout());
      if (space != null || group != null || time != null) {
        Table.Target target = new Table.Target(0, matching.task(), matching.names());
        TrainingTable table = table(TableEncoder.Options.DEFAULT, matching.task(), space);
        DataSet rows = table.forModel(source(), taken.encoder(), target, notes);
        return new Examples(Examples.Kind.TABLE, rows, null);
      }
    }
    PictureForm form = pictures == null ? matching.form().orElse(null) : pictures;
    return read(new DataReader(csv.layout(), null, form, null, matching, notes::add), print);
  }

  private TrainTest parts(Examples examples, Matching matching, List<String> notes)
      throws IOException {
    DataSet train = matching.fitted(name(), examples.all());
    if (examples.test() != null) {
      return new TrainTest(train, matching.fitted(name(), examples.test()));
    }
    if (test == null || testFraction().isPresent()) {
      return split().of(name(), train);
    }
    PictureForm form = matching.form().orElse(null);
    DataReader reader = new DataReader(csv.layout(), null, form, null, matching, notes::add);
    return new TrainTest(train, matching.fitted(test, reader.read(test, disk).all()));
  }

  /**
   * Draws, fetches or reads what a model is evaluated on: the test examples of data that have their
   * own; of other data those that are asked for, or that the model's training left out, or else
   * all. They have the model's features and classes.
   */
  public EvaluationData forModel(Model model, PrintWriter print) throws IOException {
    List<String> notes = new ArrayList<>();
    Matching matching = Matching.to(model, notes::add);
    boolean rows = model.input() instanceof ModelInput.Columns && isFileOfRows();
    if (!rows && (group != null || time != null)) {
      throw misplaced("--group and --time are for models of tables and CSV files");
    }
    Examples examples = read(model.input(), matching, notes, print);
    DataSet all = matching.fitted(name(), examples.all());
    DataSet chosen = all;
    String which = "all " + all.size() + " examples";
    if (examples.test() != null) {
      chosen = matching.fitted(name(), examples.test());
      which = "the " + chosen.size() + " test examples";
    } else if (test != null) {
      if (testFraction().isEmpty()) {
        throw mistake("--test " + test + ": expected a fraction, --data names the file");
      }
      chosen = split().of(name(), all).test();
      which = chosen.size() + " of " + all.size() + " examples, chosen by --test";
    } else if (split().leftOut(all, model.provenance())) {
      chosen = split().of(name(), all).test();
      which = "the " + chosen.size() + " of " + all.size() + " examples that the training left out";
    }
    return new EvaluationData(chosen, name() + ": " + which + disk.text(), notes);
  }

  private Examples read(DataReader reader, PrintWriter print) throws IOException {
    check();
    Examples examples;
    if (source().equals(DIGITS)) {
      examples = Examples.idx(Digits.generate(DIGITS_SEED));
      requireInMemory();
    } else if (source().equals(MNIST)) {
      Path folder = CacheFolder.locate().resolve(MNIST);
      new MnistDownload(MnistDownload.FILES, MnistDownload.MIRRORS, PATIENCE)
          .into(folder, new DownloadProgress(StatusLine.on(print)));
      examples = Examples.idx(DataReader.mnist(folder, disk));
    } else {
      examples = reader.read(source(), disk);
    }
    if (disk.asked() && !examples.all().onDisk()) {
      requireInMemory();
    }
    if (examples.kind() != Examples.Kind.TABLE && (csv.given() || image != null)) {
      throw misplaced("--target, --header and --image are for CSV files");
    }
    if (examples.kind() != Examples.Kind.PICTURES && pictures != null) {
      throw misplaced("--pictures is for folders of pictures");
    }
    if (examples.test() != null && (test != null || splitSeed != null)) {
      throw misplaced("--test and --split-seed are for data without test examples");
    }
    return examples;
  }

  /** Adds the files that will be read to what is known of a command's files. */
  public OutputFiles read(OutputFiles files) {
    if (source().equals(MNIST)) {
      Path folder = CacheFolder.locate().resolve(MNIST);
      return files.reads("--data", folder.toString(), DataReader::isExample);
    }
    if (!isBuiltIn()) {
      files.reads("--data", source(), DataReader::isExample);
    }
    return testFraction().isPresent() ? files : files.reads("--test", test, DataReader::isExample);
  }

  /** Finds mistakes that can be seen without reading anything. */
  public void check() {
    if (source().isEmpty()) {
      throw mistake("--data: expected digits, mnist, a file or a folder, found nothing");
    }
    if (group != null && time != null) {
      throw mistake("--group and --time: expected one of them");
    }
    double fraction = split().fraction();
    if (!(fraction > 0 && fraction < 1)) {
      throw mistake("--test " + test + ": expected a fraction between 0 and 1, or a file");
    }
  }

  private void requireInMemory() {
    if (disk.asked()) {
      throw misplaced("--on-disk is for CSV files without --image and for IDX files");
    }
  }

  private boolean isFileOfRows() {
    return !isBuiltIn() && TrainingTable.isTable(source());
  }

  /** Gives the room on disk back. */
  @Override
  public void close() {
    disk.close();
  }

  private ParameterException misplaced(String rule) {
    return mistake(rule + ", not for --data " + source());
  }

  private ParameterException mistake(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** The fraction that {@code --test} asks for; empty if it names a file, or is not given. */
  private OptionalDouble testFraction() {
    try {
      return test == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(test));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  private TrainingTable table(
      TableEncoder.Options encoding, @Nullable Task task, @Nullable DiskSpace space) {
    return new TrainingTable(csv.layout(), testFile(), split(), group, time, encoding, task, space);
  }

  /** The file that {@code --test} names; null if it names none. */
  private @Nullable String testFile() {
    return testFraction().isPresent() ? null : test;
  }

  private TestSplit split() {
    return new TestSplit(
        testFraction().orElse(TestSplit.FRACTION), splitSeed == null ? TestSplit.SEED : splitSeed);
  }
}
