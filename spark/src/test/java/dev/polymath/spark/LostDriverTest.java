package dev.polymath.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A driver that is killed without a word, and another that goes on from its checkpoint. */
class LostDriverTest {

  @Test
  @Timeout(240)
  void anotherGoesOnToTheSameHash(@TempDir Path folder) throws Exception {
    String checkpoints = folder.resolve("kept").toUri().toString();
    kill(checkpoints, folder);
    try (SparkSession spark = SparkSessions.local()) {
      String whole = Tables.hash(LostDriver.classifier("").fit(LostDriver.rows(spark)).toBytes());
      PolymathClassificationModel resumed =
          LostDriver.classifier(checkpoints).fit(LostDriver.rows(spark).repartition(5));
      assertEquals(whole, Tables.hash(resumed.toBytes()));
      assertNotNull(resumed.summary());
      assertTrue(resumed.summary().resumedAfter() > 0);
    }
  }

  private static void kill(String checkpoints, Path folder)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (flag.startsWith("--add-")) {
        command.add(flag);
      }
    }
    command.addAll(
        List.of(
            "-cp", System.getProperty("java.class.path"), LostDriver.class.getName(), checkpoints));
    Process driver =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = driver.inputReader()) {
      String line = out.readLine();
      while (line != null && !line.equals(LostDriver.NOW)) {
        line = out.readLine();
      }
      assertEquals(LostDriver.NOW, line, "the driver ended by itself");
    } finally {
      driver.destroyForcibly();
    }
    assertEquals(128 + 9, driver.waitFor());
  }
}
