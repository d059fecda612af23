package dev.polymath.models.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What is done to a picture before its pixels become features. */
public enum PictureForm {
  /** A digit of any size, dark or light, is brought into MNIST's form: {@link MnistForm}. */
  MNIST("mnist"),

  /** Pixel by pixel. */
  AS_IS("as-is");

  private final String word;

  PictureForm(String word) {
    this.word = word;
  }

  /** The form with that {@linkplain #toString name}; empty if there is none. */
  public static Optional<PictureForm> named(String word) {
    return Arrays.stream(values()).filter(form -> form.word.equals(word)).findFirst();
  }

  /**
   * The usual form of images: {@link #MNIST} where they have its size and every class is a single
   * digit, else {@link #AS_IS}.
   */
  public static PictureForm usual(ImageSize size, List<String> classNames) {
    return size.equals(ImageSize.MNIST) && areDigits(classNames) ? MNIST : AS_IS;
  }

  /** Whether every class is named with a single digit. */
  public static boolean areDigits(List<String> classNames) {
    return classNames.stream().allMatch(name -> name.matches("[0-9]"));
  }

  /**
   * A picture in this form.
   *
   * @throws IllegalArgumentException if it is blank where a digit is expected
   */
  public GreyImage of(GreyImage picture) {
    return this == AS_IS ? picture : MnistForm.of(picture);
  }

  /** The name in model files and on the command line: {@code mnist} or {@code as-is}. */
  @Override
  public String toString() {
    return word;
  }
}
