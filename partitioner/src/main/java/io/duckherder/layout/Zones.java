package io.duckherder.layout;

/**
 * Least and greatest value of a column in each row group, as {@link SortKey sort keys}; NaN where
 * they are not known.
 */
public record Zones(SortKey.Kind kind, double[] least, double[] greatest) {}
