/** A training run as a page to look at, and the kit that such pages are made of. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // javac doesn't know the module of the qualified export yet
module dev.polymath.report {
  requires transitive dev.polymath.models;

  exports dev.polymath.report;
  exports dev.polymath.report.chart to
      dev.polymath.benchmarks;
}
