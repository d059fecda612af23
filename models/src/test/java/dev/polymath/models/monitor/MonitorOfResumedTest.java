package dev.polymath.models.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.Examples;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.training.Checkpoint;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingInterruptedException;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The monitor and the curve of a run that goes on from a checkpoint")
class MonitorOfResumedTest {

  /** 20 examples in batches of 16: each second step has 4 rows. */
  private static final DataSet DATA = Examples.clouds(20, 3);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  @DisplayName("see what is left of it, whatever batch it begins with")
  void rest(int steps) throws IOException {
    ReferenceBackend backend = new ReferenceBackend();
    Path file = folder.resolve("run");
    TrainingOptions options = TrainingOptions.defaults().epochs(4).batch(16);
    TrainingListener after =
        new TrainingListener() {
          private int taken;

          @Override
          public void epoch(TrainingHistory.Epoch result) {}

          @Override
          public void step(Step step) {
            taken++;
          }

          @Override
          public boolean interruptsRun() {
            return taken == steps;
          }
        };
    assertThrows(
        TrainingInterruptedException.class,
        () ->
            Examples.small(backend)
                .build()
                .fit(DATA, options.listener(Checkpoint.to(file)).listener(after)));
    TrainingMonitor monitor = new TrainingMonitor();
    LossCurve curve = new LossCurve();
    Examples.small(backend)
        .build()
        .fit(DATA, options.listener(Checkpoint.resume(file)).listener(monitor).listener(curve));
    assertEquals(8 - steps, monitor.samples().size());
    assertEquals(steps + 1, monitor.samples().get(0).step());
    assertEquals(8 - steps, curve.points().size());
    monitor.verdict();
  }
}
