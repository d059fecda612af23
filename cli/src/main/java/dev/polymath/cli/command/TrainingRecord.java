package dev.polymath.cli.command;

import dev.polymath.cli.data.DataOptions;
import dev.polymath.cli.files.InputFile;
import dev.polymath.cli.terminal.CommandLineText;
import dev.polymath.models.internal.PlainText;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.Provenance;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * What a model file says of the command that trained it: as much as decides the weights, so that
 * {@link ReplayCommand} can do it again. Files go by their names alone: a folder of somebody's is
 * nobody's business, and the same training gives the same file.
 *
 * @param arguments after {@code train}
 * @param parent the fingerprint of the model that {@code --from} named; null if there was none
 */
record TrainingRecord(List<String> arguments, @Nullable String parent) {

  private static final String COMMAND = "command";
  private static final String PARENT = "parent";
  private static final String JAVA = "java";

  /** Backends whose bits depend on no JDK. */
  private static final Set<String> SAME_EVERYWHERE = Set.of("arrays", "arrays-vector");

  /** What changes no weight; options that write a file are left out by their type. */
  private static final Set<String> NO_MATTER =
      Set.of("--backend", "--threads", "--checkpoint", "--every", "--resume", "--help");

  static final String DATA = "--data";
  static final String TEST = "--test";
  static final String FROM = "--from";

  TrainingRecord {
    arguments = List.copyOf(arguments);
  }

  /**
   * What was given to a command.
   *
   * @param saved the model that is trained further
   */
  static TrainingRecord of(ParseResult given, @Nullable ModelFile saved) {
    List<String> arguments = new ArrayList<>();
    for (ArgSpec positional : given.matchedPositionals()) {
      arguments.add(DATA);
      arguments.add(nameOf(positional.originalStringValues().get(0)));
    }
    for (OptionSpec option : given.matchedOptions()) {
      add(option, arguments);
    }
    return new TrainingRecord(arguments, saved == null ? null : saved.fingerprint());
  }

  private static void add(OptionSpec option, List<String> arguments) {
    String name = option.longestName();
    boolean writes = option.type() == Path.class && !name.equals(FROM);
    if (writes || NO_MATTER.contains(name)) {
      return;
    }
    if (option.type() == boolean.class || option.type() == Boolean.class) {
      boolean on = Boolean.TRUE.equals(option.getValue());
      if (on || option.negatable()) {
        arguments.add(on ? name : name.replaceFirst("--", "--no-"));
      }
      return;
    }
    for (String value : option.originalStringValues()) {
      boolean file =
          name.equals(DATA) || name.equals(FROM) || name.equals(TEST) && !isNumber(value);
      arguments.add(name);
      arguments.add(file ? nameOf(value) : value);
    }
  }

  static boolean isNumber(String value) {
    try {
      return !Double.isNaN(Double.parseDouble(value));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** The last name of a path; a word that stands for data stays, and is no file's. */
  private static String nameOf(String value) {
    if (DataOptions.isBuiltIn(value) || value.equals(InputFile.STANDARD_INPUT)) {
      return value;
    }
    try {
      Path name = Path.of(value).toAbsolutePath().normalize().getFileName();
      String last = name == null ? value : name.toString();
      return DataOptions.isBuiltIn(last) || isNumber(last) ? "./" + last : last;
    } catch (InvalidPathException e) {
      return value;
    }
  }

  /** The provenance with what is here. */
  Provenance addedTo(Provenance trained) {
    Provenance all = trained;
    String text = CommandLineText.joined(arguments);
    if (PlainText.isPlain(text)) {
      all = all.withRecipe(COMMAND, text);
    }
    if (parent != null) {
      all = all.withRecipe(PARENT, parent);
    }
    String backend = trained.backend();
    if (backend != null && !SAME_EVERYWHERE.contains(backend)) {
      all = all.withRecipe(JAVA, Integer.toString(Runtime.version().feature()));
    }
    return all;
  }

  /** What a file says; null if it does not say which command trained it. */
  static @Nullable TrainingRecord read(Provenance provenance) {
    String text = provenance.recipe().get(COMMAND);
    return text == null
        ? null
        : new TrainingRecord(CommandLineText.split(text), provenance.recipe().get(PARENT));
  }

  /** The value of an option; null if it was not given. */
  @Nullable String value(String option) {
    int at = arguments.lastIndexOf(option);
    return at < 0 || at + 1 == arguments.size() ? null : arguments.get(at + 1);
  }

  /** The arguments with another value of an option. */
  TrainingRecord with(String option, String value) {
    List<String> other = new ArrayList<>(arguments);
    int at = other.lastIndexOf(option);
    if (at >= 0) {
      other.set(at + 1, value);
    } else {
      other.add(option);
      other.add(value);
    }
    return new TrainingRecord(other, parent);
  }
}
