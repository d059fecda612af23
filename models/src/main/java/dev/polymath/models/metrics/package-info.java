/** How good predictions are: the confusion matrix and what follows from it. */
package dev.polymath.models.metrics;
