/**
 * The backends {@code arrays} (scalar loops) and {@code arrays-vector} (JDK Vector API).
 *
 * <p>A call goes through three layers. {@code ArraysBackend} and its layers and losses decide what
 * is computed, a {@code Job} cuts it into blocks of the output and the {@code Pool} runs them, the
 * {@code Kernels} compute one block. Two sets of kernels are all that the two backends differ in.
 *
 * <p>Every output element is computed by one thread in an order that depends on the shapes alone:
 * the same bits for any number of threads.
 */
package dev.polymath.backend.arrays;
