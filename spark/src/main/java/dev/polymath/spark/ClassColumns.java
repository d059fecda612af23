package dev.polymath.spark;

import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.data.ModelOutput;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a classifier. One with an empty name is left out.
 *
 * @param raw the name of the column with ln p of each class
 * @param probability the name of the column with p of each class
 * @param prediction the name of the column with the number of the class
 * @param names of the classes
 * @param decision how the class is decided
 */
record ClassColumns(
    String raw, String probability, String prediction, List<String> names, Decision decision)
    implements OutputColumns {

  /**
   * How a class is decided.
   *
   * @param thresholds the class with the largest p/t is predicted, t its threshold; null if they
   *     are not set
   * @param positive where thresholds are not set, the class that is predicted from a probability
   *     on; −1 if the most probable class is
   * @param from that probability
   */
  record Decision(double @Nullable [] thresholds, int positive, double from)
      implements java.io.Serializable {

    static Decision of(double @Nullable [] thresholds, ModelOutput output) {
      ModelOutput.Classes classes = (ModelOutput.Classes) output;
      int count = classes.names().size();
      if (thresholds != null && thresholds.length != count) {
        throw new IllegalArgumentException(
            "thresholds: expected one for each of "
                + count
                + " classes, found "
                + thresholds.length);
      }
      ModelOutput.Threshold own = classes.threshold();
      return own == null
          ? new Decision(thresholds, -1, 0)
          : new Decision(thresholds, own.positive(), own.probability());
    }

    /** The class that is predicted; of equals the first. */
    int decide(double[] probabilities) {
      double[] t = thresholds;
      if (t == null && positive >= 0) {
        return probabilities[positive] >= from ? positive : 1 - positive;
      }
      int best = 0;
      double most = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < probabilities.length; i++) {
        // As in Spark: with a threshold of 0, a class of probability 0 is NaN and not predicted.
        double scaled = t == null ? probabilities[i] : probabilities[i] / t[i];
        if (scaled > most) {
          most = scaled;
          best = i;
        }
      }
      return best;
    }
  }

  /** ln p, which a softmax makes p of; finite where p is 0. */
  static double raw(double probability) {
    return StrictMath.log(Math.max(probability, Float.MIN_NORMAL));
  }

  @Override
  public int[] widths() {
    int[] all = {names.size(), names.size(), 0};
    String[] columns = {raw, probability, prediction};
    return IntStream.range(0, all.length)
        .filter(i -> !columns[i].isEmpty())
        .map(i -> all[i])
        .toArray();
  }

  @Override
  public StructType appendedTo(StructType schema) {
    StructType appended =
        Schemas.appended(schema, raw, SQLDataTypes.VectorType(), Metadata.empty());
    appended = Schemas.appended(appended, probability, SQLDataTypes.VectorType(), Metadata.empty());
    if (prediction.isEmpty()) {
      return appended;
    }
    // With the names, IndexToString makes them of the numbers.
    Metadata classes =
        NominalAttribute.defaultAttr()
            .withName(prediction)
            .withValues(names.toArray(String[]::new))
            .toMetadata();
    return Schemas.appended(appended, prediction, DataTypes.DoubleType, classes);
  }

  @Override
  public Batch batch(Model model, int mostRows, boolean[] made) {
    return new Probabilities((Classifier) model, mostRows, made);
  }

  private final class Probabilities implements Batch {

    private static final int NOT_MADE = -1;

    private final Classifier classifier;
    private final int classes;
    private final float[] computed;
    private final double[] p;
    private final int rawPlace;
    private final int probabilityPlace;
    private final int predictionPlace;

    Probabilities(Classifier classifier, int mostRows, boolean[] made) {
      this.classifier = classifier;
      classes = classifier.classes();
      computed = new float[Math.multiplyExact(mostRows, classes)];
      p = new double[classes];
      int[] places = new int[3];
      String[] columns = {raw, probability, prediction};
      int appended = 0;
      int next = 0;
      for (int i = 0; i < places.length; i++) {
        boolean wanted = !columns[i].isEmpty() && made[appended++];
        places[i] = wanted ? next++ : NOT_MADE;
      }
      rawPlace = places[0];
      probabilityPlace = places[1];
      predictionPlace = places[2];
    }

    @Override
    public void compute(float[] features, int rows) {
      classifier.predictProbabilities(features, rows, computed);
    }

    @Override
    public void write(int row, OutputRow target) {
      for (int i = 0; i < classes; i++) {
        p[i] = computed[row * classes + i];
      }
      if (rawPlace != NOT_MADE) {
        for (int i = 0; i < classes; i++) {
          target.set(rawPlace, i, raw(p[i]));
        }
      }
      if (probabilityPlace != NOT_MADE) {
        for (int i = 0; i < classes; i++) {
          target.set(probabilityPlace, i, p[i]);
        }
      }
      if (predictionPlace != NOT_MADE) {
        target.set(predictionPlace, decision.decide(p));
      }
    }
  }
}
