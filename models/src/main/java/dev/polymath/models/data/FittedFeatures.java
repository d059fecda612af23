package dev.polymath.models.data;

import java.util.List;
import java.util.Locale;

/** Features brought into the form that a model takes. */
final class FittedFeatures {

  private FittedFeatures() {}

  /**
   * The features in a model's order; the same object where nothing is to be done. See {@link
   * DataSet#fittedTo}.
   *
   * @param input what the features are
   * @param wanted what the model takes
   */
  static Features of(Features features, ModelInput input, ModelInput wanted) {
    List<String> names = wanted.table().names();
    List<String> own = input.table().names();
    Features fitted = features;
    if (wanted instanceof ModelInput.Columns columns) {
      return encoded(features, input, columns);
    }
    if (input instanceof ModelInput.Columns) {
      throw new IllegalArgumentException(
          "expected features as they are, found those of a table's encoder");
    }
    if (features instanceof FloatFeatures plain && !names.isEmpty() && !own.isEmpty()) {
      if (!names.equals(own)) {
        fitted = plain.columns(ColumnMatch.of(names, own).columns());
      }
    } else if (features.count() != wanted.features()) {
      throw new IllegalArgumentException(
          "expected " + wanted.features() + " features, found " + features.count());
    }
    if (wanted instanceof ModelInput.Table && features instanceof Pixels) {
      throw new IllegalArgumentException("expected rows of a table, found images");
    }
    return wanted instanceof ModelInput.Pictures pictures ? images(fitted, pictures) : fitted;
  }

  /** Features of the same encoder, or those of which nothing is known, stay as they are. */
  private static Features encoded(Features features, ModelInput input, ModelInput.Columns wanted) {
    if (features instanceof Pixels) {
      throw new IllegalArgumentException("expected rows of a table, found images");
    }
    if (input instanceof ModelInput.Table) {
      throw new IllegalArgumentException(
          "the model encodes its tables: expected a table that was read for it, found plain"
              + " numbers of columns");
    }
    if (input instanceof ModelInput.Columns columns && !columns.equals(wanted)) {
      throw new IllegalArgumentException(
          "expected a table that the model's own encoder has encoded, found one of another");
    }
    if (features.count() != wanted.features()) {
      throw new IllegalArgumentException(
          "expected " + wanted.features() + " features, found " + features.count());
    }
    return features;
  }

  private static Features images(Features features, ModelInput.Pictures wanted) {
    if (features instanceof Pixels images) {
      if (!images.size().equals(wanted.size())) {
        throw new IllegalArgumentException(
            "expected images of " + text(wanted.size()) + ", found " + text(images.size()));
      }
      return images;
    }
    return pixels(features, wanted);
  }

  private static String text(ImageSize size) {
    return size.height() + " x " + size.width() + " pixels";
  }

  /** Requires a feature for each pixel. */
  static void requirePixels(ImageSize size, int features) {
    if (size.pixels() != features) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "images of %d x %d pixels: expected %d features, found %d",
              size.height(),
              size.width(),
              size.pixels(),
              features));
    }
  }

  /**
   * The features as pixels, row by row.
   *
   * @throws IllegalArgumentException if a feature is no pixel
   */
  static Features pixels(Features features, ModelInput.Pictures pictures) {
    if (features instanceof DiskFeatures) {
      throw new IllegalArgumentException("expected images in memory, found features on disk");
    }
    if (!(features instanceof FloatFeatures plain)) {
      return new PixelFeatures(pictures.size(), ((PixelFeatures) features).stored());
    }
    float[] values = plain.values();
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < pixels.length; i++) {
      try {
        pixels[i] = (byte) pictures.pixel(values[i]);
      } catch (IllegalArgumentException e) {
        int count = features.count();
        throw new IllegalArgumentException(
            "pixel " + i % count + " of example " + i / count + ": " + e.getMessage());
      }
    }
    return PixelFeatures.ofUnsigned(pictures.size(), pixels);
  }
}
