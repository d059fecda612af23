package dev.polymath.server;

import java.util.List;

/**
 * Examples of a request, in the form that a model takes.
 *
 * @param features {@code [count, inputs]} row by row, all finite; may be longer
 * @param count at least 1
 * @param notes what a person should know of how they were read, a sentence each
 */
record Rows(float[] features, int count, List<String> notes) {}
