package dev.polymath.backend.arrays;

import java.lang.module.ModuleDescriptor;

/** The version of this library: from the module, else from the jar's manifest. */
final class Version {

  private Version() {}

  static String ofThisModule() {
    ModuleDescriptor module = Version.class.getModule().getDescriptor();
    if (module != null && module.rawVersion().isPresent()) {
      return module.rawVersion().get();
    }
    String manifest = Version.class.getPackage().getImplementationVersion();
    return manifest == null ? "unpackaged" : manifest;
  }
}
