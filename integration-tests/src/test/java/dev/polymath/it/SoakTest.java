package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.models.Classifier;
import dev.polymath.models.ThreeLayerClassifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many threads predict while models are loaded, swapped, closed or dropped. A few seconds here;
 * {@code -Dpolymath.soak=1800} makes it half an hour.
 */
@DisplayName("A model that serves many threads and is swapped all the time")
class SoakTest {

  private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("polymath.soak", 4));

  private static final int THREADS = 64;
  private static final int MODELS = 4;
  private static final int ROWS = 96;
  private static final int INPUTS = 40;
  private static final int CLASSES = 5;

  /** Bytes in use: of the heap after a collection, and of the whole process. */
  private record State(long heap, long resident) {}

  /** One loaded model. Its lock keeps {@code close} away from predictions that still run. */
  private record Serving(
      int number, Backend backend, Classifier model, ReentrantReadWriteLock lock) {

    static Serving load(int number, byte[] file, String backend, int threads) throws IOException {
      Backend session = TestBackends.open(backend, threads);
      return new Serving(
          number, session, Classifier.load(file, session), new ReentrantReadWriteLock());
    }

    void close() {
      lock.writeLock().lock();
      try {
        backend.close();
      } finally {
        lock.writeLock().unlock();
      }
    }
  }

  private final AtomicReference<Serving> current = new AtomicReference<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicLong predictions = new AtomicLong();
  private volatile boolean over;

  private final float[] rows = new float[ROWS * INPUTS];
  private final byte[][] files = new byte[MODELS][];
  private final float[][] expected = new float[MODELS][];

  static List<String> arrays() {
    return TestBackends.available().stream().filter(name -> name.startsWith("arrays")).toList();
  }

  @ParameterizedTest
  @MethodSource("arrays")
  @DisplayName("gives the bits of the model that was asked, and keeps neither memory nor threads")
  void soak(String backend) throws Exception {
    int before = polymathThreads();
    prepare(backend);
    current.set(Serving.load(0, files[0], backend, 2));
    List<Thread> threads = start();
    State quarter = swap(backend);
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
    current.get().close();
    if (failure.get() != null) {
      throw new AssertionError(failure.get());
    }
    State end = state();
    System.out.printf(
        "%s, %d s, %d threads: %,d predictions; heap %.1f -> %.1f MB, resident %.0f -> %.0f MB%n",
        backend,
        LENGTH.toSeconds(),
        THREADS,
        predictions.get(),
        quarter.heap() / 1e6,
        end.heap() / 1e6,
        quarter.resident() / 1e6,
        end.resident() / 1e6);
    assertTrue(predictions.get() > THREADS, () -> predictions + " predictions");
    assertTrue(
        end.heap() < quarter.heap() + 8_000_000,
        () -> "heap in use grew from " + quarter.heap() + " to " + end.heap() + " bytes");
    Awaited.until("threads of closed sessions are alive", () -> polymathThreads() <= before);
  }

  /** Models of other weights, and what each answers when nobody else asks. */
  private void prepare(String backend) throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = random.nextFloat() * 4 - 2;
    }
    for (int m = 0; m < MODELS; m++) {
      try (Backend session = TestBackends.open(backend, 1)) {
        Classifier model =
            ThreeLayerClassifier.builder(session)
                .inputs(INPUTS)
                .classes(CLASSES)
                .seed(100L + m)
                .build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        model.save(out);
        files[m] = out.toByteArray();
        expected[m] = new float[ROWS * CLASSES];
        model.predictProbabilities(rows, ROWS, expected[m]);
      }
    }
  }

  private List<Thread> start() {
    ThreadFactory virtual = virtualThreads();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      long seed = t;
      Runnable work = () -> predict(new Random(seed));
      Thread thread = t % 2 == 0 ? new Thread(work) : virtual.newThread(work);
      threads.add(thread);
      thread.start();
    }
    return threads;
  }

  /** One row, some rows or all of them, until the time is over. */
  private void predict(Random random) {
    try {
      while (!over) {
        int first = random.nextInt(ROWS);
        int count = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(ROWS - first);
        float[] features = Arrays.copyOfRange(rows, first * INPUTS, (first + count) * INPUTS);
        float[] found = new float[count * CLASSES];
        Serving serving = current.get();
        if (!serving.lock().readLock().tryLock()) {
          continue; // it is being closed: its successor is there already
        }
        try {
          if (serving != current.get()) {
            continue; // closed between the two lines above
          }
          serving.model().predictProbabilities(features, count, found);
        } finally {
          serving.lock().readLock().unlock();
        }
        int wrong =
            Arrays.mismatch(
                expected[serving.number()],
                first * CLASSES,
                (first + count) * CLASSES,
                found,
                0,
                found.length);
        if (wrong >= 0) {
          throw new AssertionError(
              "model "
                  + serving.number()
                  + ", rows "
                  + first
                  + " + "
                  + count
                  + ": value "
                  + wrong
                  + " is "
                  + found[wrong]);
        }
        predictions.incrementAndGet();
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      over = true;
    }
  }

  /** Models come and go, closed or only dropped; the state after a quarter of the time. */
  private State swap(String backend) throws Exception {
    long start = System.nanoTime();
    State quarter = null;
    Random random = new Random(3);
    while (!over && System.nanoTime() - start < LENGTH.toNanos()) {
      Thread.sleep(5 + random.nextInt(20));
      int number = random.nextInt(MODELS);
      Serving next = Serving.load(number, files[number], backend, 1 + random.nextInt(3));
      Serving old = current.getAndSet(next);
      if (random.nextInt(4) > 0) {
        old.close();
      }
      if (quarter == null && System.nanoTime() - start > LENGTH.toNanos() / 4) {
        quarter = state();
      }
    }
    return quarter == null ? state() : quarter;
  }

  private static State state() throws Exception {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(20);
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return new State(least, resident());
  }

  /** Bytes of memory that the system counts for this process, 0 where it does not say. */
  private static long resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }

  private static int polymathThreads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("polymath-"))
            .count();
  }

  /** Virtual threads where this JDK has them (21), else platform threads. */
  private static ThreadFactory virtualThreads() {
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      return (ThreadFactory)
          Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
    } catch (ReflectiveOperationException e) {
      return Thread::new;
    }
  }
}
