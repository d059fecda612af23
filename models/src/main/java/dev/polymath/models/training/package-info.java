/** Training: the loop over batches, its options, what listeners hear of it, and the losses. */
package dev.polymath.models.training;
