/** What happens inside a network while it trains, and what that says about the recipe. */
package dev.polymath.models.monitor;
