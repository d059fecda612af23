/**
 * The backend {@code ejml}: EJML's {@code FMatrixRMaj} under {@link dev.polymath.Tensor}, EJML's
 * products, and loops over its arrays for what it lacks. Kept small, to be read by whoever writes a
 * backend.
 */
package dev.polymath.backend.ejml;
