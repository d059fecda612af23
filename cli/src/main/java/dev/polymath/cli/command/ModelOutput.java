package dev.polymath.cli.command;

import dev.polymath.cli.files.FileErrors;
import dev.polymath.cli.terminal.ErrorText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a trained model is saved. A training may have taken hours: where the file can't be written
 * after all, the model is kept in another place.
 *
 * @param target where it should be
 * @param refuges folders for the other place, tried in order
 */
record ModelOutput(Path target, List<Path> refuges) {

  /** The folder of temporary files, the user's own, the one that the command runs in. */
  static ModelOutput to(Path target) {
    List<Path> refuges = new ArrayList<>();
    for (String folder : List.of("java.io.tmpdir", "user.home", "user.dir")) {
      refuges.add(Path.of(System.getProperty(folder, ".")));
    }
    return new ModelOutput(target, refuges);
  }

  /** Writes the model to a file, whole or not at all. */
  interface Saving {
    void to(Path file) throws IOException;
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
  void save(Saving model) throws IOException {
    try {
      FileErrors.run(target.toString(), () -> model.to(target));
    } catch (IOException e) {
      throw new ElsewhereException(e, keep(model, e));
    }
  }

  private Path keep(Saving model, IOException failure) throws IOException {
    for (Path refuge : refuges) {
      try {
        return keep(model, refuge);
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
    StringBuilder why = new StringBuilder(ErrorText.sentence(failure));
    for (Throwable e : failure.getSuppressed()) {
      why.append("; the model could not be kept elsewhere either: ").append(ErrorText.sentence(e));
    }
    throw new IOException(why.toString(), failure);
  }

  private static Path keep(Saving model, Path refuge) throws IOException {
    Path kept = Files.createTempFile(refuge, "polymath-", ".safetensors");
    try {
      model.to(kept);
      return kept;
    } catch (IOException e) {
      try {
        Files.deleteIfExists(kept);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }
}
