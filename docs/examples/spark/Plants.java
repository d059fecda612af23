import dev.polymath.spark.PolymathClassificationModel;
import dev.polymath.spark.PolymathClassifier;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Trains a pipeline on the plants of a CSV file, keeps it, and applies it to plants that it has not
 * seen.
 *
 * <p>Arguments: the CSV file, and the folder that the pipeline is kept in.
 */
public final class Plants {

  private Plants() {}

  public static void main(String[] arguments) throws Exception {
    try (SparkSession spark = SparkSession.builder().appName("plants").getOrCreate()) {
      Dataset<Row> plants =
          spark.read().option("header", true).option("inferSchema", true).csv(arguments[0]);
      Dataset<Row>[] parts = plants.randomSplit(new double[] {0.75, 0.25}, 1);

      Pipeline pipeline =
          new Pipeline()
              .setStages(
                  new PipelineStage[] {
                    new StringIndexer().setInputCol("kind").setOutputCol("label"),
                    new StringIndexer().setInputCol("soil").setOutputCol("soilNumber"),
                    new OneHotEncoder().setInputCol("soilNumber").setOutputCol("soilVector"),
                    new VectorAssembler()
                        .setInputCols(
                            new String[] {
                              "height", "leaf_length", "leaf_width", "petals", "soilVector"
                            })
                        .setOutputCol("features"),
                    new PolymathClassifier().setHiddenLayers(32, 16).setMaxIter(40).setSeed(7)
                  });
      PipelineModel model = pipeline.fit(parts[0]);

      Dataset<Row> unseen = model.transform(parts[1]);
      double accuracy =
          new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(unseen);
      System.out.println("plants named rightly: " + Math.round(100 * accuracy) + " %");

      // The classes' names go along with the predictions: IndexToString finds them.
      new IndexToString()
          .setInputCol("prediction")
          .setOutputCol("named")
          .transform(unseen)
          .select("kind", "named", "probability")
          .show(5, false);

      model.write().overwrite().save(arguments[1]);
      Dataset<Row> again = PipelineModel.load(arguments[1]).transform(parts[1]);
      boolean same = unseen.select("probability").except(again.select("probability")).isEmpty();
      System.out.println("the same after loading: " + same);

      // The network alone: its model file is what ./polymath predict and serve read, too.
      PolymathClassificationModel network =
          (PolymathClassificationModel) model.stages()[model.stages().length - 1];
      System.out.println("classes: " + network.classNames());
    }
  }
}
