package dev.polymath.cli.terminal;

import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Hears of Ctrl-C, and of the signals that ask a process to end, while something runs that wants to
 * end well: the first is remembered and said, the second ends the process at once. {@link #close}
 * gives the signals back to the JVM, which ends by itself.
 *
 * <p>A shutdown hook would come too late: the JVM is ending by then, whatever the training does,
 * and its exit code is set. So the signals are handled, by {@code sun.misc.Signal} of the module
 * {@code jdk.unsupported}. It is called by reflection: the compiler warns of the class wherever it
 * is named, and a JVM without it only ends as it always did.
 */
public final class Interruption implements TrainingListener, AutoCloseable {

  /** Ctrl-C; the usual request; the terminal is gone. Windows knows the first two. */
  private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

  /** What a shell adds to a signal's number. */
  private static final int EXIT = 128;

  private final Runnable first;
  private final Map<Object, Object> before = new LinkedHashMap<>();
  private volatile int signal;

  private Interruption(Runnable first) {
    this.first = first;
  }

  /**
   * Hears of signals from now on.
   *
   * @param first run at the first signal, on a thread of the JVM's
   */
  public static Interruption listen(Runnable first) {
    Interruption interruption = new Interruption(first);
    SIGNALS.forEach(interruption::handle);
    return interruption;
  }

  /** One that hears of nothing: {@link #arrived} is all that tells it something. */
  static Interruption deaf(Runnable first) {
    return new Interruption(first);
  }

  private void handle(String name) {
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object named = type.getConstructor(String.class).newInstance(name);
      int number = (int) type.getMethod("getNumber").invoke(named);
      InvocationHandler calls =
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  arrived(number);
                  yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == Objects.requireNonNull(arguments)[0];
                default -> "handler of SIG" + name;
              };
      Object own =
          Proxy.newProxyInstance(
              Interruption.class.getClassLoader(), new Class<?>[] {handlerType}, calls);
      Object old = type.getMethod("handle", type, handlerType).invoke(null, named, own);
      if (Objects.equals(old, handlerType.getField("SIG_IGN").get(null))) {
        // By nohup or a shell: it stays ignored.
        type.getMethod("handle", type, handlerType).invoke(null, named, old);
      } else {
        before.put(named, old);
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      // No such signal here, or -Xrs has left it to the system: it ends the process as ever.
    }
  }

  /** A signal is there. */
  void arrived(int number) {
    if (signal != 0) {
      Runtime.getRuntime().halt(EXIT + number);
    }
    signal = number;
    first.run();
  }

  /** Whether a signal has been heard. */
  public boolean requested() {
    return signal != 0;
  }

  /** What a shell says of a process that its signal has ended: 130 after Ctrl-C, 143 after TERM. */
  public int exitCode() {
    return EXIT + signal;
  }

  @Override
  public boolean interruptsRun() {
    return signal != 0;
  }

  @Override
  public void epoch(TrainingHistory.Epoch result) {}

  @Override
  public void close() {
    before.forEach(
        (named, old) -> {
          try {
            Class<?> type = named.getClass();
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            type.getMethod("handle", type, handlerType).invoke(null, named, old);
          } catch (ReflectiveOperationException | RuntimeException e) {
            // It was there a moment ago; the process is about to end.
          }
        });
    before.clear();
  }
}
