/** Choosing and reading data: tables, folders of pictures, MNIST. */
@NullMarked
package dev.polymath.cli.data;

import org.jspecify.annotations.NullMarked;
