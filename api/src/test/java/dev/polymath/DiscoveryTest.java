package dev.polymath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Discovery, with a provider whose session is given")
class DiscoveryTest {

  private static final BackendOptions OPTIONS = BackendOptions.defaults();
  private static final String GIVEN = "dev.polymath.GivenProvider";
  private static final String SERVICE = "META-INF/services/dev.polymath.BackendProvider";
  private static final String FORMER = "META-INF/services/dev.polymath.spi.BackendProvider";

  private final ClassLoader context = Thread.currentThread().getContextClassLoader();

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(context);
    System.clearProperty(Backends.PROPERTY);
    GivenProvider.opens(null);
  }

  /**
   * A loader that has one service file and the class of {@link GivenProvider}: outside the module,
   * as a jar on the class path is.
   */
  private static final class Loader extends ClassLoader {

    private final String file;
    private final String lines;
    final List<Boolean> cached = new ArrayList<>();
    boolean broken;

    Loader(String file, String... lines) {
      super(DiscoveryTest.class.getClassLoader());
      this.file = file;
      this.lines = String.join("\n", lines);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.equals(GIVEN)) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      try (InputStream in = DiscoveryTest.class.getResourceAsStream("GivenProvider.class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      if (!name.equals(file)) {
        return Collections.emptyEnumeration();
      }
      if (broken) {
        throw new IOException("the disk is gone");
      }
      return Collections.enumeration(List.of(url()));
    }

    private URL url() throws IOException {
      return new URL(
          "memory",
          "",
          -1,
          "/" + file,
          new URLStreamHandler() {
            @Override
            protected URLConnection openConnection(URL url) {
              return new URLConnection(url) {
                @Override
                public void connect() {}

                @Override
                public InputStream getInputStream() {
                  cached.add(getUseCaches());
                  return new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8));
                }
              };
            }
          });
    }
  }

  private static Loader given() {
    return new Loader(SERVICE, GIVEN);
  }

  private static Backend session() {
    return (Backend)
        java.lang.reflect.Proxy.newProxyInstance(
            Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (p, m, a) -> null);
  }

  @Test
  @DisplayName("what the provider opened is handed on, by default and by name, from every loader")
  void opened() {
    Loader loader = given();
    Backend session = session();
    GivenProvider.opens(session);
    assertSame(session, Backends.open(OPTIONS, loader));
    assertSame(session, Backends.open("given", OPTIONS, loader));
    Thread.currentThread().setContextClassLoader(loader);
    assertSame(session, Backends.open());
    assertSame(session, Backends.open(OPTIONS));
    assertSame(session, Backends.open("given", OPTIONS));
    System.setProperty(Backends.PROPERTY, "given");
    assertSame(session, Backends.open());
  }

  @Test
  @DisplayName("a provider that fails or returns null did not start, and the cause is said")
  void notStarted() {
    Loader loader = given();
    assertEquals(
        "backend \"given\" did not start: NullPointerException: the provider returned null",
        failure(loader));
    GivenProvider.opens(new IllegalStateException("no room", new RuntimeException("an inner one")));
    assertEquals("backend \"given\" did not start: no room", failure(loader));
    GivenProvider.opens(new RuntimeException("outer", new UnsatisfiedLinkError("no blas")));
    assertEquals("backend \"given\" did not start: UnsatisfiedLinkError: no blas", failure(loader));
    GivenProvider.opens(new NoClassDefFoundError("org/library/Library"));
    assertEquals(
        "backend \"given\" did not start: NoClassDefFoundError: org/library/Library",
        failure(loader));
  }

  private static String failure(ClassLoader loader) {
    return assertThrows(IllegalStateException.class, () -> Backends.open(OPTIONS, loader))
        .getMessage();
  }

  @Test
  @DisplayName("a broken file that two loaders see is one fault")
  void oneFault() {
    Loader first = new Loader(SERVICE, "p.Gone");
    Loader second = new Loader(SERVICE, "p.Gone");
    assertEquals(1, Discovery.candidates(List.of(first, second)).size());
  }

  @Test
  @DisplayName("a broken line is listed as far as its provider is known")
  void unknownProvider() {
    List<BackendStatus> listed = Backends.list(new Loader(SERVICE, "not a class name"));
    assertEquals(1, listed.size());
    assertEquals("a broken provider", listed.get(0).name());
    assertEquals("p.Gone", Backends.list(new Loader(SERVICE, "p.Gone")).get(0).name());
  }

  @Test
  @DisplayName("a file of faults does not go on for ever: a loader shows a hundred of them")
  void manyFaults() {
    String[] lines = IntStream.range(0, 130).mapToObj(i -> "p.Gone" + i).toArray(String[]::new);
    assertEquals(100, Backends.list(new Loader(SERVICE, lines)).size());
  }

  @Test
  @DisplayName("a former service file is read without the cache, comments and blank lines aside")
  void formerFile() {
    Loader loader = new Loader(FORMER, "# years ago", "", "  p.Old # still here", "p.Older");
    assertEquals(
        List.of("p.Old", "p.Older"),
        Backends.list(loader).stream().map(BackendStatus::name).toList());
    assertEquals(List.of(false), loader.cached);
    assertEquals(2, Discovery.candidates(List.of(loader, new Loader(FORMER, "p.Old"))).size());
  }

  @Test
  @DisplayName("a former service file that can't be read is listed with the reason")
  void unreadable() {
    Loader loader = new Loader(FORMER, "p.Old");
    loader.broken = true;
    assertEquals(
        List.of(FORMER + " (unavailable: IOException: the disk is gone)"),
        Backends.list(loader).stream().map(BackendStatus::toString).toList());
  }

  @Test
  @DisplayName("the root cause is the innermost one, with its class and its message if it has one")
  void rootCause() {
    assertEquals("Error", Discovery.rootCause(new RuntimeException("outer", new Error())));
    assertEquals("Error: inner", Discovery.rootCause(new RuntimeException(new Error("inner"))));
    assertEquals("Error: alone", Discovery.rootCause(new Error("alone")));
  }

  @Test
  @DisplayName("causes in a ring end after a hundred steps")
  void ring() {
    Exception first = new Exception("first");
    Exception second = new Exception("second", first);
    first.initCause(second);
    assertEquals("Exception: first", Discovery.rootCause(first));
    assertEquals("Exception: second", Discovery.rootCause(second));
  }

  @Test
  @DisplayName("a provider says no more than it must: any number of threads, no costly start")
  void defaults() {
    GivenProvider provider = new GivenProvider();
    assertEquals(Integer.MAX_VALUE, provider.mostThreads());
    assertTrue(provider.costlyStart().isEmpty());
    assertFalse(Backends.list(given()).isEmpty());
  }
}
