package dev.polymath.cli.command;

import dev.polymath.Backend;
import dev.polymath.cli.backend.SessionOptions;
import dev.polymath.cli.data.TrainingData;
import dev.polymath.cli.files.FileErrors;
import dev.polymath.cli.terminal.CommandLineText;
import dev.polymath.cli.terminal.Interruption;
import dev.polymath.cli.terminal.StatusLine;
import dev.polymath.cli.terminal.WorkProgress;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.training.TrainingInterruptedException;
import dev.polymath.models.training.TrainingOptions;
import dev.polymath.report.SearchReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** {@code polymath tune --trials N}: draws recipes, tries them and says which to train. */
final class RecipeTrials {

  /** What {@code train} does not know, or would not do again. */
  private static final Set<String> OWN = Set.of("--trials", "--report");

  /** The given options that a trial consists of. */
  private static final Set<String> OF_RECIPES =
      Set.of("--hidden", "--activation", "--optimizer", "--batch", "--epochs", "--seed");

  private final CommandLine command;
  private final int trials;
  private final @Nullable Path report;
  private final TrialRecipe usual;
  private final List<String> fixed;

  /**
   * @param command {@code tune}, parsed
   * @param trials at least 1
   * @param report null if none is wanted
   */
  RecipeTrials(CommandLine command, int trials, @Nullable Path report) {
    this.command = command;
    this.trials = trials;
    this.report = report;
    fixed = given(OF_RECIPES::contains);
    usual = TrialRecipe.of(fixed);
    try {
      usual.options();
    } catch (ParameterException e) {
      throw new ParameterException(command, String.valueOf(e.getMessage()), e);
    }
  }

  private interface Wanted {
    boolean is(String option);
  }

  /** Options as they were given, each with its value. */
  private List<String> given(Wanted wanted) {
    List<String> arguments = new ArrayList<>();
    for (OptionSpec option : command.getParseResult().matchedOptions()) {
      String name = option.longestName();
      if (!wanted.is(name)) {
        continue;
      }
      if (option.type() == boolean.class || option.type() == Boolean.class) {
        boolean on = Boolean.TRUE.equals(option.getValue());
        if (on || option.negatable()) {
          arguments.add(on ? name : name.replaceFirst("--", "--no-"));
        }
        continue;
      }
      for (String value : option.originalStringValues()) {
        arguments.add(name);
        arguments.add(value);
      }
    }
    return arguments;
  }

  /** What is held out later does not matter for how data are read. */
  TrainingOptions usual() {
    return usual.options();
  }

  /**
   * Tries and prints.
   *
   * @return the exit code
   */
  int run(TrainingData examples, SessionOptions backend) throws IOException {
    DataSet train = examples.train();
    TrainTest parts = RecipeSearch.parts(train, usual.seed());
    TrainingOptions recipe = usual.options(train).decidedFor(train);
    List<Integer> layers = usual.network().layers(train);
    TrialDraw draw =
        new TrialDraw(
            recipe,
            layers.subList(1, layers.size() - 1),
            NetworkOptions.isTable(train) ? "relu" : "",
            train.task(),
            parts.train().size(),
            Set.copyOf(fixed),
            usual.seed());
    List<List<String>> options = IntStream.range(0, trials).mapToObj(draw::options).toList();
    PrintWriter print = command.getOut();
    StatusLine line = StatusLine.on(print);
    WorkProgress progress = new WorkProgress(line, "searching");
    Interruption interruption = Interruption.listen(() -> interrupted(line));
    try (interruption;
        Backend session = backend.open(layers, Math.min(recipe.batch(), train.size()))) {
      RecipeSearch search =
          new RecipeSearch(
              session,
              train,
              parts,
              options.stream().map(this::recipe).toList(),
              interruption,
              progress::show);
      SearchText text = new SearchText(search.halving(), options, train, parts);
      print.println("data     " + examples.description());
      text.plan().forEach(print::println);
      print.println("usual    " + RunText.recipe(recipe));
      print.println();
      print.flush();
      try {
        search.run();
      } catch (TrainingInterruptedException e) {
        line.end();
        text.table(-1).forEach(print::println);
        complain("the search was interrupted: no recipe is chosen, and nothing is written");
        return interruption.exitCode();
      }
      line.end();
      int winner = search.halving().winner();
      text.table(winner).forEach(print::println);
      if (winner < 0) {
        throw new IllegalStateException("no recipe is chosen: the training of each diverged");
      }
      print.println();
      List<String> verdict = text.verdict(search);
      verdict.forEach(print::println);
      String training = training(options.get(winner), search.halving(), train);
      print.println();
      print.println("To train it, on all training examples:");
      print.println("  " + training);
      if (report != null) {
        write(report, text, winner, verdict, training, examples.shortName());
      }
      return 0;
    }
  }

  private TrialRecipe recipe(List<String> own) {
    return TrialRecipe.of(Stream.concat(fixed.stream(), own.stream()).toList());
  }

  /** The command that trains a trial. */
  private String training(List<String> own, Halving halving, DataSet train) {
    List<String> arguments = new ArrayList<>(List.of("train"));
    for (ArgSpec positional : command.getParseResult().matchedPositionals()) {
      arguments.add("--data");
      arguments.add(positional.originalStringValues().get(0));
    }
    arguments.addAll(given(option -> !OWN.contains(option)));
    arguments.addAll(own);
    int epochs = halving.rungs().get(halving.rungs().size() - 1).epochs();
    if (recipe(own).options(train).epochs() != epochs) {
      // The default number depends on the batch for some data.
      arguments.add("--epochs");
      arguments.add(Integer.toString(epochs));
    }
    return CommandLineText.of(arguments);
  }

  private void write(
      Path file, SearchText text, int winner, List<String> verdict, String training, String name)
      throws IOException {
    Halving halving = text.halving();
    SearchReport page =
        new SearchReport(
            name,
            text.figureName(),
            halving.rungs().stream().map(Halving.Rung::epochs).toList(),
            IntStream.range(0, trials)
                .mapToObj(t -> new SearchReport.Trial(text.options(t), halving.losses(t)))
                .toList(),
            winner,
            Stream.concat(text.plan().stream().map(RecipeTrials::sentence), verdict.stream())
                .toList(),
            training,
            CommandLineText.of(originalArguments()));
    FileErrors.run(file.toString(), () -> page.write(file));
    command.getOut().println("report in " + file);
  }

  /** A line of the plan without its heading. */
  private static String sentence(String line) {
    return line.replaceFirst(" +", ": ").replaceFirst("^s", "S").replaceFirst("^j", "J") + ".";
  }

  private List<String> originalArguments() {
    return command.getCommandSpec().root().commandLine().getParseResult().originalArgs();
  }

  /** On a thread of the JVM's, while the trials take their step. */
  private void interrupted(StatusLine line) {
    line.end();
    complain("ending after this step; a second signal ends at once");
  }

  private void complain(String sentence) {
    command.getErr().println("polymath: " + sentence);
  }
}
