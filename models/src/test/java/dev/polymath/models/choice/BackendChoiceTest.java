package dev.polymath.models.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.BackendInfo;
import dev.polymath.BackendStatus;
import dev.polymath.Backends;
import dev.polymath.models.choice.BackendChoice.Candidate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The choice of a backend")
class BackendChoiceTest {

  private static final BackendChoice.Workload WORK =
      new BackendChoice.Workload(List.of(5, 4, 3), 2, 1);

  /** The fakes answer at once: this is spent, and no more. */
  private static final Duration BUDGET = Duration.ofMillis(300);

  @TempDir Path folder;

  /** Times by backend and call; the two backends of the test's class path have these names. */
  private record Fakes(Map<String, IntToDoubleFunction> times, Map<String, String> obstacles)
      implements BackendChoice.StepRunner.Starter {

    static Fakes of(IntToDoubleFunction vector, IntToDoubleFunction scalar) {
      return new Fakes(Map.of("arrays-vector", vector, "arrays", scalar), Map.of());
    }

    @Override
    public BackendChoice.StepRunner start(String backend, BackendChoice.Workload work) {
      IntToDoubleFunction time = times.get(backend);
      return new BackendChoice.StepRunner() {
        private int calls;

        @Override
        public BackendInfo info() {
          return new BackendInfo(backend, "1", 1, "a fake\tof: a name=with marks", true);
        }

        @Override
        public int checkedRows() {
          return 2;
        }

        @Override
        public double run(double seconds) {
          return time.applyAsDouble(calls++);
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public Optional<String> obstacle(String backend) {
      return Optional.ofNullable(obstacles.get(backend));
    }
  }

  private static BackendChoice measure(BackendChoice.StepRunner.Starter starter) {
    return BackendChoice.measure(WORK, starter, BUDGET);
  }

  private static List<String> names(BackendChoice choice) {
    return choice.ranking().stream().map(Candidate::name).toList();
  }

  @Test
  @DisplayName("takes the fastest, though another has the higher priority")
  void fastest() {
    BackendChoice choice = measure(Fakes.of(call -> 200, call -> 100));
    assertEquals("arrays", choice.name());
    assertEquals(List.of("arrays", "arrays-vector"), names(choice));
    BackendChoice.Time second = choice.ranking().get(1).time();
    assertEquals(200, second.micros());
    assertEquals(2, second.ratio());
    assertFalse(second.tied());
  }

  @Test
  @DisplayName("goes by the median: a round of noise decides nothing")
  void median() {
    BackendChoice choice =
        measure(Fakes.of(call -> call % 5 == 0 ? 1000 : 100, call -> call % 7 == 0 ? 1 : 200));
    assertEquals("arrays-vector", choice.name());
  }

  @Test
  @DisplayName("takes the higher priority where the difference is noise, and says so")
  void noise() {
    BackendChoice choice = measure(Fakes.of(call -> 101, call -> 100));
    assertEquals("arrays-vector", choice.name());
    assertTrue(choice.ranking().get(0).time().tied());
    assertTrue(choice.ranking().get(1).time().tied());
    assertTrue(choice.ranking().get(1).time().ratio() < 1);

    // Every third round the other way round: a quarter of the rounds saw no difference.
    choice = measure(Fakes.of(call -> call % 3 == 0 ? 90 : 110, call -> 100));
    assertEquals("arrays-vector", choice.name());
  }

  @Test
  @DisplayName("leaves out what fails at its start, at a step, or is not to be started")
  void failures() {
    IntToDoubleFunction broken =
        call -> {
          throw new UnsatisfiedLinkError("no such library");
        };
    BackendChoice choice = measure(Fakes.of(broken, call -> 100));
    assertEquals(List.of("arrays", "arrays-vector"), names(choice));
    assertEquals(
        "java.lang.UnsatisfiedLinkError: no such library", choice.ranking().get(1).problem());

    choice =
        measure(
            new Fakes(
                Map.of("arrays", call -> 100.0), Map.of("arrays-vector", "it unpacks a lot")));
    assertEquals("it unpacks a lot", choice.ranking().get(1).problem());

    IllegalStateException none =
        assertThrows(IllegalStateException.class, () -> measure(Fakes.of(broken, broken)));
    assertTrue(
        none.getMessage().startsWith("no backend can be measured; found: arrays-vector: java.lang"),
        none.getMessage());
  }

  @Test
  @DisplayName("measures in this JVM, and opens what it chose")
  void local() {
    BackendChoice choice = BackendChoice.measure(WORK, BackendChoice.StepRunner::open, BUDGET);
    assertEquals(
        Backends.list().stream().map(BackendStatus::name).sorted().toList(),
        names(choice).stream().sorted().toList());
    assertTrue(choice.ranking().stream().allMatch(c -> c.time() != null && c.checkedRows() == 2));
    try (var session = choice.open()) {
      assertEquals(choice.name(), session.info().name());
    }
  }

  @Test
  @DisplayName("is kept, and holds under the same circumstances alone")
  void kept() throws IOException {
    Fakes fakes = Fakes.of(call -> 200, call -> 100);
    Path cache = folder.resolve("not there").resolve("yet");
    assertTrue(BackendChoice.kept(cache, WORK, fakes).isEmpty());
    BackendChoice choice = measure(fakes);
    choice.keep(cache);
    BackendChoice kept = BackendChoice.kept(cache, WORK, fakes).orElseThrow();
    assertEquals(choice.ranking(), kept.ranking());
    assertEquals(WORK, kept.work());

    for (BackendChoice.Workload other :
        List.of(
            new BackendChoice.Workload(WORK.layers(), 3, 1),
            new BackendChoice.Workload(WORK.layers(), 2, 2),
            new BackendChoice.Workload(List.of(5, 3), 2, 1))) {
      assertTrue(BackendChoice.kept(cache, other, fakes).isEmpty());
    }
    Fakes less = new Fakes(fakes.times(), Map.of("arrays-vector", "it unpacks a lot"));
    assertTrue(BackendChoice.kept(cache, WORK, less).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "candidates=1", "\\uZZZZ", "candidates=-1", "0.micros=NaN", "circumstances=x"})
  @DisplayName("is measured anew where the kept file is damaged")
  void damaged(String text) throws IOException {
    Fakes fakes = Fakes.of(call -> 200, call -> 100);
    Path file = measure(fakes).keep(folder);
    String whole = Files.readString(file);
    // Alone, and after what was right: the last of two entries counts.
    for (String damaged : List.of(text, whole.substring(0, whole.length() / 2) + "\n" + text)) {
      Files.writeString(file, damaged);
      assertTrue(BackendChoice.kept(folder, WORK, fakes).isEmpty(), damaged);
    }
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertTrue(BackendChoice.kept(folder, WORK, fakes).isEmpty());
    measure(fakes).keep(folder);
    assertTrue(BackendChoice.kept(folder, WORK, fakes).isPresent());
  }

  @Test
  @DisplayName("is kept whole by several at once")
  void atOnce() throws IOException {
    Fakes fakes = Fakes.of(call -> 200, call -> 100);
    BackendChoice choice = measure(fakes);
    Path file = choice.keep(folder);
    IntStream.range(0, 40)
        .parallel()
        .forEach(
            i -> {
              try {
                choice.keep(folder);
                assertTrue(BackendChoice.kept(folder, WORK, fakes).isPresent());
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'5', 1, 1, 'layers: expected at least inputs and classes, found [5]'",
    "'5,1', 1, 1, 'layers: expected at least 2 classes as the last, found 1'",
    "'5,0,3', 1, 1, 'layers: expected at least 1, found 0'",
    "'5,3', 0, 1, 'batch: expected at least 1, found 0'",
    "'5,3', 1, -2, 'threads: expected at least 1, found -2'",
    "'70000,70000,3', 1, 1, 'layers: 70000 units after 70000 at batch 1 make a matrix of more than"
        + " 2^31 - 1 elements'"
  })
  @DisplayName("refuses a workload that makes no sense")
  void workload(String layers, int batch, int threads, String message) {
    List<Integer> widths = Stream.of(layers.split(",")).map(Integer::valueOf).toList();
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new BackendChoice.Workload(widths, batch, threads));
    assertEquals(message, e.getMessage());
  }
}
