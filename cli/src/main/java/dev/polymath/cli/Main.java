package dev.polymath.cli;

import dev.polymath.cli.command.BackendsCommand;
import dev.polymath.cli.command.CompletionCommand;
import dev.polymath.cli.command.EvaluateCommand;
import dev.polymath.cli.command.ExplainCommand;
import dev.polymath.cli.command.ExportCommand;
import dev.polymath.cli.command.GradcheckCommand;
import dev.polymath.cli.command.ImportCommand;
import dev.polymath.cli.command.PredictCommand;
import dev.polymath.cli.command.ReplayCommand;
import dev.polymath.cli.command.TrainCommand;
import dev.polymath.cli.command.TuneCommand;
import dev.polymath.cli.spi.CommandProvider;
import dev.polymath.cli.terminal.ErrorText;
import dev.polymath.cli.terminal.Manual;
import dev.polymath.cli.terminal.OutputLostException;
import dev.polymath.cli.terminal.PlainWriter;
import dev.polymath.cli.terminal.StandardStream;
import dev.polymath.cli.terminal.Version;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.PicocliException;
import picocli.CommandLine.Spec;

/** The command {@code polymath} and its sub-commands. */
@Command(
    name = "polymath",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Trains a classifier on the math backend of your choice, and uses it. Without any option,"
            + " 'polymath train' learns handwriting-like digits that it draws itself.")
public final class Main implements Runnable {

  /**
   * The sub-commands by name, in the order of the help. What one command is made of takes a while
   * to find out, so that a command line that names one makes no other.
   */
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("train", TrainCommand.class);
    COMMANDS.put("evaluate", EvaluateCommand.class);
    COMMANDS.put("predict", PredictCommand.class);
    COMMANDS.put("explain", ExplainCommand.class);
    COMMANDS.put("replay", ReplayCommand.class);
    COMMANDS.put("export", ExportCommand.class);
    COMMANDS.put("import", ImportCommand.class);
    COMMANDS.put("backends", BackendsCommand.class);
    COMMANDS.put("tune", TuneCommand.class);
    COMMANDS.put("gradcheck", GradcheckCommand.class);
  }

  /** Those that speak of all others. */
  private static final List<Class<?>> OF_ALL = List.of(CompletionCommand.class, HelpCommand.class);

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  private Main() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    StandardStream out = StandardStream.output();
    StandardStream err = StandardStream.error();
    // For what prints behind our back, such as libraries of backends.
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    System.exit(
        run(
            out.writer(),
            err.writer(),
            out::failure,
            ServiceLoader.load(CommandProvider.class),
            arguments));
  }

  /** Runs the command and returns its exit code. */
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return run(out, err, () -> null, ServiceLoader.load(CommandProvider.class), arguments);
  }

  /**
   * Runs the command, with the commands of these providers besides its own.
   *
   * @param lost why some output could not be written, where that is known; asked at the end
   */
  static int run(
      PrintWriter out,
      PrintWriter err,
      Supplier<@Nullable IOException> lost,
      Iterable<CommandProvider> providers,
      String... arguments) {
    PrintWriter plainOut = new PlainWriter(out);
    PrintWriter plainErr = new PlainWriter(err);
    int code =
        isVersion(arguments)
            ? version(plainOut)
            : execute(out, plainOut, plainErr, providers, arguments);
    if (plainOut.checkError()) {
      IOException why = lost.get();
      plainErr.println(
          "polymath: the output could not be written"
              + (why == null ? "" : ": " + ErrorText.sentence(why)));
      return code == 0 ? 1 : code;
    }
    return code;
  }

  /** The version is asked for by scripts, and needs none of the commands. */
  private static boolean isVersion(String[] arguments) {
    return arguments.length == 1 && (arguments[0].equals("--version") || arguments[0].equals("-V"));
  }

  private static int version(PrintWriter out) {
    for (String line : new Version().getVersion()) {
      out.println(line);
    }
    return 0;
  }

  private static int execute(
      PrintWriter out,
      PrintWriter plainOut,
      PrintWriter plainErr,
      Iterable<CommandProvider> providers,
      String... arguments) {
    CommandLine command = commandLine(providers, plainErr, arguments);
    command.setErr(plainErr);
    command.setAbbreviatedOptionsAllowed(false);
    command.setExpandAtFiles(false);
    command.setExecutionStrategy(
        parsed -> {
          // The help has no text but ours, and its headings may be bold.
          command.setOut(out);
          Integer helped = CommandLine.executeHelpRequest(parsed);
          command.setOut(plainOut);
          return helped == null ? new CommandLine.RunLast().execute(parsed) : helped;
        });
    command.setParameterExceptionHandler(Main::usage);
    command.setExecutionExceptionHandler((error, line, result) -> failed(error, plainErr));
    try {
      return command.execute(arguments);
    } catch (Error e) {
      // Picocli handles exceptions alone. Memory may have run out, but the stack is short by now.
      return failed(e, plainErr);
    }
  }

  private static int failed(Throwable error, PrintWriter err) {
    if (!(error instanceof OutputLostException)) {
      err.println("polymath: " + ErrorText.sentence(error));
    }
    if (System.getProperty("polymath.debug") != null) {
      error.printStackTrace(err);
    }
    return 1;
  }

  /** The command with its sub-commands, ready to parse. */
  static CommandLine commandLine() {
    return commandLine(List.of(), new PrintWriter(Writer.nullWriter()));
  }

  private static CommandLine commandLine(
      Iterable<CommandProvider> providers, PrintWriter err, String... arguments) {
    CommandLine command = new CommandLine(new Main());
    Map<String, Manual.Page> pages = new HashMap<>();
    Class<?> named = COMMANDS.get(first(arguments));
    if (named != null) {
      command.addSubcommand(named);
      Manual.arrange(command, pages);
      return command;
    }
    List<CommandLine> others = others(providers, pages, err, arguments);
    if (others.size() != 1 || !others.get(0).getCommandName().equals(first(arguments))) {
      COMMANDS.values().forEach(command::addSubcommand);
      OF_ALL.forEach(command::addSubcommand);
    }
    for (CommandLine added : others) {
      try {
        command.addSubcommand(added);
      } catch (PicocliException e) {
        notAdded(e, err);
      }
    }
    Manual.arrange(command, pages);
    return command;
  }

  /** The providers' commands: the one that the line names, or all of them. */
  private static List<CommandLine> others(
      Iterable<CommandProvider> providers,
      Map<String, Manual.Page> pages,
      PrintWriter err,
      String... arguments) {
    List<CommandLine> others = new ArrayList<>();
    Iterator<CommandProvider> found = providers.iterator();
    while (true) {
      // One command that can't be loaded must not keep the others from working.
      try {
        if (!found.hasNext()) {
          return others;
        }
        CommandProvider provider = found.next();
        CommandLine added = new CommandLine(provider.command());
        String name = added.getCommandName();
        pages.put(name, new Manual.Page(provider.summary(), provider.examples()));
        if (name.equals(first(arguments))) {
          return List.of(added);
        }
        others.add(added);
      } catch (ServiceConfigurationError | PicocliException e) {
        notAdded(e, err);
      }
    }
  }

  private static void notAdded(Throwable why, PrintWriter err) {
    err.println("polymath: a command could not be added: " + why.getMessage());
  }

  private static String first(String... arguments) {
    return arguments.length == 0 ? "" : arguments[0];
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private static int usage(ParameterException error, String[] arguments) {
    CommandLine line = error.getCommandLine();
    PrintWriter err = line.getErr();
    // picocli begins some of its messages with the word.
    err.println("polymath: " + String.valueOf(error.getMessage()).replaceFirst("^Error: ", ""));
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(error, err)) {
      err.println("Try: " + line.getCommandSpec().qualifiedName() + " --help");
    }
    return 2;
  }
}
