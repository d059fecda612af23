/** Passes over a network: forward for predictions, forward and backward for gradients. */
package dev.polymath.models.passes;
