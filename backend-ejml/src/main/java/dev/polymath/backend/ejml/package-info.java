/**
 * The backend {@code ejml} on EJML's {@code FMatrixRMaj}: row-major arrays, EJML's products, loops
 * over the arrays for what EJML lacks. It is kept small, to be read by whoever writes a backend.
 */
@NullMarked
package dev.polymath.backend.ejml;

import org.jspecify.annotations.NullMarked;
