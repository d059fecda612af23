/** A training run as a page to look at. */
package dev.polymath.report;
