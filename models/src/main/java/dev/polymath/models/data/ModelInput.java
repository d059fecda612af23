package dev.polymath.models.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model is given before anything is computed: what its features mean, and how they are taken
 * from a table's row or a picture. A data set says it of its examples, a model keeps what it was
 * trained on, and a model file holds it.
 */
public sealed interface ModelInput {

  /** Features of an example, at least 1. */
  int features();

  /** How features lie in a row of a table. */
  Table table();

  /**
   * Plain numbers of which nothing but their order is known.
   *
   * @param features of an example, at least 1
   */
  record Numbers(int features) implements ModelInput {

    public Numbers {
      requireFeatures(features);
    }

    @Override
    public Table table() {
      return new Table(features, List.of(), null, Table.UNKNOWN);
    }
  }

  /**
   * Columns of a table.
   *
   * @param features number of feature columns, at least 1
   * @param names of the feature columns, in the model's order; empty where the table had no header
   * @param label name of the column with the labels; null where the table had no header, or no such
   *     column
   * @param labelColumn where that column stood, from 0 and with all columns counted but row names;
   *     {@link #UNKNOWN} where that is not known
   */
  record Table(int features, List<String> names, @Nullable String label, int labelColumn)
      implements ModelInput {

    /** The place of a label's column that is not known. */
    public static final int UNKNOWN = -1;

    public Table {
      requireFeatures(features);
      names = List.copyOf(names);
      if (!names.isEmpty() && names.size() != features) {
        throw new IllegalArgumentException(
            "table: expected a name for each of " + features + " features, found " + names.size());
      }
      if (labelColumn < UNKNOWN) {
        throw new IllegalArgumentException(
            "table: label column: expected at least 0, found " + labelColumn);
      }
    }

    @Override
    public Table table() {
      return this;
    }
  }

  /**
   * The pixels of an image, row by row, as fractions of white.
   *
   * @param size of the image
   * @param form what is done to a picture before its pixels are taken
   * @param white the number that stands for white in a table of pixels: 255 or 1
   * @param table how pixels lie in a row of a table
   */
  record Pictures(ImageSize size, PictureForm form, int white, Table table) implements ModelInput {

    public Pictures {
      if (white != 1 && white != 255) {
        throw new IllegalArgumentException("pictures: white: expected 1 or 255, found " + white);
      }
      if (table.features() != size.pixels()) {
        throw new IllegalArgumentException(
            "pictures: expected a column for each of "
                + size.pixels()
                + " pixels, found "
                + table.features());
      }
      if (form == PictureForm.MNIST && !size.equals(ImageSize.MNIST)) {
        throw new IllegalArgumentException(
            "pictures: MNIST's form has 28 x 28 pixels, found "
                + size.height()
                + " x "
                + size.width());
      }
    }

    /** Pictures whose pixels lie in order where they stand in a table, from 0 to 255. */
    public Pictures(ImageSize size, PictureForm form) {
      this(size, form, 255, new Numbers(size.pixels()).table());
    }

    @Override
    public int features() {
      return size.pixels();
    }

    /**
     * A pixel of a table as a byte's 0 to 255.
     *
     * @param value from 0 to {@link #white}; a whole number where that is 255
     * @throws IllegalArgumentException if it is not
     */
    public int pixel(float value) {
      float pixel = value * (255 / white);
      int rounded = Math.round(pixel);
      if (!(pixel >= 0 && pixel <= 255) || white == 255 && rounded != pixel) {
        throw new IllegalArgumentException(
            (white == 255 ? "expected a whole number from 0 to 255" : "expected 0 to 1")
                + ", found "
                + value);
      }
      return rounded;
    }

    /**
     * The feature that a pixel of a table becomes, a fraction of white.
     *
     * @param value as {@link #pixel} takes it
     * @throws IllegalArgumentException as there
     */
    public float feature(float value) {
      return PixelFeatures.fraction(pixel(value));
    }
  }

  /**
   * Columns of numbers, categories and dates, some of them missing, that an encoder makes features
   * of. The features are scaled as a network wants them: nothing is done to them before its first
   * layer.
   *
   * @param encoder as it was fitted in training
   */
  record Columns(TableEncoder encoder) implements ModelInput {

    @Override
    public int features() {
      return encoder.features();
    }

    /** The names of the features that the encoder makes, and the target's column. */
    @Override
    public Table table() {
      return new Table(
          features(), encoder.featureNames(), encoder.target(), encoder.targetColumn());
    }
  }

  private static void requireFeatures(int features) {
    if (features < 1) {
      throw new IllegalArgumentException("input: features: expected at least 1, found " + features);
    }
  }
}
