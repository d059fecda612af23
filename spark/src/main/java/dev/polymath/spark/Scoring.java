package dev.polymath.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.types.DataTypeUtils;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/** What is appended to the rows of a DataFrame: a model's columns. */
final class Scoring implements Serializable {

  private static final long serialVersionUID = 1;

  private final Broadcast<SharedModel> model;
  private final InputColumns input;
  private final OutputColumns output;
  private final Invalid invalid;

  /** What becomes of a row with something missing or no number in its features. */
  enum Invalid {
    ERROR,
    SKIP,
    KEEP
  }

  private Scoring(
      Broadcast<SharedModel> model, InputColumns input, OutputColumns output, Invalid invalid) {
    this.model = model;
    this.input = input;
    this.output = output;
    this.invalid = invalid;
  }

  Broadcast<SharedModel> model() {
    return model;
  }

  InputColumns input() {
    return input;
  }

  OutputColumns output() {
    return output;
  }

  Invalid invalid() {
    return invalid;
  }

  /** A DataFrame with a model's columns appended; computed when it is asked for. */
  static Dataset<Row> of(
      Dataset<?> dataset,
      Broadcast<SharedModel> model,
      InputColumns input,
      OutputColumns output,
      Invalid invalid) {
    if (!(dataset instanceof org.apache.spark.sql.classic.Dataset<?> classic)) {
      throw new IllegalArgumentException(
          "transform: expected a DataFrame of a classic session, found one of "
              + dataset.getClass().getName());
    }
    ScoringStrategy.register(classic.sparkSession());
    LogicalPlan child = classic.logicalPlan();
    List<Attribute> columns = Seqs.list(child.output());
    List<Attribute> read = Arrays.stream(input.places()).mapToObj(columns::get).toList();
    List<Attribute> produced = new ArrayList<>();
    for (StructField field : output.appendedTo(new StructType()).fields()) {
      produced.add(DataTypeUtils.toAttribute(field));
    }
    Scoring scoring = new Scoring(model, input, output, invalid);
    LogicalPlan plan = new ScoringPlan(Seqs.of(read), Seqs.of(produced), scoring, child);
    // Names of their own: in a join with itself, Spark gives such new ones.
    List<NamedExpression> all = new ArrayList<>(columns);
    for (Attribute column : produced) {
      all.add(
          new Alias(
              column,
              column.name(),
              NamedExpression.newExprId(),
              Seqs.of(List.of()),
              Option.empty(),
              Seqs.of(List.of())));
    }
    return org.apache.spark.sql.classic.Dataset.ofRows(
        classic.sparkSession(), new Project(Seqs.of(all), plan));
  }

  @Override
  public String toString() {
    return "model "
        + model.id()
        + ", handleInvalid "
        + invalid.name().toLowerCase(java.util.Locale.ROOT);
  }
}
