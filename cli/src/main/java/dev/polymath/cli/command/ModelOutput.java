package dev.polymath.cli.command;

import dev.polymath.cli.files.FileErrors;
import dev.polymath.cli.terminal.ErrorText;
import dev.polymath.models.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a trained model is saved. A training may have taken hours: where the file can't be written
 * after all, the model is kept in another place.
 *
 * @param target where it should be
 * @param refuge a folder for the other place
 */
record ModelOutput(Path target, Path refuge) {

  static ModelOutput to(Path target) {
    return new ModelOutput(target, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** The model is not where it should be, but somewhere. */
  static final class ElsewhereException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Path place;

    ElsewhereException(IOException cause, Path place) {
      super(ErrorText.sentence(cause) + "; the model is kept in " + place, cause);
      this.place = place;
    }

    Path place() {
      return place;
    }

    String sentence() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * Saves the model.
   *
   * @throws ElsewhereException if it could only be saved in the other place; the message names it
   * @throws IOException if it could not be saved at all
   */
  void save(Model model) throws IOException {
    try {
      FileErrors.run(
          target.toString(),
          () -> {
            model.save(target);
          });
    } catch (IOException e) {
      throw new ElsewhereException(e, keep(model, e));
    }
  }

  private Path keep(Model model, IOException failure) throws IOException {
    try {
      Path kept = Files.createTempFile(refuge, "polymath-", ".safetensors");
      model.save(kept);
      return kept;
    } catch (IOException e) {
      failure.addSuppressed(e);
      throw new IOException(
          ErrorText.sentence(failure)
              + "; the model could not be kept in "
              + refuge
              + " either: "
              + ErrorText.sentence(e),
          failure);
    }
  }
}
