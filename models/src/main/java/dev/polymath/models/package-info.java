/**
 * Networks and their training, written against the interfaces of {@link dev.polymath} alone: the
 * {@link dev.polymath.models.ThreeLayerClassifier} and what it is made of.
 */
package dev.polymath.models;
