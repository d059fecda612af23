package dev.polymath.cli;

import dev.polymath.models.training.TrainingDivergedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code polymath} and its sub-commands. */
@Command(
    name = "polymath",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Trains a three-layer classifier on the math backend of your choice, and uses it. Without any"
            + " option, 'polymath train' learns handwriting-like digits that it draws itself.",
    subcommands = {
      TrainCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      ExportCommand.class,
      ImportCommand.class,
      BackendsCommand.class,
      GradcheckCommand.class,
      CompletionCommand.class,
      HelpCommand.class
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  private Main() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    System.exit(
        run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments));
  }

  /** Runs the command and returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine command = commandLine();
    command.setOut(out);
    command.setErr(err);
    command.setAbbreviatedOptionsAllowed(false);
    command.setParameterExceptionHandler(Main::usage);
    command.setExecutionExceptionHandler(
        (error, line, result) -> {
          line.getErr().println("polymath: " + sentence(error));
          if (System.getProperty("polymath.debug") != null) {
            error.printStackTrace(line.getErr());
          }
          return 1;
        });
    return command.execute(arguments);
  }

  /** The command with its sub-commands, ready to parse. */
  static CommandLine commandLine() {
    CommandLine command = new CommandLine(new Main());
    Manual.arrange(command);
    return command;
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

  /** An error in words for who gave the command. */
  static String sentence(Throwable error) {
    String message = error.getMessage();
    if (error instanceof NoSuchFileException missing && missing.getReason() == null) {
      return message + ": there is no such file or folder";
    }
    if (error instanceof AccessDeniedException denied && denied.getReason() == null) {
      return message + ": access denied";
    }
    if (error instanceof FileAlreadyExistsException) {
      return message + ": already exists";
    }
    if (error instanceof OutOfMemoryError) {
      return "out of memory (" + message + "); POLYMATH_JAVA_OPTS=-Xmx8g gives more";
    }
    boolean expected =
        error instanceof FileSystemException
            || error instanceof IOException
            || error instanceof TrainingDivergedException
            || error instanceof IllegalStateException
            || error instanceof IllegalArgumentException;
    // Anything else is a defect of ours: the class name helps whoever reports it.
    return expected && message != null
        ? message
        : error + " (a defect; POLYMATH_JAVA_OPTS=-Dpolymath.debug shows where)";
  }
}
