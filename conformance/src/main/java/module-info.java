/**
 * The tests that every backend must pass: extend {@link
 * dev.polymath.conformance.BackendConformance}. Their results are those of {@link
 * dev.polymath.conformance.Oracle}.
 */
@org.jspecify.annotations.NullMarked
open module dev.polymath.conformance {
  requires transitive dev.polymath;
  requires transitive org.junit.jupiter.api;
  requires java.management;
  requires static jdk.management;

  exports dev.polymath.conformance;

  uses dev.polymath.BackendProvider;
}
