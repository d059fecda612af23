/** From JMH's JSON to a page that says which backend to choose. */
package dev.polymath.benchmarks.report;
