package dev.polymath.models;

/**
 * One class with the probability that a classifier gives it.
 *
 * @param label the class's number, from 0
 * @param name the class's name
 * @param probability from 0 to 1
 */
public record Prediction(int label, String name, float probability) {}
