package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.BackendProvider;
import dev.polymath.Backends;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What is dropped on arrays")
class DroppedTest {

  private static final int THREADS = 3;

  private static final BackendOptions OPTIONS = BackendOptions.defaults().threads(THREADS);

  private static Backend open(String name) {
    return Backends.open(name, OPTIONS);
  }

  private static Set<Thread> workers() {
    Set<Thread> workers = ConcurrentHashMap.newKeySet();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("polymath-arrays-")) {
        workers.add(thread);
      }
    }
    return workers;
  }

  /** A product that is shared with the pool's threads. */
  private static void work(Backend session) {
    Tensor out = session.allocate(128, 128);
    for (int i = 0; i < 5; i++) {
      session.matmul(session.allocate(128, 128), session.allocate(128, 128), out);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrays", "arrays-vector"})
  @DisplayName("a session that is not closed: its threads end")
  void session(String name) throws InterruptedException {
    Set<Thread> others = workers();
    for (int i = 0; i < 20; i++) {
      work(open(name));
    }
    Collected.await("threads of dropped sessions are alive", () -> others.containsAll(workers()));
  }

  @Test
  @DisplayName("a session is kept by any of its tensors, with its threads")
  void keptByItsTensors() {
    Set<Thread> others = workers();
    Tensor tensor = open("arrays").allocate(2, 2);
    Set<Thread> made = workers();
    made.removeAll(others);
    for (int i = 0; i < 5; i++) {
      System.gc();
    }
    assertEquals(THREADS - 1, made.size());
    for (Thread worker : made) {
      assertTrue(worker.isAlive());
    }
    tensor.read(new float[4], 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrays", "arrays-vector"})
  @DisplayName("tensors: no operation keeps its operands once memory is asked for or given back")
  void tensors(String name) throws InterruptedException {
    for (int threads : new int[] {1, THREADS}) {
      try (Backend session = Backends.open(name, BackendOptions.defaults().threads(threads))) {
        Tensor tensor = session.allocate(1, 1);
        dropped(session, () -> session.allocate(1, 1));
        dropped(session, () -> session.dense(1, 1, Activation.IDENTITY));
        dropped(session, () -> session.release(tensor));
        dropped(session, session::close);
      }
    }
  }

  private static void dropped(Backend session, Runnable cue) throws InterruptedException {
    List<WeakReference<Tensor>> dropped = new ArrayList<>();
    operands(session, 256, dropped);
    operands(session, 3, dropped);
    cue.run();
    Collected.await(
        "of " + dropped.size() + " dropped tensors some are kept",
        () -> dropped.stream().allMatch(reference -> reference.get() == null));
  }

  /** Every operation on tensors of this size that nobody else knows. */
  private static void operands(Backend session, int n, List<WeakReference<Tensor>> dropped) {
    Callable<Tensor> make =
        () -> {
          Tensor tensor = session.allocate(n, n);
          dropped.add(new WeakReference<>(tensor));
          return tensor;
        };
    try {
      session.matmul(make.call(), make.call(), make.call());
      session.matmulTransA(make.call(), make.call(), make.call());
      session.matmulTransB(make.call(), make.call(), make.call());
      session.axpby(1, make.call(), 1, make.call());
      session.adam(make.call(), make.call(), make.call(), make.call(), 0, 0, 0, 1, 0);
      for (Activation f : Activation.values()) {
        session.activate(f, make.call(), make.call());
        session.activateBackward(f, make.call(), make.call(), make.call());
        Layer layer = f == Activation.SOFTMAX ? session.activation(n, f) : session.dense(n, n, f);
        List<Tensor> gradients = new ArrayList<>();
        for (var parameter : layer.parameters()) {
          gradients.add(session.allocateLike(parameter.value()));
          dropped.add(new WeakReference<>(parameter.value()));
        }
        layer.forward(make.call(), make.call());
        layer.backward(make.call(), make.call(), make.call(), make.call(), gradients);
        gradients.forEach(gradient -> dropped.add(new WeakReference<>(gradient)));
      }
      for (Loss loss : List.of(session.softmaxCrossEntropy(), session.squaredError())) {
        loss.value(make.call(), make.call());
        loss.valueAndGradient(make.call(), make.call(), make.call());
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @DisplayName("a thread that has called a session")
  void caller() throws InterruptedException {
    try (Backend session = open("arrays")) {
      WeakReference<Thread> caller = ranOnItsOwnThread(() -> work(session));
      Collected.await("the pool keeps its last caller", () -> caller.get() == null);
      session.allocate(1, 1);
    }
  }

  private static WeakReference<Thread> ranOnItsOwnThread(Runnable work)
      throws InterruptedException {
    Thread thread = new Thread(work, "caller");
    thread.start();
    thread.join();
    return new WeakReference<>(thread);
  }

  @Test
  @DisplayName("the pool's threads take nothing over from the thread that opens the session")
  @SuppressWarnings("try") // the session is open, and that is all
  void inheritsNothing() throws InterruptedException {
    Set<Thread> before = workers();
    Thread current = Thread.currentThread();
    ClassLoader usual = current.getContextClassLoader();
    InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>();
    inherited.set("the caller's");
    current.setContextClassLoader(new URLClassLoader(new URL[0]));
    try (Backend session = open("arrays")) {
      current.setContextClassLoader(usual);
      Set<Thread> made = workers();
      made.removeAll(before);
      assertEquals(THREADS - 1, made.size());
      for (Thread worker : made) {
        assertSame(ClassLoader.getSystemClassLoader(), worker.getContextClassLoader());
      }
    } finally {
      current.setContextClassLoader(usual);
    }
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    Pool pool = new Pool(2, new Gain(0));
    try {
      pool.run(new MeetingJob(2, () -> seen.add(inherited.get())), 2);
    } finally {
      pool.close();
      inherited.remove();
    }
    assertEquals(2, seen.size());
    assertTrue(seen.contains(null));
  }

  /** Loads classes whose names begin so itself, before it asks its parent. */
  private static final class Plugin extends URLClassLoader {

    private final String prefix;

    Plugin(String prefix, Class<?> like) {
      super(
          new URL[] {like.getProtectionDomain().getCodeSource().getLocation()},
          like.getClassLoader());
      this.prefix = prefix;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded != null) {
          return loaded;
        }
        return name.startsWith(prefix) ? findClass(name) : super.loadClass(name, resolve);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {ArraysProvider.class, ArraysVectorProvider.class})
  @DisplayName("class loaders that have loaded the backend and opened a session, closed or not")
  void backendLoaders(Class<? extends BackendProvider> provider) throws Exception {
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      loaders.add(opened(provider, i % 2 == 0));
    }
    Collected.await(
        "class loaders of dropped sessions are kept",
        () -> loaders.stream().allMatch(reference -> reference.get() == null));
  }

  private static WeakReference<ClassLoader> opened(
      Class<? extends BackendProvider> provider, boolean close) throws Exception {
    Plugin loader = new Plugin(provider.getPackageName() + ".", provider);
    BackendProvider loaded =
        (BackendProvider)
            loader.loadClass(provider.getName()).getDeclaredConstructor().newInstance();
    assertSame(loader, loaded.getClass().getClassLoader());
    Backend session = loaded.open(OPTIONS);
    work(session);
    if (close) {
      session.close();
    }
    loader.close();
    return new WeakReference<>(loader);
  }

  @Test
  @DisplayName("a class loader whose classes have opened a session that lives on")
  void callerLoaders() throws Exception {
    List<Backend> sessions = new ArrayList<>();
    WeakReference<ClassLoader> loader = opener(sessions);
    Collected.await("the threads keep their maker's class loader", () -> loader.get() == null);
    work(sessions.get(0));
    sessions.get(0).close();
  }

  private static WeakReference<ClassLoader> opener(List<Backend> sessions) throws Exception {
    try (Plugin loader = new Plugin(Opener.class.getName(), Opener.class)) {
      Object opener =
          loader.loadClass(Opener.class.getName()).getDeclaredConstructor().newInstance();
      assertSame(loader, opener.getClass().getClassLoader());
      sessions.add((Backend) ((Supplier<?>) opener).get());
      return new WeakReference<>(loader);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
