package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedMethod;

import dev.polymath.BackendProvider;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The kit must notice every fault, in the group that names it. */
class MutantsTest {

  /** How the README lists a mutant. */
  private static String row(Mutant mutant) {
    return "| " + mutant.name() + " | " + mutant.sentence() + " | " + mutant.group() + " |";
  }

  @AfterAll
  static void endLeakedThreads() {
    MutantSubject.TEARDOWN.countDown();
  }

  @TestFactory
  @DisplayName("is caught:")
  Stream<DynamicTest> caught(@TempDir Path folder) {
    return Mutant.all().stream()
        .map(mutant -> DynamicTest.dynamicTest(mutant.toString(), () -> check(mutant, folder)));
  }

  private static void check(Mutant mutant, Path folder) throws IOException {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    MutantSubject.mutant = mutant;
    MutantSubject.caught = null;
    if (mutant.group().equals("Discovery")) {
      Thread.currentThread().setContextClassLoader(registering(mutant.provider(), folder));
    }
    try {
      List<String> failures = run(mutant.group(), mutant.check());
      assertTrue(
          MutantSubject.caught != null,
          "the group "
              + mutant.group()
              + (mutant.check().isEmpty() ? "" : ", check " + mutant.check() + ",")
              + " says nothing of it; it says: "
              + failures);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
      MutantSubject.mutant = null;
      LifecycleMutants.LEAKED.clear();
    }
  }

  /** The failures of one group, or of one of its checks. */
  private static List<String> run(String group, String check) {
    List<Class<?>> enclosing = List.of(MutantSubject.class);
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(
                check.isEmpty()
                    ? selectNestedClass(enclosing, groupNamed(group))
                    : selectNestedMethod(enclosing, groupNamed(group), check))
            .build();
    List<String> failures = new ArrayList<>();
    int[] tests = new int[1];
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
                tests[0] += identifier.isTest() ? 1 : 0;
                if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                  failures.add(identifier.getDisplayName() + ": " + result.getThrowable());
                }
              }
            });
    assertTrue(tests[0] > 0, "no check of the group " + group + " ran");
    return failures;
  }

  private static Class<?> groupNamed(String group) {
    return groups().stream()
        .filter(type -> type.getSimpleName().equals(group))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the kit has no group " + group));
  }

  private static List<Class<?>> groups() {
    return Arrays.stream(BackendConformance.class.getDeclaredClasses())
        .filter(type -> type.isAnnotationPresent(Nested.class))
        .toList();
  }

  /** A loader whose service file names this provider, unless that is the fault. */
  private static ClassLoader registering(BackendProvider provider, Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "provider", "");
    if (!(provider instanceof DiscoveryMutants.Unregistered)) {
      Files.writeString(file, provider.getClass().getName());
    }
    URL url = file.toUri().toURL();
    return new ClassLoader(MutantsTest.class.getClassLoader()) {
      @Override
      public Enumeration<URL> getResources(String name) throws IOException {
        return name.equals("META-INF/services/" + BackendProvider.class.getName())
            ? Collections.enumeration(List.of(url))
            : super.getResources(name);
      }
    };
  }

  @Test
  @DisplayName("every group has its mutants, no two of one name")
  void everyGroup() {
    Set<String> names = new HashSet<>();
    Set<String> caughtIn = new HashSet<>();
    for (Mutant mutant : Mutant.all()) {
      assertTrue(names.add(mutant.name()), "two mutants are named " + mutant.name());
      caughtIn.add(mutant.group());
    }
    Set<String> groups = new HashSet<>();
    groups().forEach(type -> groups.add(type.getSimpleName()));
    assertEquals(groups, caughtIn, "groups of the kit, and groups that catch a mutant");
  }

  @Test
  @DisplayName("the README lists them, in order")
  void readme() throws IOException {
    List<String> expected = Mutant.all().stream().map(MutantsTest::row).toList();
    List<String> lines = Files.readAllLines(readmeFile());
    int header = lines.indexOf("| Fault | Sentence of the contract | Group |");
    assertTrue(header >= 0, "conformance/README.md has no table of mutants");
    List<String> found =
        lines.stream().skip(header + 2L).takeWhile(line -> line.startsWith("|")).toList();
    assertEquals(String.join("\n", expected), String.join("\n", found));
  }

  /** Maven runs tests in the module's folder; others may in the project's. */
  private static Path readmeFile() {
    Path inProject = Path.of("conformance", "README.md");
    return Files.exists(inProject) ? inProject : Path.of("README.md");
  }
}
