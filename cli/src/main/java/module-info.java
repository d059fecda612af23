/** The {@code polymath} command. */
@org.jspecify.annotations.NullMarked
module dev.polymath.cli {
  requires java.management;
  requires static org.jspecify;
  requires com.fasterxml.jackson.core;
  requires dev.polymath.models;
  requires dev.polymath.report;
  requires info.picocli;
  requires java.desktop;

  opens dev.polymath.cli to
      info.picocli;
}
