package dev.polymath.conformance;

import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a session and all that it makes: for faults in what AbstractBackend does for its
 * subclasses, since a backend may implement the interfaces without it.
 */
final class Intercepted implements InvocationHandler {

  /** The call as it would have gone. */
  interface Call {
    @Nullable Object proceed() throws Throwable;
  }

  /** What is done in its place. */
  interface Interceptor {
    @Nullable Object intercept(
        Object target, String method, @Nullable Object[] arguments, Call call) throws Throwable;
  }

  private final Object real;
  private final Interceptor interceptor;

  private Intercepted(Object real, Interceptor interceptor) {
    this.real = real;
    this.interceptor = interceptor;
  }

  static Backend session(Interceptor interceptor) {
    return session(new ReferenceBackend(), interceptor);
  }

  static Backend session(Backend real, Interceptor interceptor) {
    return wrap(Backend.class, real, interceptor);
  }

  private static <I> I wrap(Class<I> type, Object real, Interceptor interceptor) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, new Intercepted(real, interceptor)));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] given)
      throws Throwable {
    @Nullable Object[] arguments = given == null ? new Object[0] : given.clone();
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = unwrapped(arguments[i]);
    }
    Call call =
        () -> {
          try {
            return method.invoke(real, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    if (method.getDeclaringClass() == Object.class) {
      return call.proceed();
    }
    return wrapped(interceptor.intercept(real, method.getName(), arguments, call));
  }

  static @Nullable Object unwrapped(@Nullable Object argument) {
    if (argument instanceof List<?> list) {
      return new AbstractList<@Nullable Object>() {
        @Override
        public @Nullable Object get(int index) {
          return unwrapped(list.get(index));
        }

        @Override
        public int size() {
          return list.size();
        }
      };
    }
    return argument != null
            && Proxy.isProxyClass(argument.getClass())
            && Proxy.getInvocationHandler(argument) instanceof Intercepted intercepted
        ? intercepted.real
        : argument;
  }

  private @Nullable Object wrapped(@Nullable Object result) {
    if (result instanceof Tensor) {
      return wrap(Tensor.class, result, interceptor);
    }
    if (result instanceof Layer) {
      return wrap(Layer.class, result, interceptor);
    }
    if (result instanceof Loss) {
      return wrap(Loss.class, result, interceptor);
    }
    if (result instanceof Parameter parameter) {
      return new Parameter(
          parameter.name(), parameter.role(), wrap(Tensor.class, parameter.value(), interceptor));
    }
    if (result instanceof List<?> list) {
      List<@Nullable Object> all = new ArrayList<>();
      for (Object element : list) {
        all.add(wrapped(element));
      }
      return List.copyOf(all);
    }
    return result;
  }
}
