package dev.polymath.it.fuzz;

import dev.polymath.models.io.StateDictImport;

/** Bytes as a state dict in safetensors. */
public final class StateDictTarget {

  private StateDictTarget() {}

  /** Called with each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Readings.triedAsFile(input, StateDictImport.defaults()::read);
  }
}
