package dev.polymath.it.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.cli.data.PictureTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every reader of files meets any bytes. In a normal build: sound files, each of what a fuzzer has
 * found before (the folder {@code fuzz} of the test resources), and damaged copies. {@code mvn
 * -Pfuzz} goes on with Jazzer for {@code polymath.fuzz.seconds} per reader.
 */
@DisplayName("Any bytes")
@Execution(ExecutionMode.SAME_THREAD)
class FuzzTest {

  private static final int DAMAGED = 300;

  /** Sound files, made when they are asked for. */
  private interface Supply {
    List<byte[]> get() throws IOException;
  }

  /** A kind of file and its reader. */
  enum Kind {
    MODEL(ModelTarget.class, ModelTarget::fuzzerTestOneInput, Seeds::models),
    STATE_DICT(StateDictTarget.class, StateDictTarget::fuzzerTestOneInput, Seeds::stateDicts),
    IDX(IdxTarget.class, IdxTarget::fuzzerTestOneInput, Seeds::idx),
    TABLE(TableTarget.class, TableTarget::fuzzerTestOneInput, Seeds::tables),
    NUMBERS(NumbersTarget.class, NumbersTarget::fuzzerTestOneInput, Seeds::tables),
    PICTURE(PictureTarget.class, PictureTarget::fuzzerTestOneInput, Seeds::pictures);

    private final Class<?> target;
    private final Consumer<byte[]> reader;
    private final Supply sound;

    Kind(Class<?> target, Consumer<byte[]> reader, Supply sound) {
      this.target = target;
      this.reader = reader;
      this.sound = sound;
    }

    private String folder() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private static List<byte[]> corpus(Kind kind) throws IOException {
    List<byte[]> files = new ArrayList<>(kind.sound.get());
    Path folder = Path.of("src", "test", "resources", "fuzz", kind.folder());
    if (Files.isDirectory(folder)) {
      try (Stream<Path> found = Files.list(folder)) {
        for (Path file : found.sorted().toList()) {
          files.add(Files.readAllBytes(file));
        }
      }
    }
    return files;
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("are read, or refused in one sentence")
  void corpusAndDamage(Kind kind) throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    for (byte[] file : corpus(kind)) {
      kind.reader.accept(file);
      for (int i = 0; i < DAMAGED; i++) {
        byte[] damaged = damage(file, random);
        try {
          kind.reader.accept(damaged);
        } catch (RuntimeException | Error e) {
          throw new AssertionError(kind + ", bytes " + Arrays.toString(damaged), e);
        }
      }
    }
  }

  /** Bits flipped, bytes replaced, pieces moved, an end cut off. */
  private static byte[] damage(byte[] file, SplittableRandom random) {
    byte[] bytes = file.clone();
    for (int n = 1 + random.nextInt(4); n > 0 && bytes.length > 1; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> {
          int count = 1 + random.nextInt(Math.min(16, bytes.length - 1));
          System.arraycopy(
              bytes,
              random.nextInt(bytes.length - count + 1),
              bytes,
              random.nextInt(bytes.length - count + 1),
              count);
        }
        default -> bytes = Arrays.copyOf(bytes, at);
      }
    }
    return bytes;
  }

  @ParameterizedTest
  @EnumSource
  @Tag("fuzz")
  @DisplayName("are read, or refused in one sentence, for as long as is asked")
  void campaign(Kind kind) throws IOException, InterruptedException {
    String seconds = System.getProperty("polymath.fuzz.seconds");
    Assumptions.assumeTrue(seconds != null, "runs with mvn -Pfuzz");
    Path work = Files.createDirectories(Path.of("target", "fuzz", kind.folder()));
    Path seeds = Files.createDirectories(work.resolve("corpus"));
    int number = 0;
    for (byte[] file : corpus(kind)) {
      Files.write(seeds.resolve("seed-" + number++), file);
    }
    Path log = work.resolve("log.txt").toAbsolutePath();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + kind.target.getName(),
                "--instrumentation_includes=dev.polymath.**:com.fasterxml.**:de.siegmar.**",
                "-max_total_time=" + seconds,
                "-max_len=4096",
                "-timeout=60",
                "corpus")
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(Long.parseLong(seconds) + 300, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(log);
    lines.stream()
        .filter(line -> line.contains("DONE"))
        .forEach(line -> System.out.println(kind + ": " + line));
    assertTrue(ended, "still running: see " + log);
    assertEquals(0, process.exitValue(), () -> "a finding: see " + log);
  }
}
