package dev.polymath.cli.data;

import dev.polymath.models.data.PictureForm;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Bytes as a picture of a digit. In this package, since only the commands read pictures. */
public final class PictureTarget {

  private PictureTarget() {}

  /** Called with each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    try {
      Picture.read("x", new ByteArrayInputStream(input), PictureForm.MNIST);
    } catch (IOException e) {
      if (e.getMessage() == null || !e.getMessage().startsWith("x: ")) {
        throw new AssertionError("the message does not begin with the picture's name", e);
      }
    }
  }
}
