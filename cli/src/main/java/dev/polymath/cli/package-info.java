/**
 * The command line. Exit codes: 0, 1 where something failed, 2 where the command was not
 * understood. A user's mistake is one sentence on the error stream, never a stack trace.
 */
@NullMarked
package dev.polymath.cli;

import org.jspecify.annotations.NullMarked;
