package dev.polymath.cli.spi;

import java.util.List;

/**
 * Adds a command to {@code polymath}. Providers on the class path or module path are found by
 * {@link java.util.ServiceLoader}; the command line knows none of them.
 */
public interface CommandProvider {

  /**
   * The command: a new object of a class that picocli's {@code @Command} names, and that is a
   * {@code Callable<Integer>} whose result is the exit code. It prints to the writers of its {@code
   * CommandSpec}'s command line; what it throws becomes one sentence on the error stream. A module
   * opens the package of the class to {@code info.picocli}.
   */
  Object command();

  /** A few words for the list of commands, a full stop at the end. */
  String summary();

  /** Command lines for the help, each beginning with {@code polymath}. */
  List<String> examples();
}
