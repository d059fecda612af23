package dev.polymath.server;

import dev.polymath.models.Model;
import dev.polymath.models.internal.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One version of a model, as it is served. Whoever uses it retains it before and releases it
 * afterwards; after the last release of one that was replaced, what it was read with is closed.
 */
final class ServedModel {

  private final String name;
  private final String version;
  private final Model model;
  private final Coalescer coalescer;
  private final RowReader reader;
  private final List<OutputTensor> outputs;
  private final ServerMetrics.OfModel metrics;
  private final Runnable closer;
  private final AtomicInteger users = new AtomicInteger(1);

  /**
   * @param version of the content: equal files have equal versions
   * @param closer runs when nobody uses it any more
   */
  ServedModel(
      String name,
      String version,
      Model model,
      Coalescer coalescer,
      ServerLimits limits,
      ServerMetrics.OfModel metrics,
      Runnable closer) {
    this.name = name;
    this.version = version;
    this.model = model;
    this.coalescer = coalescer;
    this.reader = new RowReader(model, limits);
    this.outputs = OutputTensor.of(model);
    this.metrics = metrics;
    this.closer = closer;
  }

  /** What tells a model's content from others: the begin of its file's SHA-256. */
  static String versionOf(Model model) {
    MessageDigest digest = Sha256.digest();
    try {
      model.save(
          new OutputStream() {
            @Override
            public void write(int b) {
              digest.update((byte) b);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
              digest.update(bytes, from, length);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Sha256.hex(digest).substring(0, 12);
  }

  String name() {
    return name;
  }

  String version() {
    return version;
  }

  Model model() {
    return model;
  }

  Coalescer coalescer() {
    return coalescer;
  }

  RowReader reader() {
    return reader;
  }

  /** What it puts out, none of it in binary. */
  List<OutputTensor> outputs() {
    return outputs;
  }

  ServerMetrics.OfModel metrics() {
    return metrics;
  }

  /** Keeps it from being closed; false if it is closed already. */
  boolean retain() {
    int now = users.get();
    while (now > 0) {
      if (users.compareAndSet(now, now + 1)) {
        return true;
      }
      now = users.get();
    }
    return false;
  }

  void release() {
    if (users.decrementAndGet() == 0) {
      closer.run();
    }
  }
}
