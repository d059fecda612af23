package dev.polymath.models;

import dev.polymath.Backend;
import dev.polymath.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * A session that knows which of the tensors that it was asked for have not been given back. Those
 * that it makes itself, for layers, don't count.
 */
public final class LiveTensors {

  private final Set<Tensor> live =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

  private final Backend backend;

  /** How many more can be allocated before one fails. */
  public int room = Integer.MAX_VALUE;

  /** Counts what {@code real} is asked for. */
  public LiveTensors(Backend real) {
    backend =
        (Backend)
            Proxy.newProxyInstance(
                Backend.class.getClassLoader(),
                new Class<?>[] {Backend.class},
                (proxy, method, arguments) -> {
                  boolean allocation = method.getName().startsWith("allocate");
                  if (allocation && room-- == 0) {
                    throw new OutOfMemoryError("no room, says the test");
                  }
                  Object result;
                  try {
                    result = method.invoke(real, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                  if (allocation) {
                    live.add((Tensor) result);
                  } else if (method.getName().equals("release") && !live.remove(arguments[0])) {
                    throw new AssertionError("released twice, or a view: " + arguments[0]);
                  }
                  return result;
                });
  }

  /** The session that counts. */
  public Backend backend() {
    return backend;
  }

  /** The tensors that live. */
  public int count() {
    return live.size();
  }
}
