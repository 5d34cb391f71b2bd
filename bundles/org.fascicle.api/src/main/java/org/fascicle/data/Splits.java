package org.fascicle.data;

/** Samples to train on and samples to test on; both have the same columns, and the test table may be empty. Immutable. */
public record Splits(Table train, Table test) {
    public Splits {
        if (!train.columns().equals(test.columns())) {
            throw new DataException("splits: train and test must have the same columns, got " + train.columns()
                    + " and " + test.columns());
        }
    }
}
