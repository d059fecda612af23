package dev.polymath.models.data;

/** Counts what this thread allocates. */
final class Allocation {
  private Allocation() {}

  /**
   * Bytes allocated while the action runs, and fewer than 200 more for the counting. By reflection:
   * the module under test does not read jdk.management.
   */
  static long bytes(Runnable action) throws ReflectiveOperationException {
    Object threads =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean")
            .invoke(null);
    var counter =
        Class.forName("com.sun.management.ThreadMXBean")
            .getMethod("getThreadAllocatedBytes", long.class);
    Object thread = Thread.currentThread().getId();
    long before = (long) counter.invoke(threads, thread);
    action.run();
    return (long) counter.invoke(threads, thread) - before;
  }
}
