package dev.polymath.cli.command;

import dev.polymath.cli.terminal.Words;
import dev.polymath.models.data.Task;
import java.util.List;
import java.util.Locale;

/** The names of {@link Task}s. */
final class TaskName extends Words<Task> {

  TaskName() {
    super(
        List.of("classification", "regression", "labels"),
        name -> Task.valueOf(name.toUpperCase(Locale.ROOT)));
  }
}
