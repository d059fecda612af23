/** From JMH's JSON to a page that tells which backend to choose. */
package dev.polymath.benchmarks.report;
