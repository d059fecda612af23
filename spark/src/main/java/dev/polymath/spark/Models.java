package dev.polymath.spark;

import java.util.Locale;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.jspecify.annotations.Nullable;

/** What the transformers' parameters say. */
final class Models {

  private Models() {}

  /** The backend's name; empty where none is set. */
  static String backend(PolymathParams params) {
    Param<String> backend = params.backend();
    return params.isDefined(backend) ? params.$(backend) : "";
  }

  /** What becomes of invalid rows. */
  static Scoring.Invalid invalid(PolymathParams params) {
    Param<String> handle = params.handleInvalid();
    String value = params.isDefined(handle) ? params.$(handle) : "error";
    return Scoring.Invalid.valueOf(value.toUpperCase(Locale.ROOT));
  }

  /** The value of {@code inputCols}; null where it is not set. */
  static String @Nullable [] inputCols(Params params, Param<String[]> inputCols) {
    return params.isDefined(inputCols) ? params.$(inputCols) : null;
  }
}
