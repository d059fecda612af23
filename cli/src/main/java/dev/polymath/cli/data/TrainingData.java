package dev.polymath.cli.data;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.Task;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.internal.PlainText;
import dev.polymath.models.io.Provenance;
import java.io.File;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model is trained and tested on.
 *
 * @param source the data as a person names them: a word or a path
 * @param parts the examples to train on and to test with
 * @param table whether they are rows of a table
 * @param notes what a person should know of how the test examples were matched
 */
public record TrainingData(String source, TrainTest parts, boolean table, List<String> notes) {

  public TrainingData {
    notes = List.copyOf(notes);
  }

  public DataSet train() {
    return parts.train();
  }

  public DataSet test() {
    return parts.test();
  }

  /** What was read, and of a table which column is the label. */
  public String description() {
    ModelInput.Table columns = train().input().table();
    String label = "";
    boolean regression = train().task() == Task.REGRESSION;
    if (table && columns.labelColumn() != ModelInput.Table.UNKNOWN) {
      String name = columns.label() == null ? "" : " (" + columns.label() + ")";
      label =
          "; the "
              + (regression ? "target" : "label")
              + " is column "
              + (columns.labelColumn() + 1)
              + name;
    }
    return source + ": " + train() + label + "; " + test().size() + " to test";
  }

  /**
   * What a model file says of a training on these data.
   *
   * @param known what it says without them
   * @param testAccuracy of the trained model on the test examples
   */
  public Provenance recordedIn(Provenance known, double testAccuracy) {
    return known
        .withDataSet(PlainText.escaped(shortName()), known.dataSetFingerprint())
        .withTestAccuracy(testAccuracy);
  }

  /**
   * The same of a training on numeric targets.
   *
   * @param testRmse of a single target on the test examples; null for several
   */
  public Provenance recordedInRegression(Provenance known, @Nullable Double testRmse) {
    return known
        .withDataSet(PlainText.escaped(shortName()), known.dataSetFingerprint())
        .withRmse(known.validationRmse(), testRmse);
  }

  /** The last name of a path says enough in a title. */
  public String shortName() {
    int end = Math.max(source.lastIndexOf('/'), source.lastIndexOf(File.separatorChar));
    return end == source.length() - 1 ? source : source.substring(end + 1);
  }
}
