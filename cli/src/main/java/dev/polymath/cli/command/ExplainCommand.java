package dev.polymath.cli.command;

import dev.polymath.Backend;
import dev.polymath.cli.backend.SessionOptions;
import dev.polymath.cli.data.DataOptions;
import dev.polymath.cli.data.EvaluationData;
import dev.polymath.cli.terminal.StatusLine;
import dev.polymath.cli.terminal.WorkProgress;
import dev.polymath.models.Importance;
import dev.polymath.models.Model;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.io.ModelFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code polymath explain}: which columns a saved model's figures rest on. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Shuffles each column of a data set among its rows, and shows how much worse the model"
            + " predicts then: the most important column first. It reads the examples that 'polymath"
            + " evaluate' reads.")
public final class ExplainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A file saved by 'polymath train'.")
  private Path file;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DATA",
      description = "The same as --data DATA.")
  private @Nullable String source;

  @Mixin private DataOptions data;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often each column is shuffled. Default: ${DEFAULT-VALUE}.")
  private int repeats;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the shuffling. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--json", description = "One JSON object; docs/tables.md has the fields.")
  private boolean json;

  @Mixin private SessionOptions backend;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  ExplainCommand() {}

  @Override
  public Integer call() throws IOException {
    try {
      return explain();
    } finally {
      data.close();
    }
  }

  private int explain() throws IOException {
    if (repeats < 1) {
      throw new ParameterException(
          spec.commandLine(), "--repeats: expected at least 1, found " + repeats);
    }
    data.use(source);
    data.check();
    ModelFile saved = SavedModel.read(file);
    requireColumns(saved);
    if (!data.given()) {
      throw new ParameterException(
          spec.commandLine(), "expected the data to explain the model on, --data FILE");
    }
    PrintWriter print = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (Backend session = backend.open(SavedModel.widths(saved.description()))) {
      Model model = Model.of(saved, session);
      EvaluationData examples = data.forModel(model, json ? err : print);
      examples.notes().forEach(note -> err.println("note: " + note));
      DataSet some = examples.examples().sample(TestResult.MOST_SCORED);
      WorkProgress progress = new WorkProgress(StatusLine.on(print), "shuffling");
      Importance importance =
          Importance.of(model, some, repeats, seed, json ? done -> {} : progress::show);
      ImportanceText text = new ImportanceText(importance, model.outputNames().size());
      if (json) {
        text.json(print, seed);
      } else {
        progress.print("data  " + examples.description());
        print.println();
        text.lines().forEach(print::println);
      }
    }
    return 0;
  }

  private void requireColumns(ModelFile saved) throws IOException {
    try {
      Importance.requireColumns(saved.description().input());
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }
}
