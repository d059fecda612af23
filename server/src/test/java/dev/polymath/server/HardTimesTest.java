package dev.polymath.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.ThreeLayerClassifier;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients, some broken, while the model is swapped. A few seconds here; {@code
 * -Dpolymath.serve.seconds=600} for as long as you like.
 */
@DisplayName("64 connections, a swap a second, malformed requests and clients that stall")
class HardTimesTest {

  private static final long SECONDS = Long.getLong("polymath.serve.seconds", 4);
  private static final int CONNECTIONS = 64;
  private static final int STALLING = 5;
  private static final int DIGITS = 20;
  private static final int VERSIONS = 3;
  private static final long MOST_GROWTH = 24 << 20;

  @TempDir private Path folder;

  /** What each version says of each digit. */
  private final Map<String, List<float[]>> right = new ConcurrentHashMap<>();

  /** What went wrong, and how often. */
  private final Map<String, Integer> wrong = new ConcurrentHashMap<>();

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong busy = new AtomicLong();
  private final AtomicLong cut = new AtomicLong();
  private final List<Path> files = new ArrayList<>();

  private static final List<byte[]> MALFORMED =
      List.of(
          LoadClient.request("/v2/models/digits/infer", "", bytes("{\"inputs\": [")),
          LoadClient.request("/v2/models/digits/infer", "", bytes("{\"inputs\": []}")),
          LoadClient.request(
              "/v2/models/digits/infer", "Inference-Header-Content-Length: 99\r\n", bytes("{}")),
          LoadClient.request("/predict/digits", "", bytes("[1, 2, 3]")),
          LoadClient.request("/predict/digits", "", bytes("a,b\n1,2\n")),
          LoadClient.request("/predict/digits", "", bytes("\u0089PNG\r\n\u001a\nno picture")));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  @DisplayName("bring no wrong bit, lose no answer, keep no memory and leave no thread")
  void all() throws Exception {
    for (int i = 0; i < VERSIONS; i++) {
      version(i);
    }
    replace(0);
    PredictionServer server =
        PredictionServer.builder()
            .limits(ServerLimits.DEFAULT.withTimes(Duration.ofSeconds(1), Duration.ofMinutes(10)))
            .port(0)
            .build();
    ModelSource source =
        new ModelSource(
            folder.resolve("digits.safetensors"),
            () -> server,
            file -> Backends.open("arrays", BackendOptions.defaults().threads(1)),
            sentence -> {},
            1);
    source.load();
    server.start();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      int first = i;
      clients.add(start(() -> ask(server, first)));
    }
    for (int i = 0; i < STALLING; i++) {
      int kind = i;
      clients.add(start(() -> stall(server, kind)));
    }
    long begin = System.nanoTime();
    long early = 0;
    long late = 0;
    int swaps = 0;
    for (long second = 1; second <= SECONDS; second++) {
      Thread.sleep(Math.max(0, second * 1000 - (System.nanoTime() - begin) / 1_000_000));
      replace(++swaps % VERSIONS);
      source.look();
      source.look();
      if (second == (SECONDS + 3) / 4) {
        early = used();
      }
      late = second == SECONDS ? used() : late;
    }
    over.set(true);
    for (Thread client : clients) {
      client.join();
    }
    server.close();
    System.out.printf(
        "%d answers, %d refusals, %d asked again, %d swaps, %d stalling connections cut,"
            + " memory %d to %d KiB%n",
        answers.get(), refused.get(), busy.get(), swaps, cut.get(), early >> 10, late >> 10);
    assertEquals(Map.of(), new TreeMap<>(wrong));
    assertTrue(answers.get() > 0 && refused.get() > 0);
    assertTrue(late - early < MOST_GROWTH, "memory grew from " + early + " to " + late);
    assertEquals(List.of(), leftThreads());
  }

  private void version(int number) throws IOException {
    Path file = folder.resolve("version" + number);
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults().threads(1))) {
      Classifier model =
          number == 0
              ? TestServer.DIGITS
              : ThreeLayerClassifier.builder(backend).inputs(784).classes(10).seed(number).build();
      model.save(file);
      List<float[]> probabilities = new ArrayList<>();
      for (int digit = 0; digit < DIGITS; digit++) {
        float[] of = new float[10];
        model.predictProbabilities(TestServer.digit(digit), of);
        probabilities.add(of);
      }
      right.put(ServedModel.versionOf(model), probabilities);
    }
    files.add(file);
  }

  private void replace(int version) throws IOException {
    Path copy = Files.copy(files.get(version), folder.resolve("new"));
    Files.move(copy, folder.resolve("digits.safetensors"), StandardCopyOption.REPLACE_EXISTING);
  }

  private interface Work {
    void run() throws Exception;
  }

  private Thread start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Exception e) {
                wrong.merge(e.toString(), 1, Integer::sum);
              }
            });
    thread.start();
    return thread;
  }

  /** Asks on one connection to the end, every tenth time for something malformed. */
  private void ask(PredictionServer server, int first) throws Exception {
    List<byte[]> requests = new ArrayList<>();
    for (int digit = 0; digit < DIGITS; digit++) {
      requests.add(LoadClient.infer(digit, 1));
    }
    try (LoadClient client = new LoadClient(server.uri().getPort())) {
      for (int i = first; !over.get(); i++) {
        if (i % 10 == 9) {
          client.ask(MALFORMED.get(i / 10 % MALFORMED.size()));
          note(client.status() == 400, "a malformed request was answered " + client.status());
          refused.incrementAndGet();
          continue;
        }
        int digit = i % DIGITS;
        byte[] answer = client.ask(requests.get(digit));
        while (client.status() == 503) {
          // A machine that is busy with something else may need longer than a request may take.
          busy.incrementAndGet();
          Thread.sleep(10);
          answer = client.ask(requests.get(digit));
        }
        answers.incrementAndGet();
        String head = new String(answer, 0, client.json(), StandardCharsets.UTF_8);
        if (client.status() != 200) {
          wrong.merge(client.status() + ": " + head, 1, Integer::sum);
          continue;
        }
        String version = String.valueOf(JsonTree.at(head, "model_version"));
        float[] found = new float[10];
        ByteBuffer.wrap(answer, client.json(), 40)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer()
            .get(found);
        List<float[]> expected = right.get(version);
        note(
            expected != null && Arrays.equals(expected.get(digit), found),
            "version " + version + ", digit " + digit + ": " + Arrays.toString(found));
      }
    }
  }

  private void note(boolean fine, String otherwise) {
    if (!fine) {
      wrong.merge(otherwise, 1, Integer::sum);
    }
  }

  /** Begins a request, goes no further, and waits until it is cut. */
  private void stall(PredictionServer server, int kind) throws Exception {
    byte[] whole = LoadClient.infer(0, 1);
    while (!over.get()) {
      try (Socket socket = new Socket("127.0.0.1", server.uri().getPort())) {
        socket.setSoTimeout(600_000);
        socket.getOutputStream().write(whole, 0, kind % 2 == 0 ? 30 : whole.length - 100);
        byte[] end = socket.getInputStream().readAllBytes();
        note(
            kind % 2 == 0 || new String(end, StandardCharsets.UTF_8).startsWith("HTTP/1.1 408"),
            "a body that did not come was answered otherwise");
        cut.incrementAndGet();
      } catch (SocketTimeoutException e) {
        wrong.merge("a client that stalls was not cut", 1, Integer::sum);
      }
    }
  }

  /** Memory that is in use after a collection. */
  private static long used() throws InterruptedException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(20);
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  /** The server's threads that still run some time after its end. */
  private static List<String> leftThreads() throws InterruptedException {
    List<String> left = List.of();
    for (int i = 0; i < 200; i++) {
      left =
          Thread.getAllStackTraces().keySet().stream()
              .map(Thread::getName)
              .filter(name -> name.startsWith("polymath-"))
              .toList();
      if (left.isEmpty()) {
        return left;
      }
      Thread.sleep(50);
    }
    return left;
  }
}
