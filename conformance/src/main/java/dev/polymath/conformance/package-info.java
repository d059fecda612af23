/**
 * The conformance kit: what every backend must do, as JUnit tests that one subclass of {@link
 * dev.polymath.conformance.BackendConformance} runs.
 *
 * <p>Every number is compared with {@link dev.polymath.conformance.Oracle}, naive loops in double,
 * element by element and within a rounding bound of that element.
 */
@NullMarked
package dev.polymath.conformance;

import org.jspecify.annotations.NullMarked;
