package dev.polymath.cli.command;

import dev.polymath.BackendStatus;
import dev.polymath.Backends;
import dev.polymath.cli.backend.SessionOptions;
import dev.polymath.cli.data.DataOptions;
import dev.polymath.cli.files.InputFile;
import dev.polymath.cli.terminal.CommandLineText;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.Provenance;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.Member;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code polymath replay}: trains a saved model once more, and compares what comes out. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains a model once more, by the command that its file has kept, and compares all bits. Ends"
            + " with 0 if they are the same, with 1 if not, and says then what differs first. On the"
            + " backends arrays and arrays-vector they are the same on every CPU and JDK, with any"
            + " number of threads.")
public final class ReplayCommand implements Callable<Integer> {

  private static final int CANNOT = 2;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A file saved by 'polymath train'.")
  private Path file;

  @Option(
      names = TrainingRecord.DATA,
      paramLabel = "FILE|FOLDER",
      description =
          "Where the training data are. Default: by their name, in this folder or beside the model.")
  private @Nullable String data;

  @Option(
      names = TrainingRecord.TEST,
      paramLabel = "FILE",
      description = "The same of a file of test examples.")
  private @Nullable String test;

  @Option(
      names = TrainingRecord.FROM,
      paramLabel = "MODEL",
      description = "The same of the model that was trained further.")
  private @Nullable String from;

  @Mixin private SessionOptions backend;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  ReplayCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    ModelFile saved = SavedModel.read(file);
    Provenance provenance = saved.description().provenance();
    TrainingRecord record = TrainingRecord.read(provenance);
    if (record == null) {
      return cannot(
          "the file does not say which command trained it, as those of 'polymath train' do");
    }
    record = located(record);
    String parent = record.value(TrainingRecord.FROM);
    if (parent != null) {
      String found = SavedModel.read(Path.of(parent)).fingerprint();
      if (!found.equals(record.parent())) {
        print.println(
            "differs: "
                + parent
                + " is not the model that was trained further: fingerprint "
                + record.parent()
                + " there, "
                + found
                + " here");
        return 1;
      }
    }
    List<String> arguments = new ArrayList<>(record.arguments());
    arguments.addAll(session(provenance));
    if (arguments.stream().noneMatch(argument -> argument.endsWith("on-disk"))) {
      // Another heap would decide otherwise.
      boolean onDisk = Boolean.parseBoolean(provenance.recipe().get("inBlocks"));
      arguments.add(onDisk ? "--on-disk" : "--no-on-disk");
    }
    print.println("replay   " + CommandLineText.of(withTrain(arguments)));
    ReplayResult result = ReplayResult.of(saved, train(arguments));
    print.println();
    result.lines().forEach(print::println);
    return result.same() ? 0 : 1;
  }

  private static List<String> withTrain(List<String> arguments) {
    List<String> all = new ArrayList<>(List.of("train"));
    all.addAll(arguments);
    return all;
  }

  private int cannot(String why) {
    spec.commandLine().getErr().println("polymath: " + file + ": " + why);
    return CANNOT;
  }

  private TrainingRecord located(TrainingRecord record) {
    String known = record.value(TrainingRecord.DATA);
    TrainingRecord all = record;
    if (data != null) {
      all = all.with(TrainingRecord.DATA, data);
    } else if (known != null && !DataOptions.isBuiltIn(known)) {
      all = all.with(TrainingRecord.DATA, find(TrainingRecord.DATA, known));
    }
    String tested = record.value(TrainingRecord.TEST);
    if (tested != null && !TrainingRecord.isNumber(tested)) {
      all = all.with(TrainingRecord.TEST, test == null ? find(TrainingRecord.TEST, tested) : test);
    } else if (test != null) {
      throw mistake("--test: the model was not trained with a file of test examples");
    }
    String parent = record.value(TrainingRecord.FROM);
    if (parent != null) {
      all = all.with(TrainingRecord.FROM, from == null ? find(TrainingRecord.FROM, parent) : from);
    } else if (from != null) {
      throw mistake("--from: the model was not trained further from another");
    }
    return all;
  }

  /** A file of this name, in the working folder or that of the model. */
  private String find(String option, String name) {
    if (name.equals(InputFile.STANDARD_INPUT)) {
      throw mistake(
          file
              + " was trained on the standard input: "
              + option
              + " says where these data are now");
    }
    Path here = Path.of(name);
    if (Files.exists(here)) {
      return name;
    }
    Path beside = file.resolveSibling(here);
    if (Files.exists(beside)) {
      return beside.toString();
    }
    String what =
        option.equals(TrainingRecord.FROM)
            ? "was trained further from " + name
            : "was " + (option.equals(TrainingRecord.TEST) ? "tested with " : "trained on ") + name;
    throw mistake(
        file + " " + what + ", which is not here nor beside it: " + option + " says where it is");
  }

  private ParameterException mistake(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** The options of the session: the backend that trained, unless another is given. */
  private List<String> session(Provenance provenance) {
    List<String> options = new ArrayList<>();
    boolean given = false;
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (option.userObject() instanceof Member member
          && member.getDeclaringClass() == SessionOptions.class) {
        given |= option.longestName().equals("--backend");
        options.add(option.longestName());
        options.add(option.originalStringValues().get(0));
      }
    }
    String trained = provenance.backend();
    if (!given && trained != null) {
      options.add("--backend");
      options.add(trained.equals("arrays-vector") && !isThere(trained) ? "arrays" : trained);
    }
    return options;
  }

  private static boolean isThere(String backend) {
    return Backends.list().stream()
        .filter(status -> status.name().equals(backend))
        .anyMatch(BackendStatus::available);
  }

  private ModelFile train(List<String> arguments) throws IOException {
    Path folder = Files.createTempDirectory("polymath-replay");
    Path out = folder.resolve("replay.safetensors");
    try {
      TrainCommand command = new TrainCommand();
      command.replay();
      CommandLine line = new CommandLine(command);
      line.setOut(spec.commandLine().getOut());
      line.setErr(spec.commandLine().getErr());
      List<String> all = new ArrayList<>(arguments);
      all.add("--out");
      all.add(out.toString());
      line.parseArgs(all.toArray(String[]::new));
      command.call();
      return ModelFile.read(out);
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(folder);
    }
  }
}
