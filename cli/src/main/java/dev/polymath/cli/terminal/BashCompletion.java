package dev.polymath.cli.terminal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine;

/** The completion script for bash, which zsh's emulation takes too: picocli's, put right. */
public final class BashCompletion {

  private static final Pattern VALUES =
      Pattern.compile("  local \\w+_option_args=(.*) # --([\\w-]+) values");

  private static final Pattern OPTION = Pattern.compile(" +'--([\\w-]+)'.*\\)");

  private static final Pattern USE = Pattern.compile("\\$\\{\\w+_option_args");

  private BashCompletion() {}

  /**
   * The script. Picocli names the lists of values after the options' parameters, so that the last
   * of several {@code NAME}s would stand for all; here they are named after the options. Files are
   * completed where an option takes them among other things.
   */
  public static String script(CommandLine root) {
    StringBuilder script = new StringBuilder();
    String option = "";
    for (String line : AutoComplete.bash(root.getCommandName(), root).split("\n", -1)) {
      Matcher values = VALUES.matcher(line);
      Matcher start = OPTION.matcher(line);
      if (values.matches()) {
        line = "  local " + variable(values.group(2)) + "=" + values.group(1);
      } else if (start.matches()) {
        option = start.group(1);
      } else if (line.equals("      return") && (option.equals("data") || option.equals("test"))) {
        line =
            """
                  local IFS=$'\\n'
                  type compopt &>/dev/null && compopt -o filenames
                  COMPREPLY=( $( compgen -f -- "${curr_word}" ) )
                  return $?""";
      } else {
        String used = Matcher.quoteReplacement("${" + variable(option));
        line = USE.matcher(line).replaceAll(used);
      }
      script.append(line).append('\n');
    }
    script.setLength(script.length() - 1);
    return script.toString();
  }

  private static String variable(String option) {
    return option.replace('-', '_') + "_values";
  }
}
