package dev.polymath.cli.command;

import dev.polymath.cli.terminal.BashCompletion;
import dev.polymath.cli.terminal.FishCompletion;
import dev.polymath.cli.terminal.Words;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code polymath completion}: the script that completes the command in a shell. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description =
        "Prints a script that lets a shell complete commands, options and their values, for polymath"
            + " and ./polymath alike.")
public final class CompletionCommand implements Callable<Integer> {

  /** The shells there is a script for. */
  static final class Shell extends Words<String> {
    Shell() {
      super(List.of("bash", "zsh", "fish"), shell -> shell);
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "SHELL",
      arity = "0..1",
      defaultValue = "bash",
      converter = Shell.class,
      completionCandidates = Shell.class,
      description = "bash, zsh or fish. Default: ${DEFAULT-VALUE}.")
  private String shell;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  CompletionCommand() {}

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    // One script for both: it loads zsh's emulation of bash's completion where it finds itself
    // there.
    spec.commandLine()
        .getOut()
        .print(shell.equals("fish") ? FishCompletion.script(root) : BashCompletion.script(root));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
