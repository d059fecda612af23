/** Models behind HTTP, and the command {@code polymath serve}. */
@NullMarked
package dev.polymath.server;

import org.jspecify.annotations.NullMarked;
