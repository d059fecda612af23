/**
 * For those who write a backend: base classes that check every argument once and then call
 * unchecked kernels. What {@link java.util.ServiceLoader} finds is a {@link
 * dev.polymath.BackendProvider}.
 *
 * <p>A backend extends {@link dev.polymath.spi.AbstractTensor} and {@link
 * dev.polymath.spi.AbstractBackend}, which works from then on with the composed layers and losses
 * of this package, and replaces those by classes built for its library: {@link
 * dev.polymath.spi.AbstractDense}, {@link dev.polymath.spi.AbstractLayer}, {@link
 * dev.polymath.spi.AbstractLoss}.
 *
 * <p>What every kernel may rely on: arguments are not null, belong to this session, which stays
 * open until the call returns, have the shapes stated and share storage only where that is allowed.
 * Kernels of one session may run on several threads at once.
 */
@NullMarked
package dev.polymath.spi;

import org.jspecify.annotations.NullMarked;
