package dev.polymath.benchmarks;

/** A library that multiplies matrices. */
interface ProductEngine extends AutoCloseable {

  /** As it is asked for. */
  String name();

  /** The version, what computes, and the threads in force. */
  String description();

  /** Puts the factors where the library wants them; nothing is copied when the product runs. */
  Product product(Factors factors);

  @Override
  void close();

  /** One product, computed again at each call. */
  interface Product extends AutoCloseable {

    void run();

    /** The product of the last run, row by row. */
    float[] result();

    @Override
    void close();
  }
}
