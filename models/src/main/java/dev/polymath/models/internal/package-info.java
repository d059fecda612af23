/** What several rooms of this module need and nobody outside it does. */
package dev.polymath.models.internal;
