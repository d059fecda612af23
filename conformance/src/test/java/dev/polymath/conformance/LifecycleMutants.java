package dev.polymath.conformance;

import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Faults in the end of a session, and what it leaves behind. */
final class LifecycleMutants {

  /** What the heap leak holds on to, and the open sessions of the one that closes them all. */
  static final List<Object> LEAKED = new ArrayList<>();

  private static int threadsOfTheLast;

  private LifecycleMutants() {}

  static List<Mutant> all() {
    String group = "Lifecycle";
    return List.of(
        Mutant.of(
            "close not idempotent",
            "close: closing twice does nothing",
            group,
            "already closed",
            () -> {
              AtomicBoolean closed = new AtomicBoolean();
              return Intercepted.session(
                  (target, method, arguments, call) -> {
                    if (method.equals("close") && closed.getAndSet(true)) {
                      throw new IllegalStateException("already closed");
                    }
                    return call.proceed();
                  });
            }),
        Mutant.of(
            "usable after close",
            "close: a later call of any of its objects throws IllegalStateException",
            group,
            "the call was accepted",
            () ->
                Intercepted.session(
                    (target, method, arguments, call) -> {
                      try {
                        return call.proceed();
                      } catch (IllegalStateException e) {
                        if (method.equals("read")) {
                          return null;
                        }
                        throw e;
                      }
                    })),
        Mutant.of(
            "closed session without its name",
            "close: the error of a later call names the operation and the backend",
            group,
            "its message does not",
            () ->
                Intercepted.session(
                    (target, method, arguments, call) -> {
                      try {
                        return call.proceed();
                      } catch (IllegalStateException e) {
                        throw new IllegalStateException(method + ": closed", e);
                      }
                    })),
        Mutant.of(
            "NullPointerException after close",
            "close: a later call throws IllegalStateException, no other",
            group,
            "NullPointerException",
            () ->
                Intercepted.session(
                    (target, method, arguments, call) -> {
                      try {
                        return call.proceed();
                      } catch (IllegalStateException e) {
                        throw new NullPointerException("data");
                      }
                    })),
        Mutant.of(
            "info gone with its session",
            "Backend.info: outlives the session",
            group,
            "info() of a closed session",
            () -> {
              AtomicBoolean closed = new AtomicBoolean();
              return Intercepted.session(
                  (target, method, arguments, call) -> {
                    if (method.equals("close")) {
                      closed.set(true);
                    } else if (method.equals("info") && closed.get()) {
                      throw new IllegalStateException("info: the session is closed");
                    }
                    return call.proceed();
                  });
            }),
        Mutant.opened(
            "info of the session opened last",
            "Backend.info: the same as long as the session lives",
            group,
            "info() of an open session",
            options -> {
              threadsOfTheLast = options.threads();
              return new ReferenceBackend() {
                @Override
                public BackendInfo info() {
                  BackendInfo own = super.info();
                  return new BackendInfo(
                      own.name(),
                      own.version(),
                      threadsOfTheLast,
                      own.runsOn(),
                      own.allocationFree());
                }
              };
            }),
        Mutant.of(
            "close does not wait",
            "close: waits for running calls",
            group,
            "close returned while a call",
            () ->
                Intercepted.session(
                    (target, method, arguments, call) -> {
                      if (!method.equals("close")) {
                        return call.proceed();
                      }
                      Backend real = (Backend) target;
                      Parallel.start("closer", real::close).endsWithin(20);
                      return null;
                    })),
        Mutant.of(
            "one close closes all",
            "Backend: a session; others live on",
            group,
            "is closed",
            () -> {
              ReferenceBackend real =
                  new ReferenceBackend() {
                    @Override
                    protected void closeKernel() {
                      for (Object other : List.copyOf(LEAKED)) {
                        LEAKED.remove(other);
                        ((Backend) other).close();
                      }
                    }
                  };
              LEAKED.add(real);
              return real;
            }),
        Mutant.of(
            "one session for all",
            "BackendProvider.open: starts a session",
            group,
            "is closed",
            new Supplier<>() {
              private @Nullable Backend only;

              @Override
              public Backend get() {
                only = only == null ? new ReferenceBackend() : only;
                return only;
              }
            }),
        Mutant.of(
            "heap leak",
            "close: frees all that the session made",
            group,
            "the heap grew",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected ReferenceTensor newTensor(int rows, int cols) {
                    ReferenceTensor tensor = super.newTensor(rows, cols);
                    LEAKED.add(tensor);
                    return tensor;
                  }
                }),
        Mutant.of(
            "native leak",
            "close: frees all that the session made, outside the heap too",
            group,
            "native memory grew",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected ReferenceTensor newTensor(int rows, int cols) {
                    MutantSubject.nativeBytes += 4L * rows * cols;
                    return super.newTensor(rows, cols);
                  }
                }),
        Mutant.of(
            "leak of threads",
            "close: frees all, its threads too",
            group,
            "new threads",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void closeKernel() {
                    Parallel.start("leaked", MutantSubject.TEARDOWN::await);
                  }
                }),
        Mutant.opened(
            "more threads than it says",
            "BackendInfo.threads: in force, the caller's included",
            group,
            "threads in force, the caller's included, started",
            options ->
                new ReferenceBackend() {
                  private final CountDownLatch end = new CountDownLatch(1);

                  {
                    Parallel.start("unannounced", end::await);
                  }

                  @Override
                  protected void closeKernel() {
                    end.countDown();
                  }
                }));
  }
}
