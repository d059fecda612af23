package dev.polymath.spark;

import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import java.io.Serializable;
import java.util.Set;

/**
 * Which backend computes on the executors, and what it must have in common with the driver's, so
 * that it does not depend on an executor what a row's prediction is.
 *
 * @param name of the backend; empty for {@code arrays-vector}, or {@code arrays} where the JVM has
 *     no vector module: the two have the same bits
 * @param version of the backend on the driver
 * @param machine JDK and processor of the driver, where the backend promises no bits; otherwise
 *     empty
 */
record BackendDemand(String name, String version, String machine) implements Serializable {

  private static final String VECTORS = "arrays-vector";
  private static final String PLAIN = "arrays";
  private static final Set<String> SAME_BITS = Set.of(VECTORS, PLAIN);

  /**
   * The demand that the backend of this JVM makes.
   *
   * @param name empty for the default
   * @throws IllegalArgumentException if there is no such backend
   * @throws IllegalStateException if it does not start
   */
  static BackendDemand here(String name) {
    try (Backend backend = start(name, 1)) {
      BackendInfo info = backend.info();
      return new BackendDemand(name, info.version(), machine(info));
    }
  }

  /**
   * Opens a session in this JVM.
   *
   * @throws IllegalStateException if its results may differ from the driver's
   */
  Backend open(int threads) {
    Backend backend = start(name, threads);
    BackendInfo info = backend.info();
    if (info.version().equals(version) && machine(info).equals(machine)) {
      return backend;
    }
    backend.close();
    throw new IllegalStateException(
        "backend "
            + info.name()
            + ": may give other results on this executor than on the driver: expected "
            + text(version, machine)
            + " as there, found "
            + text(info.version(), machine(info)));
  }

  private static String text(String version, String machine) {
    return "version " + version + (machine.isEmpty() ? "" : " on " + machine);
  }

  private static Backend start(String name, int threads) {
    BackendOptions options = BackendOptions.defaults().threads(threads);
    if (!name.isEmpty()) {
      return Backends.open(name, options);
    }
    boolean vectors =
        Backends.list().stream()
            .anyMatch(status -> status.name().equals(VECTORS) && status.available());
    return Backends.open(vectors ? VECTORS : PLAIN, options);
  }

  private static String machine(BackendInfo info) {
    return SAME_BITS.contains(info.name())
        ? ""
        : info.runsOn()
            + ", JDK "
            + Runtime.version().feature()
            + ", "
            + System.getProperty("os.arch");
  }
}
