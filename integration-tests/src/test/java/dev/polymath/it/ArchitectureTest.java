package dev.polymath.it;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The architecture")
class ArchitectureTest {

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.polymath");

  @Test
  @DisplayName("nothing but backend-nd4j knows ND4J")
  void nd4j() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.polymath.backend.nd4j..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.nd4j..", "org.bytedeco..")
        .check(MAIN);
  }

  @Test
  @DisplayName("nothing but backend-ejml knows EJML")
  void ejml() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.polymath.backend.ejml..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.ejml..")
        .check(MAIN);
  }

  @Test
  @DisplayName("nothing but the vector kernels knows the incubator module")
  void vectors() {
    noClasses()
        .that(
            not(
                resideInAPackage("dev.polymath.backend.arrays")
                    .and(simpleNameStartingWith("Vector").or(simpleName("Lanes")))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator..")
        .check(MAIN);
  }

  @Test
  @DisplayName("models knows the api, JSON and CSV, and no backend")
  void models() {
    classes()
        .that()
        .resideInAPackage("dev.polymath.models..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.polymath",
            "dev.polymath.models..",
            "java..",
            "com.fasterxml.jackson.core..",
            "de.siegmar.fastcsv..",
            "org.jspecify.annotations")
        .check(MAIN);
  }

  @Test
  @DisplayName("report knows models and the api, and neither a backend nor a command")
  void report() {
    classes()
        .that()
        .resideInAPackage("dev.polymath.report..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.polymath",
            "dev.polymath.models..",
            "dev.polymath.report..",
            "java..",
            "org.jspecify.annotations")
        .check(MAIN);
  }

  @Test
  @DisplayName("nothing knows the server, and nothing but it knows Jetty and Micrometer")
  void server() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.polymath.server..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.polymath.server..", "org.eclipse.jetty..", "io.micrometer..")
        .check(MAIN);
  }

  @Test
  @DisplayName("nothing knows Spark, or our module for it")
  void spark() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.polymath.spark..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.polymath.spark..", "org.apache.spark..", "org.apache.hadoop..")
        .check(MAIN);
  }

  @Test
  @DisplayName("the kit of charts and markup knows no model")
  void kit() {
    classes()
        .that()
        .resideInAPackage("dev.polymath.report.chart..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.polymath.report.chart..", "java..", "org.jspecify.annotations")
        .check(MAIN);
  }

  @Test
  @DisplayName("the api depends on nothing")
  void api() {
    classes()
        .that()
        .resideInAnyPackage("dev.polymath", "dev.polymath.spi", "dev.polymath.internal")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.polymath",
            "dev.polymath.spi",
            "dev.polymath.internal",
            "java..",
            "org.jspecify.annotations")
        .check(MAIN);
  }

  @Test
  @DisplayName("the modules form no cycle")
  void modules() {
    slices().matching("dev.polymath.(*)..").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  @DisplayName("no two packages form a cycle: of the api, of models, of any module")
  void packages() {
    // Every package is a slice, without those below it: dev.polymath and dev.polymath.spi are two.
    slices().matching("(**)").namingSlices("$1").should().beFreeOfCycles().check(MAIN);
  }

  /** What Java specifies to within an ulp or two, and leaves to the CPU and the JDK. */
  private static final Set<String> INEXACT =
      Set.of(
          "exp", "expm1", "log", "log10", "log1p", "pow", "cbrt", "hypot", "sin", "cos", "tan",
          "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh");

  @Test
  @DisplayName("what decides the course of a training has the same bits on every JDK and CPU")
  void sameBits() {
    DescribedPredicate<AccessTarget.CodeUnitCallTarget> inexact =
        DescribedPredicate.describe(
            "a function of Math whose last bits are free: StrictMath has the same ones everywhere",
            target ->
                target.getOwner().isEquivalentTo(Math.class) && INEXACT.contains(target.getName()));
    noClasses()
        .that()
        .resideOutsideOfPackages(
            // They promise no bits.
            "dev.polymath.backend.ejml..",
            "dev.polymath.backend.nd4j..",
            // They judge and draw, and a training does not ask them.
            "dev.polymath.conformance..",
            "dev.polymath.benchmarks..",
            "dev.polymath.models.check..",
            "dev.polymath.models.monitor..",
            "dev.polymath.report..")
        .should()
        .callCodeUnitWhere(JavaCall.Predicates.target(inexact))
        .check(MAIN);
  }

  @Test
  @DisplayName("no text depends on the locale of the machine")
  void locales() {
    noClasses()
        .should()
        .callMethod(String.class, "formatted", Object[].class)
        .orShould()
        .callMethod(String.class, "format", String.class, Object[].class)
        .orShould()
        .callMethod(String.class, "toLowerCase")
        .orShould()
        .callMethod(String.class, "toUpperCase")
        .orShould()
        .callMethod(PrintStream.class, "printf", String.class, Object[].class)
        .orShould()
        .callMethod(PrintStream.class, "format", String.class, Object[].class)
        .orShould()
        .callMethod(PrintWriter.class, "printf", String.class, Object[].class)
        .orShould()
        .callMethod(PrintWriter.class, "format", String.class, Object[].class)
        .because("a format without Locale.ROOT writes other numbers elsewhere")
        .check(MAIN);
  }

  @Test
  @DisplayName("the packages of the command form no cycle, and none knows the entry point")
  void commandPackages() {
    slices().matching("dev.polymath.cli.(*)").should().beFreeOfCycles().check(MAIN);
    noClasses()
        .that()
        .resideInAPackage("dev.polymath.cli.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.polymath.cli")
        .check(MAIN);
  }

  @Test
  @DisplayName("the api's interfaces know nothing of the base classes that implement them")
  void apiPackages() {
    noClasses()
        .that()
        .resideInAPackage("dev.polymath")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.polymath.spi..")
        .check(MAIN);
  }

  @Test
  @DisplayName("the rooms of models form no cycle")
  void rooms() {
    slices().matching("dev.polymath.models.(*)..").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  @DisplayName("no room of models knows the root, which may know them")
  void roomsAndRoot() {
    noClasses()
        .that()
        .resideInAPackage("dev.polymath.models.*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.polymath.models")
        .check(MAIN);
  }
}
