/** Choosing, measuring and opening backends. */
@NullMarked
package dev.polymath.cli.backend;

import org.jspecify.annotations.NullMarked;
