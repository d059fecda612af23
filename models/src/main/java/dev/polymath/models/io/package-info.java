/**
 * Model files: {@link dev.polymath.models.io.ModelFile} is a trained model on disk, kept in the
 * general format of {@link dev.polymath.models.io.Safetensors}.
 */
package dev.polymath.models.io;
