/** What a person sees: help, progress, completion, errors. */
@NullMarked
package dev.polymath.cli.terminal;

import org.jspecify.annotations.NullMarked;
