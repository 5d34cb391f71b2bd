package org.fascicle.runtime.run;

import java.util.List;
import org.fascicle.data.Column;
import org.fascicle.data.DataException;
import org.fascicle.data.Splits;
import org.fascicle.data.Table;

/**
 * Stands for the table of a run that has ended: what it was, without its numbers. The table itself belongs to a data set's bundle,
 * which a list of old runs must not keep alive.
 */
record Released(String run, List<Column> columns, int size) implements Table {
    Released {
        columns = List.copyOf(columns);
    }

    static Splits of(String run, Splits s) {
        return new Splits(of(run, s.train()), of(run, s.test()));
    }

    private static Released of(String run, Table t) {
        return new Released(run, t.columns(), t.size());
    }

    @Override
    public void read(int column, int row, float[] to, int at) {
        throw new DataException("run " + run + " has ended and let go of its data; load the data set again");
    }
}
