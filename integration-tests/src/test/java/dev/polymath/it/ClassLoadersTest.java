package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Backend;
import dev.polymath.models.Model;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An application server loads the library with a loader of its own, and drops it. {@code
 * -Dpolymath.loaders=200} tries as many.
 */
@DisplayName("A class loader that is dropped with its sessions open")
class ClassLoadersTest {

  private static final int LOADERS = Integer.getInteger("polymath.loaders", 12);

  /** What runs inside each loader: its classes are the loader's own. */
  public static final class Inside {
    private Inside() {}

    /** A few products that the threads of a pool share; the session stays open. */
    public static void run(String backend) {
      Backend session = TestBackends.open(backend, 3);
      var model =
          dev.polymath.models.ThreeLayerClassifier.builder(session).inputs(300).classes(4).build();
      model.predictProbabilities(new float[300 * 200], 200, new float[4 * 200]);
    }
  }

  static List<String> arrays() {
    return TestBackends.available().stream().filter(name -> name.startsWith("arrays")).toList();
  }

  @ParameterizedTest
  @MethodSource("arrays")
  @DisplayName("is collected, with its threads")
  void dropped(String backend) throws Exception {
    Set<URL> path = new LinkedHashSet<>();
    for (Class<?> type :
        List.of(
            Inside.class,
            Backend.class,
            Model.class,
            Class.forName("dev.polymath.backend.arrays.ArraysProvider"),
            Class.forName("com.fasterxml.jackson.core.JsonFactory"),
            Class.forName("org.junit.jupiter.api.Assumptions"),
            Class.forName("org.opentest4j.TestAbortedException"))) {
      path.add(type.getProtectionDomain().getCodeSource().getLocation());
    }
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    int before = threads();
    for (int i = 0; i < LOADERS; i++) {
      loaders.add(run(path.toArray(new URL[0]), backend));
    }
    Awaited.until(
        "of " + LOADERS + " dropped class loaders some are kept",
        () -> loaders.stream().allMatch(loader -> loader.get() == null));
    assertEquals(before, threads(), "threads of the dropped sessions");
  }

  private static WeakReference<ClassLoader> run(URL[] path, String backend) throws Exception {
    Thread caller = Thread.currentThread();
    ClassLoader usual = caller.getContextClassLoader();
    // Not closed: a server that only forgets its application is the case.
    ClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
    caller.setContextClassLoader(loader);
    try {
      Method run =
          Class.forName(Inside.class.getName(), true, loader).getMethod("run", String.class);
      run.invoke(null, backend);
    } finally {
      caller.setContextClassLoader(usual);
    }
    return new WeakReference<>(loader);
  }

  private static int threads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("polymath-"))
            .count();
  }
}
