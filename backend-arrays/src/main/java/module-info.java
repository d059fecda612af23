/** The backends {@code arrays} and {@code arrays-vector}: plain Java {@code float[]}. */
@org.jspecify.annotations.NullMarked
module dev.polymath.backend.arrays {
  requires transitive dev.polymath;
  requires static jdk.incubator.vector;
  requires jdk.management;

  exports dev.polymath.backend.arrays;

  provides dev.polymath.BackendProvider with
      dev.polymath.backend.arrays.ArraysProvider,
      dev.polymath.backend.arrays.ArraysVectorProvider;
}
