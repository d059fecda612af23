/**
 * Labelled examples to train and test on.
 *
 * <p>A {@link dev.polymath.models.data.DataSet} is immutable: examples in a fixed order, each a row
 * of features with one label. Images stay one byte a pixel in memory and become floats in [0, 1]
 * while a batch is gathered. {@link dev.polymath.models.data.Mnist} reads the IDX files of the
 * well-known handwriting sets; {@link dev.polymath.models.data.Digits} draws a set of its own, so
 * that there is always something to train on. Nothing here knows a backend, and all randomness
 * comes from a seed and is the same on every JDK.
 */
@NullMarked
package dev.polymath.models.data;

import org.jspecify.annotations.NullMarked;
