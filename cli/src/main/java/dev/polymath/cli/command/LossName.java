package dev.polymath.cli.command;

import dev.polymath.cli.terminal.Words;
import dev.polymath.models.training.LossFunction;
import java.util.Locale;
import java.util.stream.Stream;

/** The names of {@link LossFunction}s. */
final class LossName extends Words<LossFunction> {

  static final String DESCRIPTION =
      "cross-entropy (of classes), squared-error, huber (of numbers), or sigmoid-cross-entropy (of"
          + " labels).";

  LossName() {
    super(
        Stream.of(LossFunction.values()).map(LossName::word).toList(),
        name -> LossFunction.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')));
  }

  /** Such as {@code squared-error}. */
  static String word(LossFunction loss) {
    return loss.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
