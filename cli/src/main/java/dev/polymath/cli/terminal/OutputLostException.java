package dev.polymath.cli.terminal;

/**
 * The standard output takes no more, so that going on would be for nobody. Why, is said at the end.
 */
public final class OutputLostException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public OutputLostException() {
    super("the output could not be written");
  }
}
