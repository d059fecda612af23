package dev.polymath.backend.arrays;

/** Which operand of a product is transposed. */
enum Form {
  /** {@code a [m, k] · b [k, n]}. */
  NN,
  /** {@code aᵀ · b} with {@code a [k, m]} and {@code b [k, n]}. */
  TN,
  /** {@code a · bᵀ} with {@code a [m, k]} and {@code b [n, k]}. */
  NT
}
