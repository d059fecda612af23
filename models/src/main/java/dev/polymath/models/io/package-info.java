/**
 * Model files: {@link dev.polymath.models.io.ModelFile} is a trained model on disk, in the general
 * format of safetensors.
 */
package dev.polymath.models.io;
