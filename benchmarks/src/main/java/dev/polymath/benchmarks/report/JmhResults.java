package dev.polymath.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What JMH writes with {@code -rf json}: an array of results, of any benchmarks with any
 * parameters.
 *
 * @param figures in the file's order
 * @param jdks that ran them
 * @param flags of the measured JVMs, as one line for each that differs
 */
record JmhResults(List<Figure> figures, Set<String> jdks, Set<String> flags) {

  /** A second's megabytes that are JMH's own: 7 kB an iteration, of 150 ms at least. */
  private static final double JMH_MEGABYTES = 0.06;

  static JmhResults read(Path file) throws IOException {
    return of(JsonTree.read(file), file.toString());
  }

  /**
   * @param file its name, for messages
   */
  static JmhResults of(Object tree, String file) throws IOException {
    if (!(tree instanceof List<?> results)) {
      throw new IOException(file + ": expected JMH's results, a JSON array");
    }
    List<Figure> figures = new ArrayList<>();
    Set<String> jdks = new LinkedHashSet<>();
    Set<String> flags = new LinkedHashSet<>();
    for (Object result : results) {
      Map<?, ?> fields = JsonTree.object(result);
      if (!(fields.get("benchmark") instanceof String name)
          || !(fields.get("primaryMetric") instanceof Map<?, ?>)) {
        throw new IOException(
            file + ": expected JMH's results, each with benchmark and primaryMetric");
      }
      figures.add(figure(name, fields));
      jdks.add(
          JsonTree.string(fields.get("vmVersion"), "unknown")
              + ", "
              + JsonTree.string(fields.get("vmName"), "unknown JVM"));
      flags.add(
          String.join(
              " ", JsonTree.array(fields.get("jvmArgs")).stream().map(Object::toString).toList()));
    }
    return new JmhResults(figures, jdks, flags);
  }

  private static Figure figure(String name, Map<?, ?> fields) {
    Map<?, ?> primary = JsonTree.object(fields.get("primaryMetric"));
    Map<?, ?> secondary = JsonTree.object(fields.get("secondaryMetrics"));
    Map<String, Sample> counters = new LinkedHashMap<>();
    Sample bytes = Sample.NONE;
    Sample byteRate = Sample.NONE;
    for (Map.Entry<?, ?> entry : secondary.entrySet()) {
      Map<?, ?> metric = JsonTree.object(entry.getValue());
      String counter = ((String) entry.getKey()).replace("·", "");
      if (counter.equals("gc.alloc.rate.norm")) {
        bytes = sample(metric);
      } else if (counter.equals("gc.alloc.rate")) {
        byteRate = sample(metric);
      } else if (!counter.startsWith("gc.")) {
        counters.put(counter, sample(metric));
      }
    }
    TreeMap<Double, Double> percentiles = new TreeMap<>();
    if (primary.get("rawDataHistogram") != null) {
      JsonTree.object(primary.get("scorePercentiles"))
          .forEach(
              (percent, value) ->
                  percentiles.put(Double.parseDouble((String) percent), JsonTree.number(value)));
    }
    String[] parts = name.split("\\.");
    return new Figure(
        parts[Math.max(0, parts.length - 2)],
        parts[parts.length - 1],
        JsonTree.strings(fields.get("params")),
        (int) JsonTree.number(fields.get("threads")),
        (int) JsonTree.number(fields.get("forks")),
        (int) JsonTree.number(fields.get("measurementIterations")),
        JsonTree.string(primary.get("scoreUnit"), ""),
        sample(primary),
        percentiles,
        counters,
        byteRate.median() < JMH_MEGABYTES ? 0 : bytes.median());
  }

  /** All iterations of all forks, or, where calls were timed one by one, their medians. */
  private static Sample sample(Map<?, ?> metric) {
    List<Double> values = new ArrayList<>();
    for (Object fork : JsonTree.array(metric.get("rawData"))) {
      for (Object value : JsonTree.array(fork)) {
        values.add(JsonTree.number(value));
      }
    }
    for (Object fork : JsonTree.array(metric.get("rawDataHistogram"))) {
      for (Object iteration : JsonTree.array(fork)) {
        values.add(median(JsonTree.array(iteration)));
      }
    }
    if (values.isEmpty()) {
      values.add(JsonTree.number(metric.get("score")));
    }
    return Sample.of(values.stream().mapToDouble(v -> v).toArray());
  }

  /** Of pairs of a value and how often it was measured. */
  private static double median(List<?> histogram) {
    TreeMap<Double, Double> counts = new TreeMap<>();
    double total = 0;
    for (Object pair : histogram) {
      List<?> valueAndCount = JsonTree.array(pair);
      if (valueAndCount.size() == 2) {
        double count = JsonTree.number(valueAndCount.get(1));
        counts.merge(JsonTree.number(valueAndCount.get(0)), count, Double::sum);
        total += count;
      }
    }
    double seen = 0;
    for (Map.Entry<Double, Double> entry : counts.entrySet()) {
      seen += entry.getValue();
      if (seen >= total / 2) {
        return entry.getKey();
      }
    }
    return Double.NaN;
  }
}
