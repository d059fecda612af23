package dev.polymath.cli.data;

import dev.polymath.cli.terminal.Words;
import dev.polymath.models.data.PictureForm;
import java.util.stream.Stream;

/** The names of {@link PictureForm}s on the command line. */
public final class PictureFormName extends Words<PictureForm> {

  /** For the help of an option. */
  public static final String DESCRIPTION =
      "Pictures: mnist (a digit of any size, dark or light, brought into MNIST's form) or as-is"
          + " (pixel by pixel).";

  PictureFormName() {
    super(
        Stream.of(PictureForm.values()).map(PictureForm::toString).toList(),
        word -> PictureForm.named(word).orElseThrow());
  }
}
