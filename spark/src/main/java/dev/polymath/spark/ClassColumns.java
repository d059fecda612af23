package dev.polymath.spark;

import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.data.ModelOutput;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.DenseVector;
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
  public int count() {
    return (raw.isEmpty() ? 0 : 1)
        + (probability.isEmpty() ? 0 : 1)
        + (prediction.isEmpty() ? 0 : 1);
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
  public Batch batch(Model model, int mostRows) {
    return new Probabilities((Classifier) model, mostRows);
  }

  private final class Probabilities implements Batch {

    private final Classifier classifier;
    private final int classes;
    private final float[] computed;

    Probabilities(Classifier classifier, int mostRows) {
      this.classifier = classifier;
      classes = classifier.classes();
      computed = new float[Math.multiplyExact(mostRows, classes)];
    }

    @Override
    public void compute(float[] features, int rows) {
      classifier.predictProbabilities(features, rows, computed);
    }

    @Override
    public void write(int row, Object[] cells, int at) {
      double[] p = new double[classes];
      for (int i = 0; i < classes; i++) {
        p[i] = computed[row * classes + i];
      }
      write(cells, at, p, decision.decide(p));
    }

    @Override
    public void writeInvalid(Object[] cells, int at) {
      double[] p = new double[classes];
      Arrays.fill(p, Double.NaN);
      write(cells, at, p, Double.NaN);
    }

    private void write(Object[] cells, int at, double[] p, double predicted) {
      int place = at;
      if (!raw.isEmpty()) {
        double[] logarithms = new double[classes];
        for (int i = 0; i < classes; i++) {
          logarithms[i] = raw(p[i]);
        }
        cells[place++] = new DenseVector(logarithms);
      }
      if (!probability.isEmpty()) {
        cells[place++] = new DenseVector(p);
      }
      if (!prediction.isEmpty()) {
        cells[place] = predicted;
      }
    }
  }
}
