package dev.polymath.conformance;

import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/** What a misused call must throw. */
final class Rejection {

  private Rejection() {}

  /**
   * The call throws {@code type} or a subclass; its message begins with the operation and a colon
   * and contains the words.
   */
  static void check(
      Class<? extends RuntimeException> type, String operation, Runnable call, String... words) {
    Throwable thrown = thrownBy(call);
    String rule =
        operation + ": expected a " + type.getSimpleName() + " with " + String.join(", ", words);
    if (thrown == null) {
      throw new AssertionFailedError(rule + "; the call was accepted");
    }
    String message = String.valueOf(thrown.getMessage());
    if (!type.isInstance(thrown)) {
      throw new AssertionFailedError(rule + "; found " + thrown, thrown);
    }
    if (!message.startsWith(operation + ": ")) {
      throw new AssertionFailedError(
          rule + "; its message does not begin with the operation: " + message, thrown);
    }
    for (String word : words) {
      if (!message.contains(word)) {
        throw new AssertionFailedError(
            rule + "; its message does not say \"" + word + "\": " + message, thrown);
      }
    }
  }

  /** The call throws a {@link NullPointerException} that names the argument. */
  static void checkNull(String name, Runnable call) {
    Throwable thrown = thrownBy(call);
    String message = thrown == null ? "" : String.valueOf(thrown.getMessage());
    if (!(thrown instanceof NullPointerException)
        || !java.util.List.of(message.split("\\W+")).contains(name)) {
      throw new AssertionFailedError(
          "null for " + name + ": expected a NullPointerException naming it, found " + thrown,
          thrown);
    }
  }

  private static @Nullable Throwable thrownBy(Runnable call) {
    try {
      call.run();
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }
}
