package dev.polymath.backend.nd4j;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;

/** A program that lists what there is and, asked to "open", opens nd4j twice. */
final class OpenTwice {

  private OpenTwice() {}

  public static void main(String[] args) {
    Backends.list().forEach(status -> System.out.println("found: " + status));
    for (int i = 0; i < 2 && args.length > 0; i++) {
      try (Backend backend = Backends.open("nd4j", BackendOptions.defaults())) {
        System.out.println("opened: " + backend.info());
      } catch (IllegalStateException e) {
        System.out.println("failed: " + e.getMessage());
      }
    }
  }
}
