package dev.polymath.spark;

import java.util.List;
import org.apache.spark.sql.ExperimentalMethods;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.execution.FilterExec;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;

/**
 * Tells Spark's planner how {@link ScoringPlan} is executed: with the columns alone that a
 * selection or filter above it asks for.
 */
final class ScoringStrategy extends SparkStrategy {

  private static final long serialVersionUID = 1;
  private static final ScoringStrategy ONE = new ScoringStrategy();

  private ScoringStrategy() {}

  /** Makes it known to a session, which hands it on to its copies. */
  static void register(SparkSession session) {
    ExperimentalMethods methods = session.experimental();
    synchronized (ONE) {
      if (!methods.extraStrategies().contains(ONE)) {
        methods.extraStrategies_$eq(Seqs.concat(methods.extraStrategies(), Seqs.of(List.of(ONE))));
      }
    }
  }

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    if (plan instanceof ScoringPlan scoring) {
      return one(exec(scoring, scoring.outputSet()));
    }
    if (plan instanceof Project project) {
      if (project.child() instanceof ScoringPlan scoring) {
        return one(new ProjectExec(project.projectList(), exec(scoring, project.references())));
      }
      if (project.child() instanceof Filter filter
          && filter.child() instanceof ScoringPlan scoring) {
        AttributeSet wanted = project.references().$plus$plus(filter.references());
        return one(
            new ProjectExec(
                project.projectList(), new FilterExec(filter.condition(), exec(scoring, wanted))));
      }
    }
    return Seqs.of(List.of());
  }

  private static Seq<SparkPlan> one(SparkPlan plan) {
    return Seqs.of(List.of(plan));
  }

  private SparkPlan exec(ScoringPlan scoring, AttributeSet wanted) {
    List<Boolean> made =
        Seqs.list(scoring.produced()).stream().map(column -> wanted.contains(column)).toList();
    return new ScoringExec(
        scoring.input(),
        Seqs.within(scoring.child().output(), wanted),
        Seqs.within(scoring.produced(), wanted),
        new ScoringTask(scoring.scoring(), made),
        planLater(scoring.child()));
  }
}
