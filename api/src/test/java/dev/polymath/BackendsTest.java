package dev.polymath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Discovery")
class BackendsTest {

  private static final BackendOptions OPTIONS = BackendOptions.defaults();

  /** What follows the list where a name is unknown: the same for any name. */
  private static final String HINT =
      ". Add the dependency that brings it; Polymath's own are named"
          + " dev.polymath:polymath-backend-NAME";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private ThrowAwayProviders providers;
  private final ClassLoader context = Thread.currentThread().getContextClassLoader();

  @BeforeEach
  void makeFolder() throws IOException {
    providers = new ThrowAwayProviders(folder);
  }

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(context);
    System.clearProperty(Backends.PROPERTY);
  }

  private String openMessage(String name) throws IOException {
    try (var loader = providers.loader()) {
      return assertThrows(
              RuntimeException.class,
              () -> {
                if (name.isEmpty()) {
                  Backends.open(OPTIONS, loader);
                } else {
                  Backends.open(name, OPTIONS, loader);
                }
              })
          .getMessage();
    }
  }

  private List<String> listed() throws IOException {
    try (var loader = providers.loader()) {
      return Backends.list(loader).stream().map(BackendStatus::toString).toList();
    }
  }

  @Test
  @DisplayName("with no provider, lists none and says which dependency to add")
  void none() throws IOException {
    assertEquals(List.of(), listed());
    assertEquals(
        "no backend found on the class path or the module path."
            + " Add the dependency dev.polymath:polymath-backend-arrays",
        openMessage(""));
    assertEquals("no backend \"three\"; found: none" + HINT, openMessage("three"));
  }

  @Test
  @DisplayName("one provider is the default and can be named")
  void one() throws IOException {
    providers.provider("p.One", "one", 5);
    assertEquals(List.of("one (ok)"), listed());
    assertEquals("backend \"one\" did not start: opened one with 1", openMessage(""));
    assertEquals("backend \"one\" did not start: opened one with 1", openMessage("one"));
  }

  @Test
  @DisplayName("a provider that says no more has any number of threads and no costly start")
  void defaults() throws IOException {
    providers.provider("p.One", "one", 5);
    try (var loader = providers.loader()) {
      assertEquals(
          List.of(new BackendStatus("one", "p.One", 5, Integer.MAX_VALUE, null, null)),
          Backends.list(loader));
    }
  }

  @Test
  @DisplayName("what a provider says of its threads and its first start is listed, if it is usable")
  void threadsAndStart() throws IOException {
    String members =
        "public int mostThreads() { return 2; }"
            + " public java.util.Optional<String> costlyStart() {"
            + " return java.util.Optional.of(\"the first start fetches 1 GB\"); }";
    providers
        .provider("p.Big", "big", 5, "return java.util.Optional.empty();", members)
        .provider("p.Gone", "gone", 6, "return java.util.Optional.of(\"no card\");", members);
    try (var loader = providers.loader()) {
      assertEquals(
          List.of(
              new BackendStatus("big", "p.Big", 5, 2, "the first start fetches 1 GB", null),
              new BackendStatus("gone", "p.Gone", 6, Integer.MAX_VALUE, null, "no card")),
          Backends.list(loader));
    }
  }

  @Test
  @DisplayName("the options reach the provider")
  void options() throws IOException {
    providers.provider("p.One", "one", 5);
    try (var loader = providers.loader()) {
      var error =
          assertThrows(
              IllegalStateException.class, () -> Backends.open(OPTIONS.threads(3), loader));
      assertTrue(error.getMessage().endsWith("opened one with 3"), error.getMessage());
    }
  }

  @Test
  @DisplayName("the highest priority is the default; equal priorities go by name")
  void priority() throws IOException {
    providers.provider("p.A", "zeta", 7).provider("p.B", "alpha", 7).provider("p.C", "low", 1);
    assertEquals(List.of("alpha (ok)", "zeta (ok)", "low (ok)"), listed());
    assertEquals("backend \"alpha\" did not start: opened alpha with 1", openMessage(""));
  }

  @Test
  @DisplayName("an unavailable provider is listed last with its reason and is not the default")
  void unavailable() throws IOException {
    providers.unavailable("p.A", "fast", 9, "plug in the card").provider("p.B", "slow", 1);
    assertEquals(List.of("slow (ok)", "fast (unavailable: plug in the card)"), listed());
    assertEquals("backend \"slow\" did not start: opened slow with 1", openMessage(""));
    assertEquals("backend \"fast\" is unavailable: plug in the card", openMessage("fast"));
  }

  @Test
  @DisplayName("with none available, the error lists the reasons")
  void noneAvailable() throws IOException {
    providers.unavailable("p.A", "fast", 9, "plug in the card");
    assertEquals(
        "no backend is available; found: fast (unavailable: plug in the card)", openMessage(""));
  }

  @Test
  @DisplayName("an unknown name lists what was found")
  void unknown() throws IOException {
    providers.provider("p.A", "one", 1).unavailable("p.B", "two", 2, "no card");
    assertEquals(
        "no backend \"three\"; found: one (ok), two (unavailable: no card)" + HINT,
        openMessage("three"));
  }

  @Test
  @DisplayName("the system property beats priority, and a name beats the property")
  void property() throws IOException {
    providers.provider("p.A", "high", 9).provider("p.B", "low", 1).provider("p.C", "mid", 5);
    System.setProperty(Backends.PROPERTY, "low");
    assertEquals("backend \"low\" did not start: opened low with 1", openMessage(""));
    assertEquals("backend \"mid\" did not start: opened mid with 1", openMessage("mid"));
    System.setProperty(Backends.PROPERTY, "none-such");
    assertEquals(
        "no backend \"none-such\"; found: high (ok), mid (ok), low (ok)" + HINT, openMessage(""));
  }

  @Test
  @DisplayName("two providers of one name are listed as duplicates and can't be opened")
  void duplicates() throws IOException {
    providers.provider("p.A", "same", 9).provider("p.B", "same", 8).provider("p.C", "other", 1);
    String reason = "duplicate: p.A and p.B have this name";
    assertEquals(
        List.of(
            "other (ok)",
            "same (unavailable: " + reason + ")",
            "same (unavailable: " + reason + ")"),
        listed());
    assertEquals("backend \"same\": " + reason, openMessage("same"));
    assertEquals("backend \"other\" did not start: opened other with 1", openMessage(""));
  }

  @Test
  @DisplayName("a provider class that is missing hides no other")
  void missingClass() throws IOException {
    providers.service("p.Gone").provider("p.Good", "good", 1);
    List<String> listed = listed();
    assertEquals("good (ok)", listed.get(0));
    assertEquals(2, listed.size());
    assertTrue(
        listed.get(1).startsWith("p.Gone (unavailable: ") && listed.get(1).contains("not found"),
        listed.get(1));
  }

  @Test
  @DisplayName("a service file that can't be parsed hides no other")
  void brokenServiceFile() throws IOException {
    providers.provider("p.Good", "good", 1).service("not a class name");
    ThrowAwayProviders second = new ThrowAwayProviders(folder.resolve("second"));
    second.provider("q.Fine", "fine", 2);
    Path first = providers.compile();
    var urls = new java.net.URL[] {first.toUri().toURL(), second.compile().toUri().toURL()};
    try (var loader = new java.net.URLClassLoader(urls, Backends.class.getClassLoader())) {
      List<BackendStatus> listed = Backends.list(loader);
      assertEquals("fine (ok)", listed.get(0).toString());
      assertFalse(listed.get(listed.size() - 1).available());
    }
  }

  @Test
  @DisplayName("a provider that fails in its initialiser shows the root cause and hides no other")
  void failingInitialiser() throws IOException {
    providers
        .provider(
            "p.Bad",
            "bad",
            9,
            "return java.util.Optional.empty();",
            "static { if (true) throw new RuntimeException(new"
                + " UnsatisfiedLinkError(\"no blas in the path\")); }")
        .provider("p.Good", "good", 1);
    assertEquals(
        List.of("good (ok)", "p.Bad (unavailable: UnsatisfiedLinkError: no blas in the path)"),
        listed());
  }

  @Test
  @DisplayName("a provider that fails when asked shows the root cause")
  void failingQuestion() throws IOException {
    providers.provider(
        "p.Bad", "bad", 9, "throw new NoClassDefFoundError(\"org/library/Library\");", "");
    assertEquals(
        List.of("p.Bad (unavailable: NoClassDefFoundError: org/library/Library)"), listed());
  }

  @Test
  @DisplayName("a provider of another version of the SPI is unavailable and says so")
  void otherVersion() throws IOException {
    providers.ofSpiVersion(2, "p.Next", "next");
    assertEquals(
        List.of(
            "next (unavailable: it was built for version 2 of the SPI, this is version 1;"
                + " use its release that fits)"),
        listed());
  }

  @Test
  @DisplayName("a jar that registers under the interface's former name is listed and says so")
  void formerName() throws IOException {
    providers.formerService("p.Old # of another year\n").provider("p.Good", "good", 1);
    assertEquals(
        List.of(
            "good (ok)",
            "p.Old (unavailable: it registers"
                + " META-INF/services/dev.polymath.spi.BackendProvider; the interface is now"
                + " dev.polymath.BackendProvider: use its release that fits)"),
        listed());
  }

  @Test
  @DisplayName("a provider that registers under both names is listed once")
  void bothNames() throws IOException {
    providers.formerService("p.Good").provider("p.Good", "good", 1);
    assertEquals(List.of("good (ok)"), listed());
  }

  @Test
  @DisplayName("the context loader is asked as well as the loader of the api, each class once")
  void contextLoader() throws IOException {
    int own = Backends.list(Backends.class.getClassLoader()).size();
    providers.provider("p.Context", "context", 5);
    try (var loader = providers.loader()) {
      Thread.currentThread().setContextClassLoader(loader);
      List<BackendStatus> listed = Backends.list();
      assertEquals(own + 1, listed.size());
      assertTrue(listed.stream().anyMatch(s -> s.name().equals("context")), listed.toString());
      Thread.currentThread().setContextClassLoader(null);
      assertEquals(own, Backends.list().size());
    }
  }

  @Test
  @DisplayName("a class that two loaders find is one provider")
  void seenTwice() throws IOException {
    providers.provider("p.One", "one", 5);
    try (var parent = providers.loader();
        var child =
            new java.net.URLClassLoader(
                new java.net.URL[] {folder.resolve("classes").toUri().toURL()}, parent)) {
      assertEquals(1, Backends.list(child).size());
    }
  }

  @Test
  @Tag("module-path")
  @DisplayName("a provider in a named module is found by its loader")
  void namedModule() throws IOException {
    Path classes =
        providers.provider("m.Provider", "modular", 5).module("m", "m.Provider").compile();
    if (Backends.class.getModule().isNamed()) {
      Configuration configuration =
          ModuleLayer.boot()
              .configuration()
              .resolve(ModuleFinder.of(classes), ModuleFinder.of(), Set.of("m"));
      ModuleLayer layer =
          ModuleLayer.boot()
              .defineModulesWithOneLoader(configuration, Backends.class.getClassLoader());
      assertEquals(
          List.of("modular (ok)"),
          Backends.list(layer.findLoader("m")).stream().map(BackendStatus::toString).toList());
    } else {
      throw new AssertionError("this test runs on the module path");
    }
  }
}
