/**
 * The backend {@code ejml}: EJML's single-precision dense matrices behind Polymath's interfaces.
 */
@org.jspecify.annotations.NullMarked
module dev.polymath.backend.ejml {
  requires dev.polymath;
  requires ejml.core;
  requires ejml.fdense;

  provides dev.polymath.BackendProvider with
      dev.polymath.backend.ejml.EjmlProvider;
}
