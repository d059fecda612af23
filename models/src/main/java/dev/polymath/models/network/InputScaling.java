package dev.polymath.models.network;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.FeatureStatistics;
import dev.polymath.models.data.ModelInput;
import java.util.Arrays;

/**
 * What a model does to its features before the first layer: {@code x' = (x − shift) · scale},
 * feature by feature. Immutable.
 */
public final class InputScaling {

  private final float[] shift;
  private final float[] scale;

  // All features alike, as for images: one loop that C2 vectorises. It does not vectorise the
  // general one, whose arrays are read at different offsets (measured: 22 and 2 us per batch of 64
  // images).
  private final boolean uniform;

  /** Whether nothing changes, not even the sign of a zero. */
  private final boolean identity;

  private InputScaling(float[] shift, float[] scale) {
    this.shift = shift;
    this.scale = scale;
    this.uniform = allEqual(shift) && allEqual(scale);
    this.identity = equals(shift, 0) && equals(scale, 1);
  }

  private static boolean allEqual(float[] values) {
    for (float value : values) {
      if (value != values[0]) {
        return false;
      }
    }
    return true;
  }

  /** Whether all are this number; -0 is not 0. */
  private static boolean equals(float[] values, float value) {
    for (float v : values) {
      if (Float.compare(v, value) != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Given figures.
   *
   * @param shift one finite number per feature; copied
   * @param scale one finite number per feature; copied
   */
  public static InputScaling of(float[] shift, float[] scale) {
    if (shift.length == 0 || shift.length != scale.length) {
      throw new IllegalArgumentException(
          "input scaling: expected as many shifts as scales and at least 1, found "
              + shift.length
              + " and "
              + scale.length);
    }
    for (int i = 0; i < shift.length; i++) {
      if (!Float.isFinite(shift[i]) || !Float.isFinite(scale[i])) {
        throw new IllegalArgumentException(
            "input scaling: feature "
                + i
                + ": expected finite numbers, found shift "
                + shift[i]
                + " and scale "
                + scale[i]);
      }
    }
    return new InputScaling(shift.clone(), scale.clone());
  }

  /** Features as they are: {@code x' = x}. */
  public static InputScaling none(int features) {
    float[] ones = new float[features];
    Arrays.fill(ones, 1);
    return new InputScaling(new float[features], ones);
  }

  /**
   * What gives the data mean 0 and standard deviation 1: the pixels of images taken as one sample,
   * plain features each on its own. What never varies becomes 0, in other data too: nothing can be
   * learned of it.
   *
   * <p>Pixels are alike to begin with, and the border of an image hardly varies: dividing each by
   * its own deviation would blow up noise. Features that a table's encoder has scaled stay as they
   * are.
   */
  public static InputScaling standardizing(DataSet data) {
    if (data.input() instanceof ModelInput.Columns) {
      return none(data.features());
    }
    FeatureStatistics statistics = data.featureStatistics();
    boolean together = data.imageSize().isPresent();
    float[] shift = new float[statistics.features()];
    float[] scale = new float[statistics.features()];
    for (int j = 0; j < shift.length; j++) {
      shift[j] = (float) (together ? statistics.overallMean() : statistics.mean(j));
      double deviation =
          together ? statistics.overallStandardDeviation() : statistics.standardDeviation(j);
      scale[j] = deviation == 0 ? 0 : (float) Math.min(1 / deviation, Float.MAX_VALUE);
    }
    return of(shift, scale);
  }

  /** How many features. */
  public int features() {
    return shift.length;
  }

  /** What is taken from each feature; a copy. */
  public float[] shift() {
    return shift.clone();
  }

  /** What each feature is multiplied by after that; a copy. */
  public float[] scale() {
    return scale.clone();
  }

  /** Scales the first {@code rows} rows in place. */
  public void apply(float[] features, int rows) {
    for (int i = 0; i < rows; i++) {
      applyToRow(features, i * shift.length);
    }
  }

  /** Scales one row in place, the features from {@code at} on: the rest stays as it is. */
  public void applyToRow(float[] features, int at) {
    if (identity) {
      return;
    }
    if (uniform) {
      float commonShift = shift[0];
      float commonScale = scale[0];
      for (int j = at; j < at + shift.length; j++) {
        features[j] = (features[j] - commonShift) * commonScale;
      }
      return;
    }
    for (int j = 0; j < shift.length; j++) {
      features[at + j] = (features[at + j] - shift[j]) * scale[j];
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InputScaling s
        && Arrays.equals(shift, s.shift)
        && Arrays.equals(scale, s.scale);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shift) + Arrays.hashCode(scale);
  }

  /** How many features it scales, and by what where that is one figure for all. */
  @Override
  public String toString() {
    String by = uniform ? "(x - " + shift[0] + ") * " + scale[0] : "feature by feature";
    return "InputScaling[" + features() + " features, " + by + "]";
  }
}
