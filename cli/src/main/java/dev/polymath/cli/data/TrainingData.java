package dev.polymath.cli.data;

import dev.polymath.models.data.DataSet;
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
 * @param target of a table, which column is the target, in words; null for other data
 * @param columns of a table, a line on each column; empty for other data
 * @param notes what a person should know of how the examples were read and matched
 * @param where they are, as the end of a sentence; empty for memory
 */
public record TrainingData(
    String source,
    TrainTest parts,
    @Nullable String target,
    List<String> columns,
    List<String> notes,
    String where) {

  /** Data in memory. */
  TrainingData(
      String source,
      TrainTest parts,
      @Nullable String target,
      List<String> columns,
      List<String> notes) {
    this(source, parts, target, columns, notes, "");
  }

  public TrainingData {
    columns = List.copyOf(columns);
    notes = List.copyOf(notes);
  }

  public DataSet train() {
    return parts.train();
  }

  public DataSet test() {
    return parts.test();
  }

  /** What was read, and of a table which column is the target. */
  public String description() {
    return source
        + ": "
        + train()
        + (target == null ? "" : "; " + target)
        + "; "
        + test().size()
        + " to test"
        + where;
  }

  /** The same data, and where they are. */
  TrainingData where(String place) {
    return new TrainingData(source, parts, target, columns, notes, place);
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
