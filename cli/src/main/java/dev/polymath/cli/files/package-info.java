/** Where the command keeps files. */
@NullMarked
package dev.polymath.cli.files;

import org.jspecify.annotations.NullMarked;
