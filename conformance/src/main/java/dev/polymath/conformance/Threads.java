package dev.polymath.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.AssertionFailedError;

/**
 * Runs each check again on four threads where the backend has them, so that no author needs a
 * second subclass for that.
 */
final class Threads implements InvocationInterceptor {

  /** Of the second run. */
  static final int MORE = 4;

  /** A check, or a group of them, that opens its sessions itself. */
  @Inherited
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.METHOD})
  @interface OpensItsOwn {}

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext extensionContext)
      throws Throwable {
    invocation.proceed();
    Method check = invocationContext.getExecutable();
    if (!(invocationContext.getTarget().orElse(null) instanceof Group group)
        || check.isAnnotationPresent(OpensItsOwn.class)
        || group.getClass().isAnnotationPresent(OpensItsOwn.class)
        || group.kit.options().threads() > 1
        || group.kit.provider().mostThreads() == 1) {
      return;
    }
    group.reopen(MORE);
    int inForce = group.backend.info().threads();
    if (inForce > 1) {
      again(group, check, "with " + inForce + " threads: ");
    }
  }

  private static void again(Group group, Method check, String circumstance) throws Throwable {
    try {
      check.invoke(group);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause instanceof AssertionError) {
        AssertionFailedError failure =
            new AssertionFailedError(circumstance + cause.getMessage(), cause);
        failure.setStackTrace(cause.getStackTrace());
        throw failure;
      }
      throw cause;
    }
  }
}
