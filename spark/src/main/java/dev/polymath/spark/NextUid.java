package dev.polymath.spark;

import org.jspecify.annotations.Nullable;

/**
 * Spark's constructors ask an object for its uid before the object's own constructor runs. Who is
 * about to be built leaves its uid here: as an argument of {@code this(...)}.
 *
 * @param uid of the object that this thread builds next
 */
record NextUid(String uid) {

  private static final ThreadLocal<@Nullable String> NEXT = new ThreadLocal<>();

  /** Says the uid of the object that this thread builds next. */
  static NextUid of(String uid) {
    NEXT.set(uid);
    return new NextUid(uid);
  }

  /** The uid of the object that is being built. */
  static String now() {
    String uid = NEXT.get();
    if (uid == null) {
      throw new IllegalStateException("no object is being built");
    }
    return uid;
  }
}
