/** Files whose operations fail, for tests of what is left then. */
@NullMarked
package dev.polymath.faults;

import org.jspecify.annotations.NullMarked;
