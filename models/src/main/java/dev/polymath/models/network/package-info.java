/** Chains of layers: what a network is made of, its first weights, and its forward pass. */
package dev.polymath.models.network;
