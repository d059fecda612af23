package dev.polymath.server;

import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What is counted and measured, for {@code /metrics}. */
final class ServerMetrics {

  /** A class beyond these is counted among the others: a label for each would flood a database. */
  private static final int MOST_CLASSES = 200;

  private static final Duration[] LATENCIES =
      java.util.stream.LongStream.of(
              100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000,
              1_000_000, 5_000_000)
          .mapToObj(micros -> Duration.ofNanos(1_000 * micros))
          .toArray(Duration[]::new);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private final Map<Key, Timer> requests = new ConcurrentHashMap<>();

  private final Set<String> queues = ConcurrentHashMap.newKeySet();

  private final Map<String, Integer> versions = new HashMap<>();
  private final Map<String, Gauge> infos = new HashMap<>();

  private record Key(String endpoint, String model, int status) {}

  /**
   * A request was answered.
   *
   * @param endpoint one of a few names, never what the client sent
   * @param model a model that is served, or empty
   */
  void answered(String endpoint, String model, int status, long nanos) {
    requests
        .computeIfAbsent(new Key(endpoint, model, status), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Shows good answers to a model from the begin on, none so far. */
  void expect(String endpoint, String model) {
    requests.computeIfAbsent(new Key(endpoint, model, 200), this::timer);
  }

  private Timer timer(Key key) {
    return Timer.builder("polymath.requests")
        .description("Requests by what was asked for, from the first byte read to the last sent.")
        .tags("endpoint", key.endpoint, "model", key.model, "status", Integer.toString(key.status))
        .serviceLevelObjectives(LATENCIES)
        .register(registry);
  }

  /** Everything in Prometheus's text form. */
  String text() {
    return registry.scrape();
  }

  /** A version may come back while its last requests from before still run. */
  private synchronized void served(String name, String version, int more) {
    String key = name + "/" + version;
    int count = versions.merge(key, more, Integer::sum);
    if (count == 1 && more == 1) {
      infos.put(
          key,
          Gauge.builder("polymath.model", () -> 1)
              .description("The version of a model that is served.")
              .tags("model", name, "version", version)
              .register(registry));
    } else if (count == 0) {
      versions.remove(key);
      Gauge info = infos.remove(key);
      if (info != null) {
        registry.remove(info);
      }
    }
  }

  /** What is counted of one version of a model. */
  final class OfModel {
    private final DistributionSummary passes;
    private final List<Counter> predictions;
    private final String name;
    private final String version;

    private OfModel(String name, String version, Model model) {
      passes =
          DistributionSummary.builder("polymath.pass.rows")
              .description("Rows of a pass; more than a request brings are several requests.")
              .tags("model", name)
              .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 256, 1024, 4096, 16384)
              .register(registry);
      this.name = name;
      this.version = version;
      served(name, version, 1);
      List<String> classes = model instanceof Classifier c ? c.classNames() : List.of("");
      predictions =
          classes.stream()
              .map(c -> classes.indexOf(c) < MOST_CLASSES ? c : "(other)")
              .map(
                  c ->
                      Counter.builder("polymath.predictions")
                          .description("Predictions by class: a drift is seen here.")
                          .tags("model", name, "class", c)
                          .register(registry))
              .toList();
    }

    void pass(int rows) {
      passes.record(rows);
    }

    /** A row was given a class; 0 where the model computes numbers. */
    void predicted(int label) {
      predictions.get(label).increment();
    }

    /** The version is served no longer. */
    void close() {
      served(name, version, -1);
    }
  }

  /** Starts counting for a version of a model. */
  OfModel of(String name, String version, Model model) {
    return new OfModel(name, version, model);
  }

  /** Shows how many requests wait for a model; again for the same name, nothing changes. */
  void queue(String name, java.util.function.Supplier<Number> waiting) {
    if (!queues.add(name)) {
      return;
    }
    Gauge.builder("polymath.queue", waiting)
        .description("Requests that wait for a pass to end.")
        .tags("model", name)
        .register(registry);
  }
}
