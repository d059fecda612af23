package dev.polymath.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A command as it is typed into a POSIX shell. */
public final class CommandLineText {

  private static final Pattern PLAIN = Pattern.compile("[\\w./:=,+@%-]+");

  private CommandLineText() {}

  public static String of(List<String> arguments) {
    return "./polymath " + joined(arguments);
  }

  /** The arguments alone. */
  public static String joined(List<String> arguments) {
    return arguments.stream().map(CommandLineText::quoted).collect(Collectors.joining(" "));
  }

  /** The arguments that {@link #joined} has made a text of. */
  public static List<String> split(String text) {
    List<String> arguments = new ArrayList<>();
    StringBuilder argument = new StringBuilder();
    boolean quoted = false;
    boolean begun = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\'') {
        quoted = !quoted;
        begun = true;
      } else if (quoted || c != ' ') {
        argument.append(c == '\\' && !quoted && i + 1 < text.length() ? text.charAt(++i) : c);
        begun = true;
      } else if (begun) {
        arguments.add(argument.toString());
        argument.setLength(0);
        begun = false;
      }
    }
    if (begun) {
      arguments.add(argument.toString());
    }
    return arguments;
  }

  /** In single quotes where a shell would read more into it than the text. */
  private static String quoted(String argument) {
    return PLAIN.matcher(argument).matches()
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }
}
