/** How other modules add commands to {@code polymath}. */
@NullMarked
package dev.polymath.cli.spi;

import org.jspecify.annotations.NullMarked;
