package dev.polymath.cli.terminal;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest, and the JVM it runs on. */
public final class Version implements IVersionProvider {

  /** Of this build. */
  public Version() {}

  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "polymath " + (version == null ? "(not from a jar)" : version),
      "Java " + Runtime.version() + " (" + System.getProperty("java.vm.name") + ")"
    };
  }
}
