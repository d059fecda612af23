/**
 * What callers of a backend see: matrices, layers and losses of one {@link dev.polymath.Backend}.
 *
 * <p>Notation, everywhere: matrices are {@code [rows, columns]}; {@code x [n, inputs]} is a batch
 * of n rows, a weight is {@code w [inputs, outputs]}, {@code dx} is the gradient of the loss with
 * respect to {@code x}. Unless its documentation says otherwise, an output is overwritten whatever
 * it held, never added to, and never shares storage with an argument that is read: nothing has to
 * be zeroed between steps. The documentation of each argument says whether it is read, overwritten,
 * updated in place or scratch.
 *
 * <p>Errors are those of the JDK: {@link java.lang.NullPointerException} for a null, {@link
 * java.lang.IndexOutOfBoundsException} for a range outside an array, {@link
 * java.lang.IllegalArgumentException} for shapes that do not fit, tensors of another session and
 * shared storage, {@link java.lang.IllegalStateException} for a closed session. Each message names
 * the operation, the shapes and the rule; a call that throws one of these has written nothing.
 */
@NullMarked
package dev.polymath;

import org.jspecify.annotations.NullMarked;
