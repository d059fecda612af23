/** The command {@code polymath-bench}: which combinations a run has, and how they are measured. */
package dev.polymath.benchmarks.run;
