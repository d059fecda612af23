/**
 * Training and scoring on Spark: {@link dev.polymath.spark.PolymathParams} are the parameters that
 * estimators and models share.
 */
@NullMarked
package dev.polymath.spark;

import org.jspecify.annotations.NullMarked;
