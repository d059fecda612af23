/** Which backend to take, by measurement. */
package dev.polymath.models.choice;
