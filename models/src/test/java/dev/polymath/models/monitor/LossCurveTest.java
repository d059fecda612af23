package dev.polymath.models.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.Examples;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossCurveTest {

  private final ReferenceBackend backend = new ReferenceBackend();
  private final DataSet data = Examples.clouds(50, 1);
  private final List<Double> losses = new ArrayList<>();
  private final TrainingListener ear =
      new TrainingListener() {
        @Override
        public void epoch(TrainingHistory.Epoch result) {}

        @Override
        public void step(TrainingListener.Step step) {
          losses.add(step.loss());
        }
      };

  private LossCurve train(LossCurve curve, int epochs) {
    losses.clear();
    TrainingOptions options =
        TrainingOptions.defaults().batch(20).epochs(epochs).listener(ear).listener(curve);
    Examples.small(backend).build().fit(data, options);
    return curve;
  }

  @Test
  void keepsEveryStepWhileThereIsRoom() {
    List<LossCurve.Point> points = train(new LossCurve(), 4).points();
    assertEquals(losses, points.stream().map(LossCurve.Point::loss).toList());
    assertEquals(losses, points.stream().map(LossCurve.Point::least).toList());
    // Batches of 20, 20 and 10 of 50 examples.
    assertEquals(0.4, points.get(0).epochs(), 1e-12);
    assertEquals(1.0, points.get(2).epochs(), 1e-12);
    assertEquals(4.0, points.get(11).epochs(), 1e-12);
  }

  @Test
  void joinsNeighboursSoThatALongRunStaysSmallAndNoStepIsLost() {
    List<LossCurve.Point> points = train(new LossCurve(), 667).points();
    assertEquals(2001, losses.size());
    assertTrue(points.size() <= 480 && points.size() >= 240, "points: " + points.size());
    assertEquals(2001, points.stream().mapToInt(LossCurve.Point::steps).sum());
    int from = 0;
    for (LossCurve.Point point : points) {
      List<Double> steps = losses.subList(from, from + point.steps());
      from += point.steps();
      double mean = steps.stream().mapToDouble(l -> l).average().orElseThrow();
      assertEquals(mean, point.loss(), 1e-12);
      assertEquals(steps.stream().mapToDouble(l -> l).min().orElseThrow(), point.least());
      assertEquals(steps.stream().mapToDouble(l -> l).max().orElseThrow(), point.most());
    }
    assertEquals(0.0, points.get(0).epochs() - (points.get(0).steps() + 1) / 6.0, 0.1);
  }

  @Test
  void anotherRunStartsAnew() {
    LossCurve curve = train(new LossCurve(), 700);
    assertEquals(6, train(curve, 2).points().size());
    assertEquals(1, curve.points().get(5).steps());
  }
}
