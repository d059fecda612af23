package dev.polymath.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.training.TrainingHistory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Progress")
class StatusLineTest {

  private final StringWriter text = new StringWriter();
  private final PrintWriter out = new PlainWriter(text);

  /** What stands in the last line, without the terminal's codes. */
  private String line() {
    String all = text.toString().replaceAll("\u001b\\[\\?7[lh]", "");
    return all.substring(all.lastIndexOf("\u001b[K") + 3);
  }

  private static TrainingHistory.Epoch epoch(int number) {
    return new TrainingHistory.Epoch(
        number, number, 0.12345, 0.98765, 0.1357, 0.97654, 123456, 1.5, 0.1);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 100, 80, 60, 40, 20, 10, 1})
  @DisplayName("fits a terminal of any width, and fills it")
  void fits(int columns) {
    TrainingProgress progress = new TrainingProgress(new StatusLine(out, true, () -> columns), 25);
    progress.epoch(epoch(25));
    String line = line().stripTrailing();
    assertTrue(line.length() <= Math.max(1, columns - 1), line);
    assertTrue("epoch 25/25".startsWith(line) || line.startsWith("epoch 25/25"), line);
    assertEquals(columns >= 100, line.contains("examples/s"), line);
    assertEquals(columns >= 40, line.contains("validation 97.65 %"), line);
  }

  @Test
  @DisplayName("follows a resize, and is cut by the terminal should that come in between")
  void resize() {
    AtomicInteger columns = new AtomicInteger(80);
    StatusLine line = new StatusLine(out, true, columns::get);
    line.show(() -> List.of("x".repeat(70), "short"));
    assertEquals("x".repeat(70), line());
    columns.set(40);
    line.print(List.of("y".repeat(70), "short"));
    assertEquals("short", line().strip());
    assertTrue(text.toString().startsWith("\r\u001b[K\u001b[?7lxxx"), text::toString);
    assertTrue(text.toString().contains("x\u001b[?7h"), text::toString);
  }

  @Test
  @DisplayName("moves at most ten times a second, and not at all where there is no terminal")
  void quiet() {
    StatusLine moving = new StatusLine(out, true, () -> 80);
    moving.show(() -> List.of("once"));
    long before = text.getBuffer().length();
    new StatusLine(out, false, () -> 80)
        .show(
            () -> {
              throw new AssertionError("asked for a line that nobody sees");
            });
    assertEquals(before, text.getBuffer().length());
    StatusLine piped = new StatusLine(out, false, () -> 10);
    piped.print(List.of("a long line that stays as it is", "short"));
    assertTrue(
        text.toString().endsWith("a long line that stays as it is" + System.lineSeparator()));
  }

  @ParameterizedTest
  @CsvSource({"1,1", "25,1", "30,1", "31,2", "60,2", "150,5", "500,20", "1000,50", "100000,5000"})
  @DisplayName("prints a line for each epoch, or for some of many")
  void stride(int epochs, int stride) {
    assertEquals(stride, TrainingProgress.stride(epochs));
    TrainingProgress progress = new TrainingProgress(new StatusLine(out, false, () -> 80), epochs);
    for (int i = 1; i <= epochs; i++) {
      progress.epoch(epoch(i));
    }
    List<String> lines = text.toString().lines().toList();
    assertTrue(lines.size() <= 32, lines::toString);
    assertTrue(lines.get(lines.size() - 1).startsWith("epoch"), lines::toString);
    assertTrue(lines.get(lines.size() - 1).contains(epochs + "/" + epochs), lines::toString);
  }

  @Test
  @DisplayName("says how long it takes once it knows, the slow first step left aside")
  void estimate() {
    AtomicLong now = new AtomicLong();
    Estimate estimate = new Estimate(now::get);
    now.set(60_000_000_000L);
    estimate.step(0.01);
    assertEquals("", estimate.left(0.01));
    for (int i = 0; i < 9; i++) {
      now.addAndGet(1_000_000_000L);
      estimate.step(0.02 + 0.01 * i);
    }
    assertEquals("", estimate.left(0.10), "too few steps");
    now.addAndGet(1_000_000_000L);
    estimate.step(0.11);
    assertEquals("1:29 min left", estimate.left(0.11));
    assertEquals("", estimate.left(1));
    // Ten times as fast as before: it counts what was seen last.
    for (int i = 0; i < 100; i++) {
      now.addAndGet(100_000_000L);
      estimate.step(0.11 + 0.0001 * i);
    }
    for (int i = 0; i < 100; i++) {
      now.addAndGet(100_000_000L);
      estimate.step(0.12 + 0.005 * i);
    }
    assertEquals("7 s left", estimate.left(0.62));
    assertEquals("59 s", Estimate.duration(59.4));
    assertEquals("59:59 min", Estimate.duration(3599));
    assertEquals("2:06 h", Estimate.duration(2 * 3600 + 6 * 60 + 55));
  }

  @Test
  @DisplayName("has no code of the terminal where there is none")
  void plain() {
    TrainingProgress progress = new TrainingProgress(new StatusLine(out, false, () -> 80), 2);
    progress.epoch(epoch(1));
    progress.epoch(epoch(2));
    assertFalse(text.toString().contains("\u001b") || text.toString().contains("\r\u001b"));
    assertEquals(2, text.toString().lines().count());
  }
}
