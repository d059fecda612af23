package dev.polymath.cli.command;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which of two classes is the one to be found. */
final class PositiveOption {

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--positive",
      paramLabel = "CLASS",
      description =
          "Of two classes the one to be found, for ROC-AUC, PR-AUC and the threshold. Default: the"
              + " rarer one.")
  private @Nullable String positive;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  PositiveOption() {}

  boolean given() {
    return positive != null;
  }

  /**
   * The number of the positive class.
   *
   * @param otherwise where it is not given
   */
  int among(List<String> classNames, int otherwise) {
    if (positive == null) {
      return otherwise;
    }
    if (classNames.size() != 2) {
      throw new ParameterException(
          spec.commandLine(),
          "--positive: expected data of two classes, found " + classNames.size());
    }
    int number = classNames.indexOf(positive);
    if (number < 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--positive: expected " + String.join(" or ", classNames) + ", found " + positive);
    }
    return number;
  }
}
