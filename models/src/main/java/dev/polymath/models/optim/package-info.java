/** How parameters move along their gradients: optimizers and learning-rate schedules. */
package dev.polymath.models.optim;
