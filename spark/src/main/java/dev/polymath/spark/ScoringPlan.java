package dev.polymath.spark;

import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A model's columns appended to those of a child, in Spark's logical plan. Spark's optimizer takes
 * from the child what nobody asks for.
 */
final class ScoringPlan extends LogicalPlan {

  private static final long serialVersionUID = 1;

  private final Seq<Attribute> input;
  private final Seq<Attribute> produced;
  private final Scoring scoring;
  private final LogicalPlan child;

  /**
   * @param input the columns that the model reads, in the order of {@link Scoring#input}
   * @param produced the columns that the model appends
   */
  ScoringPlan(Seq<Attribute> input, Seq<Attribute> produced, Scoring scoring, LogicalPlan child) {
    this.input = input;
    this.produced = produced;
    this.scoring = scoring;
    this.child = child;
  }

  Seq<Attribute> input() {
    return input;
  }

  Seq<Attribute> produced() {
    return produced;
  }

  Scoring scoring() {
    return scoring;
  }

  LogicalPlan child() {
    return child;
  }

  @Override
  public Seq<Attribute> output() {
    return Seqs.concat(child.output(), produced);
  }

  @Override
  public AttributeSet producedAttributes() {
    return AttributeSet$.MODULE$.apply(Seqs.expressions(produced));
  }

  @Override
  public Seq<LogicalPlan> children() {
    return Seqs.of(List.of(child));
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return new ScoringPlan(input, produced, scoring, children.head());
  }

  /**
   * Of the elements below, as Spark has changed them. Spark would look for a public constructor.
   */
  @Override
  @SuppressWarnings("unchecked")
  public LogicalPlan makeCopy(Object[] elements) {
    ScoringPlan copy =
        new ScoringPlan(
            (Seq<Attribute>) elements[0],
            (Seq<Attribute>) elements[1],
            (Scoring) elements[2],
            (LogicalPlan) elements[3]);
    copy.copyTagsFrom(this);
    return copy;
  }

  @Override
  @SuppressWarnings("unchecked")
  public LogicalPlan clone() {
    return makeCopy(new Object[] {input, produced, scoring, child.clone()});
  }

  @Override
  public int productArity() {
    return 4;
  }

  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> input;
      case 1 -> produced;
      case 2 -> scoring;
      case 3 -> child;
      default -> throw new IndexOutOfBoundsException(n);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ScoringPlan;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof ScoringPlan plan
            && input.equals(plan.input)
            && produced.equals(plan.produced)
            && scoring.equals(plan.scoring)
            && child.equals(plan.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(input, produced, scoring, child);
  }
}
