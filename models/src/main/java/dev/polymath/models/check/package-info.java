/** Whether gradients are right: a backend against a reference in double precision. */
package dev.polymath.models.check;
