"""A few lines in place of the package of this name, where that is not installed."""
