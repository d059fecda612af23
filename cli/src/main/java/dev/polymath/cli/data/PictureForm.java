package dev.polymath.cli.data;

import dev.polymath.cli.terminal.Words;
import dev.polymath.models.Classifier;
import dev.polymath.models.data.GreyImage;
import dev.polymath.models.data.MnistForm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** What is done to a picture before a model sees it. */
public enum PictureForm {
  /** Brought into MNIST's form. */
  MNIST("mnist"),
  /** Taken pixel by pixel. */
  AS_IS("as-is");

  /** The name of the option, and of what a model file keeps of it among its recipe. */
  static final String RECORD = "pictures";

  public static final String DESCRIPTION =
      "Pictures: mnist (a digit of any size, dark or light, brought into MNIST's form) or as-is"
          + " (pixel by pixel).";

  private final String word;

  PictureForm(String word) {
    this.word = word;
  }

  static Optional<PictureForm> named(String word) {
    return Arrays.stream(values()).filter(form -> form.word.equals(word)).findFirst();
  }

  /** What a model takes where nothing is said: the form of its training, if it is known. */
  public static PictureForm of(Classifier model) {
    return named(model.provenance().recipe().getOrDefault(RECORD, ""))
        .orElse(model.imageSize().equals(Optional.of(MnistForm.SIZE)) ? MNIST : AS_IS);
  }

  /**
   * A picture in this form.
   *
   * @throws IOException if it is blank
   */
  public GreyImage of(Path file, GreyImage picture) throws IOException {
    if (this == AS_IS) {
      return picture;
    }
    try {
      return MnistForm.of(picture);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return word;
  }

  /** The names on the command line. */
  public static final class Name extends Words<PictureForm> {
    public Name() {
      super(
          Stream.of(values()).map(PictureForm::toString).toList(),
          word -> named(word).orElseThrow());
    }
  }
}
