/**
 * The interfaces of Polymath: {@link dev.polymath.Tensor}, {@link dev.polymath.Layer} and {@link
 * dev.polymath.Loss}, the {@link dev.polymath.Backend} that makes them, and their discovery.
 */
@org.jspecify.annotations.NullMarked
module dev.polymath {
  requires static transitive org.jspecify;

  exports dev.polymath;
  exports dev.polymath.spi;

  uses dev.polymath.BackendProvider;
}
