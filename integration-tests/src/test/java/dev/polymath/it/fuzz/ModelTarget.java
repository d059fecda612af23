package dev.polymath.it.fuzz;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.Model;
import dev.polymath.models.io.ModelFile;

/** Bytes as a model file; a sound one becomes a model. */
public final class ModelTarget {

  private static final Backend BACKEND =
      Backends.open("arrays", BackendOptions.defaults().threads(1));

  /** No fuzzer builds a network of this many numbers to find a fault. */
  private static final int MOST = 100_000;

  private ModelTarget() {}

  /** Called with each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Readings.tried(
        input,
        bytes -> {
          ModelFile file = ModelFile.read(bytes);
          if (bytes.length < MOST) {
            Model.of(file, BACKEND);
          }
        });
  }
}
