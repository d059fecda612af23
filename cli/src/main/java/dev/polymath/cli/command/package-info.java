/** The sub-commands, and what only they need. */
@NullMarked
package dev.polymath.cli.command;

import org.jspecify.annotations.NullMarked;
