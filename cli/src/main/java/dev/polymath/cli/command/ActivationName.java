package dev.polymath.cli.command;

import dev.polymath.Activation;
import dev.polymath.cli.terminal.Words;
import java.util.List;
import java.util.Locale;

/** The names of the {@link Activation}s that a hidden layer can have. */
final class ActivationName extends Words<Activation> {

  ActivationName() {
    super(
        List.of("sigmoid", "tanh", "relu", "leaky-relu", "elu", "selu", "identity"),
        name -> Activation.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')));
  }

  static String of(Activation activation) {
    return activation.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
