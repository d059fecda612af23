package dev.polymath.backend.arrays;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import java.util.function.Supplier;

/** What a plug-in of an application does: it opens a session and leaves it to the application. */
public final class Opener implements Supplier<Backend> {

  /** What a class loader calls. */
  public Opener() {}

  @Override
  public Backend get() {
    return Backends.open("arrays", BackendOptions.defaults().threads(3));
  }
}
