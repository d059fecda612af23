/** What the interfaces and the base classes of backends share; not exported. */
package dev.polymath.internal;
