package dev.polymath.conformance;

import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.Layer;
import dev.polymath.Tensor;
import dev.polymath.conformance.Intercepted.Interceptor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Faults in what a session says of itself and in how it refuses misuse. */
final class ContractMutants {

  private static final String CONTRACT = "Contract";
  private static final String OWNERSHIP = "Ownership";

  private ContractMutants() {}

  private static Mutant mutant(
      String name, String sentence, String group, String symptom, Interceptor interceptor) {
    return Mutant.of(name, sentence, group, symptom, () -> Intercepted.session(interceptor));
  }

  /** The refusal of some calls is swallowed: as if the check were missing. */
  private static Mutant swallowed(
      String name, String sentence, String group, String operation, String message) {
    return mutant(
        name,
        sentence,
        group,
        operation + ": expected",
        (target, method, arguments, call) -> {
          try {
            return call.proceed();
          } catch (IllegalArgumentException | IndexOutOfBoundsException | NullPointerException e) {
            if (method.equals(operation) && String.valueOf(e.getMessage()).contains(message)) {
              return substitute(target, method);
            }
            throw e;
          }
        });
  }

  /** What an unchecked call might have returned. */
  private static @Nullable Object substitute(Object target, String method) {
    Backend any = new ReferenceBackend();
    return switch (method) {
      case "allocate", "allocateLike" -> any.allocate(1, 1);
      case "firstRows" -> target;
      case "dense" -> any.dense(1, 1, dev.polymath.Activation.IDENTITY);
      case "value", "valueAndGradient" -> 0.0;
      default -> null;
    };
  }

  /** Another info(). */
  private static Mutant info(String name, String sentence, String symptom, BackendInfo info) {
    return mutant(
        name,
        sentence,
        CONTRACT,
        symptom,
        (target, method, arguments, call) -> method.equals("info") ? info : call.proceed());
  }

  static List<Mutant> all() {
    return List.of(
        info(
            "another name",
            "BackendInfo.name: the name it is asked for by",
            "info().name()",
            new BackendInfo("other", "1", 1, "double loops", false)),
        info(
            "no version",
            "BackendInfo.version: of the backend's own library",
            "info().version()",
            new BackendInfo(ReferenceBackend.NAME, "", 1, "double loops", false)),
        info(
            "runs on nothing",
            "BackendInfo.runsOn: what computes, for a person to read",
            "info().runsOn()",
            new BackendInfo(ReferenceBackend.NAME, "1", 1, " ", false)),
        info(
            "more threads than asked for",
            "BackendInfo.threads: in force; it may be fewer than were asked for",
            "asked for 1 threads",
            new BackendInfo(ReferenceBackend.NAME, "1", 2, "double loops", false)),
        mutant(
            "info that changes",
            "Backend.info: of the session",
            CONTRACT,
            "info(), asked again",
            new Interceptor() {
              private int calls;

              @Override
              public @Nullable Object intercept(
                  Object target, String method, @Nullable Object[] arguments, Intercepted.Call call)
                  throws Throwable {
                calls++;
                return method.equals("info")
                    ? new BackendInfo(ReferenceBackend.NAME, "1", 1, "call " + calls, false)
                    : call.proceed();
              }
            }),
        swallowed(
            "error swallowed",
            "matmul: inner dimensions that differ are an IllegalArgumentException",
            CONTRACT,
            "matmul",
            "inner dimensions"),
        swallowed(
            "shape of out unchecked",
            "matmulTransB: out [m, n]",
            CONTRACT,
            "matmulTransB",
            "out is"),
        swallowed(
            "row broadcast from a column", "addRow: row [1, c]", CONTRACT, "addRow", "row is"),
        swallowed("shape unchecked by axpby", "axpby: x and y [n, c]", CONTRACT, "axpby", "y is"),
        swallowed(
            "shape unchecked by multiply",
            "multiply: a, b and out [n, c]",
            CONTRACT,
            "multiply",
            "out is"),
        swallowed(
            "bend below zero accepted",
            "huber: δ finite and above 0",
            CONTRACT,
            "huber",
            "delta is"),
        swallowed(
            "shape unchecked by adam",
            "adam: m, v, value and gradient alike",
            CONTRACT,
            "adam",
            "m is"),
        swallowed(
            "shape unchecked by activateBackward",
            "activateBackward: y, dy and dx [n, c]",
            CONTRACT,
            "activateBackward",
            "dx is"),
        swallowed("columns of x unchecked", "forward: x [n, inputs]", CONTRACT, "forward", "x is"),
        swallowed(
            "shape of a gradient unchecked",
            "backward: a gradient has its parameter's shape",
            CONTRACT,
            "backward",
            "gradient of weight is"),
        swallowed(
            "missing gradient forgiven",
            "backward: one gradient for each parameter",
            CONTRACT,
            "backward",
            "gradients for"),
        swallowed(
            "shape of the target unchecked",
            "value: target [n, outputs]",
            CONTRACT,
            "value",
            "target is"),
        swallowed(
            "size that overflows",
            "allocate: rows · cols fits an int",
            CONTRACT,
            "allocate",
            "more than"),
        swallowed(
            "matrix without rows",
            "allocate: rows and cols at least 1",
            CONTRACT,
            "allocate",
            "at least 1"),
        swallowed(
            "view larger than its tensor",
            "firstRows: from 1 to rows()",
            CONTRACT,
            "firstRows",
            "5 of [4, 3]"),
        swallowed(
            "range outside the array",
            "write: an IndexOutOfBoundsException for a range outside an array",
            CONTRACT,
            "write",
            "offset 1"),
        swallowed(
            "softmax in a dense layer",
            "dense: any but softmax, which is a layer of its own",
            CONTRACT,
            "dense",
            "softmax"),
        mutant(
            "null accepted",
            "a NullPointerException for a null",
            CONTRACT,
            "null for",
            (target, method, arguments, call) ->
                method.equals("axpby") && Arrays.asList(arguments).contains(null)
                    ? null
                    : call.proceed()),
        mutant(
            "message without the shapes",
            "each message names the operation, the shapes and the rule",
            CONTRACT,
            "its message does not",
            (target, method, arguments, call) -> {
              try {
                return call.proceed();
              } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(method + ": wrong shape", e);
              }
            }),
        mutant(
            "message without the operation",
            "each message names the operation",
            CONTRACT,
            "does not begin with the operation",
            (target, method, arguments, call) -> {
              try {
                return call.proceed();
              } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                    String.valueOf(e.getMessage()).replace(method + ": ", ""), e);
              }
            }),
        mutant(
            "wrong kind of exception",
            "errors are those of the JDK: an IllegalArgumentException for shapes that do not fit",
            CONTRACT,
            "expected a IllegalArgumentException",
            (target, method, arguments, call) -> {
              try {
                return call.proceed();
              } catch (IllegalArgumentException e) {
                throw new UnsupportedOperationException(e.getMessage(), e);
              }
            }),
        mutant(
            "output cleared before the check",
            "a call that throws one of these has written nothing",
            CONTRACT,
            "was rejected and wrote nevertheless",
            (target, method, arguments, call) -> {
              if (method.equals("matmul") && arguments[2] instanceof Tensor out) {
                out.write(new float[out.rows() * out.cols()], 0);
              }
              return call.proceed();
            }),
        swallowed(
            "output aliased",
            "an output never shares storage with an argument that is read",
            OWNERSHIP,
            "matmul",
            "out shares its storage"),
        mutant(
            "output aliased through a view",
            "shared storage is an IllegalArgumentException, through views too",
            OWNERSHIP,
            "axpby: expected",
            (target, method, arguments, call) -> {
              try {
                return call.proceed();
              } catch (IllegalArgumentException e) {
                // As if tensors, not storages, were compared.
                if (method.equals("axpby") && arguments[1] != arguments[3]) {
                  return null;
                }
                throw e;
              }
            }),
        swallowed(
            "overlap of out and a",
            "multiply: no overlap but out = a or out = b",
            OWNERSHIP,
            "multiply",
            "out shares its storage with a"),
        swallowed(
            "moments that share a storage", "adam: m and v are two", OWNERSHIP, "adam", "v shares"),
        swallowed(
            "overlap of dx and y",
            "activateBackward: no overlap but dx = dy",
            OWNERSHIP,
            "activateBackward",
            "dx shares its storage with y"),
        swallowed(
            "output in the weight",
            "forward: y overwrites no parameter",
            OWNERSHIP,
            "forward",
            "with weight"),
        swallowed(
            "two gradients in one storage",
            "backward: gradients do not share storage",
            OWNERSHIP,
            "backward",
            "another gradient"),
        swallowed(
            "gradient in the target",
            "valueAndGradient: dOutput shares with no input",
            OWNERSHIP,
            "valueAndGradient",
            "with target"),
        swallowed(
            "tensor of another session accepted",
            "every tensor passed to a session must be its own",
            OWNERSHIP,
            "addRow",
            "belongs to another session"),
        mutant(
            "foreign gradient accepted",
            "backward: gradients of this session",
            OWNERSHIP,
            "backward: expected",
            (target, method, arguments, call) -> {
              try {
                return call.proceed();
              } catch (IllegalArgumentException e) {
                boolean swallowed =
                    target instanceof Layer
                        && method.equals("backward")
                        && String.valueOf(e.getMessage()).contains("a gradient [3, 3] belongs");
                if (swallowed) {
                  return null;
                }
                throw e;
              }
            }));
  }
}
