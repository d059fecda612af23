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
  requires jdk.unsupported;

  exports dev.polymath.cli.spi;

  uses dev.polymath.cli.spi.CommandProvider;

  opens dev.polymath.cli to
      info.picocli;
  opens dev.polymath.cli.backend to
      info.picocli;
  opens dev.polymath.cli.command to
      info.picocli;
  opens dev.polymath.cli.data to
      info.picocli;
  opens dev.polymath.cli.terminal to
      info.picocli;
}
