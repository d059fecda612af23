package dev.polymath.cli.terminal;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A completion script for fish, which picocli has none for: one line for each command and option.
 */
public final class FishCompletion {

  private final StringBuilder script = new StringBuilder();
  private final String command;

  private FishCompletion(String command) {
    this.command = command;
  }

  /** The script for a command with one level of sub-commands. */
  public static String script(CommandLine root) {
    FishCompletion fish = new FishCompletion(root.getCommandName());
    String none = "__fish_use_subcommand";
    options(root).forEach(option -> fish.option(none, option));
    for (Map.Entry<String, CommandLine> entry : root.getSubcommands().entrySet()) {
      String name = entry.getKey();
      CommandLine sub = entry.getValue();
      fish.line(none, "-f", "-a", name, "-d", quote(summary(sub)));
      String inside = "__fish_seen_subcommand_from " + name;
      options(sub).forEach(option -> fish.option(inside, option));
      for (PositionalParamSpec parameter : sub.getCommandSpec().positionalParameters()) {
        fish.values(inside, parameter);
      }
    }
    return fish.script.toString();
  }

  private static List<OptionSpec> options(CommandLine command) {
    return command.getCommandSpec().options().stream().filter(option -> !option.hidden()).toList();
  }

  private void option(String condition, OptionSpec option) {
    List<String> words = new ArrayList<>();
    for (String name : option.names()) {
      words.add(name.startsWith("--") ? "-l" : "-s");
      words.add(name.replaceFirst("^--?", ""));
    }
    if (option.arity().max() > 0) {
      words.add("-r");
      if (!files(option)) {
        words.add("-f");
      }
    }
    if (option.completionCandidates() != null) {
      words.add("-a");
      words.add(quote(String.join(" ", option.completionCandidates())));
    }
    if (option.description().length > 0) {
      words.add("-d");
      words.add(quote(sentence(option.description()[0])));
    }
    line(condition, words.toArray(String[]::new));
  }

  private void values(String condition, PositionalParamSpec parameter) {
    if (parameter.completionCandidates() != null) {
      line(condition, "-f", "-a", quote(String.join(" ", parameter.completionCandidates())));
    }
  }

  /** Whether a file may be meant: its type says so, or the label of a choice that has one. */
  private static boolean files(ArgSpec argument) {
    return argument.type() == Path.class
        || argument.type() == File.class
        || argument.paramLabel().contains("FILE")
        || argument.paramLabel().contains("FOLDER");
  }

  private void line(String condition, String... words) {
    script
        .append("complete -c ")
        .append(command)
        .append(" -n '")
        .append(condition)
        .append("' ")
        .append(String.join(" ", words))
        .append('\n');
  }

  private static String summary(CommandLine command) {
    String[] description = command.getCommandSpec().usageMessage().description();
    String[] header = command.getCommandSpec().usageMessage().header();
    return sentence(description.length > 0 ? description[0] : header.length > 0 ? header[0] : "");
  }

  /** The first sentence, without its full stop. */
  private static String sentence(@Nullable String text) {
    String resolved =
        text == null ? "" : text.replace("%%", "%").replaceAll("\\$\\{[^}]*\\}", "...");
    int end = resolved.indexOf(". ");
    String first = end < 0 ? resolved : resolved.substring(0, end);
    return first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
  }

  private static String quote(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
