package dev.polymath.spark;

import dev.polymath.models.Model;
import dev.polymath.models.Regressor;
import java.util.Arrays;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NumericAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;

/**
 * The column of a model of numeric targets: a number for one target, a vector for several.
 *
 * @param prediction its name; empty for no column
 * @param targets the names of the targets
 */
record NumberColumns(String prediction, String[] targets) implements OutputColumns {

  @Override
  public int[] widths() {
    if (prediction.isEmpty()) {
      return new int[0];
    }
    return new int[] {targets.length == 1 ? 0 : targets.length};
  }

  @Override
  public StructType appendedTo(StructType schema) {
    if (targets.length == 1) {
      return Schemas.appended(schema, prediction, DataTypes.DoubleType, Metadata.empty());
    }
    Attribute[] names =
        Arrays.stream(targets)
            .map(name -> NumericAttribute.defaultAttr().withName(name))
            .toArray(Attribute[]::new);
    Metadata metadata =
        prediction.isEmpty()
            ? Metadata.empty()
            : new AttributeGroup(prediction, names).toMetadata();
    return Schemas.appended(schema, prediction, SQLDataTypes.VectorType(), metadata);
  }

  @Override
  public Batch batch(Model model, int mostRows, boolean[] made) {
    return new Numbers((Regressor) model, mostRows);
  }

  private final class Numbers implements Batch {

    private final Regressor regressor;
    private final double[] computed;

    Numbers(Regressor regressor, int mostRows) {
      this.regressor = regressor;
      computed = new double[Math.multiplyExact(mostRows, targets.length)];
    }

    @Override
    public void compute(float[] features, int rows) {
      regressor.predict(features, rows, computed);
    }

    @Override
    public void write(int row, OutputRow target) {
      if (targets.length == 1) {
        target.set(0, computed[row]);
        return;
      }
      for (int i = 0; i < targets.length; i++) {
        target.set(0, i, computed[row * targets.length + i]);
      }
    }
  }
}
