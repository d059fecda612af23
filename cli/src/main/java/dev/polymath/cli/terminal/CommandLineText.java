package dev.polymath.cli.terminal;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A command as it is typed into a POSIX shell. */
public final class CommandLineText {

  private static final Pattern PLAIN = Pattern.compile("[\\w./:=,+@%-]+");

  private CommandLineText() {}

  public static String of(List<String> arguments) {
    return "./polymath "
        + arguments.stream().map(CommandLineText::quoted).collect(Collectors.joining(" "));
  }

  /** In single quotes where a shell would read more into it than the text. */
  private static String quoted(String argument) {
    return PLAIN.matcher(argument).matches()
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }
}
