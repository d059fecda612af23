package dev.polymath.conformance;

import dev.polymath.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Faults in giving single tensors back. */
final class ReleaseMutants {

  private static final String GROUP = "Release";

  private ReleaseMutants() {}

  /** A session that forgives what a release must be refused for. */
  private static Backend forgiving(String reason) {
    return Intercepted.session(
        (target, method, arguments, call) -> {
          try {
            return call.proceed();
          } catch (IllegalArgumentException e) {
            if (method.equals("release") && String.valueOf(e.getMessage()).contains(reason)) {
              return null;
            }
            throw e;
          }
        });
  }

  private static Set<Object> identities() {
    return Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  static List<Mutant> all() {
    return List.of(
        Mutant.of(
            "release ignored",
            "release: a later use of the tensor throws IllegalStateException",
            GROUP,
            "the call was accepted",
            () ->
                Intercepted.session(
                    (target, method, arguments, call) ->
                        method.equals("release") ? null : call.proceed())),
        Mutant.of(
            "release of a view ignored",
            "release: a view releases the whole",
            GROUP,
            "the call was accepted",
            () -> {
              Set<Object> views = identities();
              return Intercepted.session(
                  (target, method, arguments, call) -> {
                    if (method.equals("release") && views.contains(arguments[0])) {
                      return null;
                    }
                    Object result = call.proceed();
                    if (method.equals("firstRows")) {
                      views.add(Objects.requireNonNull(result));
                    }
                    return result;
                  });
            }),
        Mutant.of(
            "views outlive their tensor",
            "release: a later use of a view throws IllegalStateException",
            GROUP,
            "read: expected a IllegalStateException",
            () -> {
              Set<Object> views = identities();
              return Intercepted.session(
                  (target, method, arguments, call) -> {
                    try {
                      Object result = call.proceed();
                      if (method.equals("firstRows")) {
                        views.add(Objects.requireNonNull(result));
                      }
                      return result;
                    } catch (IllegalStateException e) {
                      if (method.equals("read") && views.contains(target)) {
                        return null;
                      }
                      throw e;
                    }
                  });
            }),
        Mutant.of(
            "released tensor without a sentence",
            "release: the error of a later use names the operation and the tensor",
            GROUP,
            "its message does not",
            () ->
                Intercepted.session(
                    (target, method, arguments, call) -> {
                      try {
                        return call.proceed();
                      } catch (IllegalStateException e) {
                        throw new IllegalStateException("released", e);
                      }
                    })),
        Mutant.of(
            "second release throws",
            "release: releasing again does nothing",
            GROUP,
            "release of a released tensor",
            () -> {
              Set<Object> released = identities();
              return Intercepted.session(
                  (target, method, arguments, call) -> {
                    if (method.equals("release")
                        && !released.add(Objects.requireNonNull(arguments[0]))) {
                      throw new IllegalStateException("release: released already");
                    }
                    return call.proceed();
                  });
            }),
        Mutant.of(
            "foreign tensors released",
            "release: a tensor of another session is refused",
            GROUP,
            "the call was accepted",
            () -> forgiving("another session")),
        Mutant.of(
            "parameters released",
            "release: a parameter is refused, its layer needs it",
            GROUP,
            "the call was accepted",
            () -> forgiving("parameter")),
        Mutant.of(
            "release frees a neighbour",
            "release: gives back this tensor and no other",
            GROUP,
            "beside released tensors",
            () ->
                new ReferenceBackend() {
                  private final List<ReferenceTensor> made = new ArrayList<>();

                  @Override
                  protected ReferenceTensor newTensor(int rows, int cols) {
                    ReferenceTensor tensor = super.newTensor(rows, cols);
                    made.add(tensor);
                    return tensor;
                  }

                  @Override
                  protected void releaseKernel(ReferenceTensor tensor) {
                    Arrays.fill(made.get(made.indexOf(tensor) + 1).data, 0);
                  }
                }),
        Mutant.of(
            "released memory used again as it is",
            "allocate: a new matrix of zeros, after a release too",
            GROUP,
            "a tensor allocated after a release",
            () ->
                new ReferenceBackend() {
                  private float[] free = {};

                  @Override
                  protected ReferenceTensor newTensor(int rows, int cols) {
                    ReferenceTensor tensor = super.newTensor(rows, cols);
                    if (free.length == tensor.size()) {
                      System.arraycopy(free, 0, tensor.data, 0, free.length);
                    }
                    return tensor;
                  }

                  @Override
                  protected void releaseKernel(ReferenceTensor tensor) {
                    free = tensor.data;
                  }
                }),
        Mutant.of(
            "released tensors kept",
            "release: the memory of the tensor may go",
            GROUP,
            "the heap grew",
            () ->
                new ReferenceBackend() {
                  private final List<ReferenceTensor> made =
                      Collections.synchronizedList(new ArrayList<>());

                  @Override
                  protected ReferenceTensor newTensor(int rows, int cols) {
                    ReferenceTensor tensor = super.newTensor(rows, cols);
                    made.add(tensor);
                    return tensor;
                  }
                }),
        Mutant.of(
            "native memory of released tensors kept",
            "release: the memory of the tensor may go, outside the heap too",
            GROUP,
            "native memory grew",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected ReferenceTensor newTensor(int rows, int cols) {
                    MutantSubject.nativeBytes += 4L * rows * cols;
                    return super.newTensor(rows, cols);
                  }
                }));
  }
}
