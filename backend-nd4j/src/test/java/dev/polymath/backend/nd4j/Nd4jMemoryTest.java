package dev.polymath.backend.nd4j;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

@DisplayName("The memory of nd4j")
class Nd4jMemoryTest {

  @Test
  @DisplayName("stays as it is over 2000 steps: nothing grows, natively or on the heap")
  void flat(TestReporter reporter) throws IOException {
    // The heap is all there from the start, so that what grows is native.
    List<String> lines =
        Jvm.asLaunched()
            .with("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch")
            .run(LongRun.class, "2000");
    long allocated = Long.parseLong(lines.get(0));
    long growth = Long.parseLong(lines.get(1));
    reporter.publishEntry("heap bytes allocated per step", String.valueOf(allocated));
    reporter.publishEntry("resident bytes grown", String.valueOf(growth));
    assertTrue(growth < 16 << 20, "resident memory grew by " + growth + " bytes in 2000 steps");
  }
}
