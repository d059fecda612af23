package dev.polymath.spark;

import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.execution.ColumnarToRowTransition;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * {@link ScoringPlan} as it is executed: only the columns that are asked for are made. Where the
 * child has its rows in columns, as Spark's reader of Parquet has, it takes them from there: the
 * interface tells Spark not to make rows of them before.
 */
@SuppressWarnings("serial") // Scala's sequences of a plan are serializable; their interface is not
final class ScoringExec extends SparkPlan implements ColumnarToRowTransition {

  private static final long serialVersionUID = 1;

  private final Seq<Attribute> input;
  private final Seq<Attribute> kept;
  private final Seq<Attribute> produced;
  private final ScoringTask task;
  private final SparkPlan child;

  /**
   * @param input the columns that the model reads
   * @param kept the child's columns that go on
   * @param produced the model's columns that go on
   */
  ScoringExec(
      Seq<Attribute> input,
      Seq<Attribute> kept,
      Seq<Attribute> produced,
      ScoringTask task,
      SparkPlan child) {
    this.input = input;
    this.kept = kept;
    this.produced = produced;
    this.task = task;
    this.child = child;
  }

  @Override
  public Seq<Attribute> output() {
    return Seqs.concat(kept, produced);
  }

  @Override
  public AttributeSet producedAttributes() {
    return AttributeSet$.MODULE$.apply(Seqs.expressions(produced));
  }

  @Override
  public RDD<InternalRow> doExecute() {
    Seq<Attribute> columns = child.output();
    RowShape shape = RowShape.of(columns, input, kept);
    ScoringTask scoring = task;
    FlatMapFunction<Iterator<InternalRow>, InternalRow> rows = all -> scoring.rows(all, shape);
    if (child.supportsColumnar()) {
      FlatMapFunction<Iterator<ColumnarBatch>, InternalRow> batches =
          all -> scoring.rows(new ColumnarRows(all), shape);
      return child.executeColumnar().toJavaRDD().mapPartitions(batches).rdd();
    }
    return child.execute().toJavaRDD().mapPartitions(rows).rdd();
  }

  @Override
  public SparkPlan child() {
    return child;
  }

  @Override
  public SparkPlan withNewChildInternal(SparkPlan other) {
    return new ScoringExec(input, kept, produced, task, other);
  }

  @Override
  public Seq<SparkPlan> children() {
    return Seqs.of(List.of(child));
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
    return withNewChildInternal(children.head());
  }

  /**
   * Of the elements below, as Spark has changed them. Spark would look for a public constructor.
   */
  @Override
  @SuppressWarnings("unchecked")
  public SparkPlan makeCopy(Object[] elements) {
    ScoringExec copy =
        new ScoringExec(
            (Seq<Attribute>) elements[0],
            (Seq<Attribute>) elements[1],
            (Seq<Attribute>) elements[2],
            (ScoringTask) elements[3],
            (SparkPlan) elements[4]);
    copy.copyTagsFrom(this);
    return copy;
  }

  @Override
  public SparkPlan clone() {
    return makeCopy(new Object[] {input, kept, produced, task, child.clone()});
  }

  @Override
  public int productArity() {
    return 5;
  }

  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> input;
      case 1 -> kept;
      case 2 -> produced;
      case 3 -> task;
      case 4 -> child;
      default -> throw new IndexOutOfBoundsException(n);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ScoringExec;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof ScoringExec plan
            && input.equals(plan.input)
            && kept.equals(plan.kept)
            && produced.equals(plan.produced)
            && task.equals(plan.task)
            && child.equals(plan.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(input, kept, produced, task, child);
  }
}
