package dev.polymath.backend.nd4j;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.BackendStatus;
import dev.polymath.Backends;

/** A program that lists what there is and what it costs or, asked to "open", opens nd4j twice. */
final class OpenTwice {

  private OpenTwice() {}

  public static void main(String[] args) {
    for (BackendStatus status : Backends.list()) {
      System.out.println("found: " + status);
      if (args.length == 0) {
        System.out.println("costly: " + status.costlyStart());
      }
    }
    for (int i = 0; i < 2 && args.length > 0; i++) {
      try (Backend backend = Backends.open("nd4j", BackendOptions.defaults())) {
        System.out.println("opened: " + backend.info());
      } catch (IllegalStateException e) {
        System.out.println("failed: " + e.getMessage());
      }
    }
  }
}
