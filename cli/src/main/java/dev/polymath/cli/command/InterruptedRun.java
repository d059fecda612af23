package dev.polymath.cli.command;

import dev.polymath.cli.terminal.CommandLineText;
import dev.polymath.cli.terminal.ErrorText;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.training.TrainingInterruptedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of a training that was interrupted: saves the model so far, and says how to go on.
 *
 * @param out where the model would have been saved
 * @param kept the checkpoint that has the run as far as it went; null if there is none
 * @param arguments of the command
 */
record InterruptedRun(Path out, @Nullable Path kept, List<String> arguments) {

  private static final String EXTENSION = ".safetensors";
  private static final String INTERRUPTED = ".interrupted";

  /** Saves what there is of the model, and returns what to say. */
  String end(TrainingInterruptedException e) {
    List<String> ways = new ArrayList<>();
    if (kept != null) {
      ways.add(resumed() + " goes on with it in the same bits");
    }
    e.model().ifPresent(model -> ways.add(save(model)));
    String where = String.valueOf(e.getMessage());
    return ways.isEmpty()
        ? where + ", and nothing of it is kept"
        : where + ": " + String.join("; ", ways);
  }

  private String save(ModelFile model) {
    Path file = file(out);
    try {
      ModelOutput.to(file).save(model::write);
      return "the model so far is in " + file + ", and --from " + file + " trains it further";
    } catch (ModelOutput.ElsewhereException e) {
      return e.sentence();
    } catch (IOException e) {
      return "the model so far can't be saved: " + ErrorText.sentence(e);
    }
  }

  /** A file beside the one where the model would be, that is not there yet. */
  static Path file(Path out) {
    String name = out.getFileName().toString();
    String stem =
        name.endsWith(EXTENSION) ? name.substring(0, name.length() - EXTENSION.length()) : name;
    Path file = out.resolveSibling(stem + INTERRUPTED + EXTENSION);
    for (int number = 2; Files.exists(file, LinkOption.NOFOLLOW_LINKS); number++) {
      file = out.resolveSibling(stem + "." + number + INTERRUPTED + EXTENSION);
    }
    return file;
  }

  /** The same command, with the file to go on from. */
  private String resumed() {
    List<String> command = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).equals("--resume")) {
        i++;
      } else if (!arguments.get(i).startsWith("--resume=")) {
        command.add(arguments.get(i));
      }
    }
    command.add("--resume");
    command.add(String.valueOf(kept));
    return CommandLineText.of(command);
  }
}
