package dev.polymath.cli.command;

import dev.polymath.cli.terminal.Words;
import java.util.List;

/** Where batch norms stand: before or after the activation. */
final class BatchNormPlace extends Words<String> {

  static final String AFTER = "after";

  BatchNormPlace() {
    super(List.of("before", AFTER), word -> word);
  }
}
