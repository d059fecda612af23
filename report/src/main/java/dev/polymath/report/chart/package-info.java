/** The kit of both reports: a page, its markup and tables, charts, scales, and numbers as text. */
package dev.polymath.report.chart;
