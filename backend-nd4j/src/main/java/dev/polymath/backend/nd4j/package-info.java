/**
 * The backend {@code nd4j}: ND4J's {@code INDArray} in native memory, native BLAS for the products.
 *
 * <p>Matrix products, the sigmoid and updates of parameters are ND4J's operations. The rest passes
 * through the Java heap in blocks, where copying costs less than a native call does. The figures
 * are in docs/benchmarks/notes/0004-nd4j-operations.md.
 */
@NullMarked
package dev.polymath.backend.nd4j;

import org.jspecify.annotations.NullMarked;
