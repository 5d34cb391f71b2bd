package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.fascicle.data.Column;
import org.fascicle.data.DataException;
import org.fascicle.data.Dataset;
import org.fascicle.data.Sources;
import org.fascicle.data.Splits;
import org.fascicle.data.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract finds what is wrong with a data set, and says what it is. */
class WrongDatasetsTest {
    private static final List<Column> COLUMNS =
            List.of(Column.feature("x", Column.Type.FLOAT32, 3), Column.label("label", List.of("even", "odd")));

    /** Numbers and their parity: right, unless a method is overridden by a wrong one. */
    interface Numbers extends Table {
        @Override
        default List<Column> columns() {
            return COLUMNS;
        }

        @Override
        default int size() {
            return 10;
        }

        @Override
        default void read(int column, int row, float[] to, int at) {
            if (column == 1) to[at] = row % 2;
            else for (int i = 0; i < 3; i++) to[at + i] = row + i;
        }
    }

    record Right() implements Numbers {}

    record WritesTooMuch() implements Numbers {
        @Override
        public void read(int column, int row, float[] to, int at) {
            Numbers.super.read(column, row, to, at);
            to[at + 3] = 0;
        }
    }

    record WritesTooLittle() implements Numbers {
        @Override
        public void read(int column, int row, float[] to, int at) {
            if (column == 1) to[at] = row % 2;
            else to[at] = row;
        }
    }

    record IgnoresTheOffset() implements Numbers {
        @Override
        public void read(int column, int row, float[] to, int at) {
            Numbers.super.read(column, row, to, 0);
        }
    }

    record HasHoles() implements Numbers {
        @Override
        public void read(int column, int row, float[] to, int at) {
            Numbers.super.read(column, row, to, at);
            if (column == 0 && row == 7) to[at + 1] = Float.NaN;
        }
    }

    record CountsFromOne() implements Numbers {
        @Override
        public void read(int column, int row, float[] to, int at) {
            Numbers.super.read(column, row, to, at);
            if (column == 1) to[at]++;
        }
    }

    /** Reads on where it stands, whatever the row. */
    static final class Cursor implements Numbers {
        private int position;

        @Override
        public void read(int column, int row, float[] to, int at) {
            Numbers.super.read(column, column == 1 ? row : position++ % 10, to, at);
        }
    }

    static final class SharedBuffer implements Numbers {
        private final float[] buffer = new float[3];

        @Override
        public void read(int column, int row, float[] to, int at) {
            Numbers.super.read(column, row, buffer, 0);
            Thread.yield();
            System.arraycopy(buffer, 0, to, at, column == 1 ? 1 : 3);
        }
    }

    /** A table without a name and a feature. */
    record Nameless() implements Numbers {
        @Override
        public List<Column> columns() {
            return List.of(Column.target("", 3), Column.target("y", 1), Column.target("y", 1));
        }
    }

    record Noise(float offset) implements Numbers {
        @Override
        public void read(int column, int row, float[] to, int at) {
            Numbers.super.read(column, row, to, at);
            if (column == 0) to[at] += offset;
        }
    }

    static final class Unseeded implements Dataset {
        private final Random random = new Random(1);

        @Override
        public Splits load(Sources sources) {
            Table t = new Noise(random.nextFloat());
            return new Splits(t, t);
        }
    }

    static final class Caches implements Dataset {
        private final List<Splits> loaded = new ArrayList<>();

        @Override
        public Splits load(Sources sources) {
            if (loaded.isEmpty()) loaded.add(new Splits(new Right(), new Right()));
            return loaded.get(0);
        }
    }

    private static Dataset of(Table t) {
        return sources -> new Splits(t, t);
    }

    private static DatasetCheck check(Dataset d) {
        return new DatasetCheck(d, new Nowhere());
    }

    private static DatasetCheck check(Table t) {
        return check(of(t));
    }

    record Nowhere() implements Sources {
        @Override
        public List<Path> directories() {
            return List.of();
        }

        @Override
        public Path find(String... names) {
            throw new DataException("no files here");
        }
    }

    /** What is said when {@code cats.bin} is missing. */
    private static Dataset says(String message) {
        return sources -> {
            try {
                sources.find("cats.bin");
            } catch (DataException e) {
                throw new DataException(message, e);
            }
            return new Splits(new Right(), new Right());
        };
    }

    static Stream<Wrong> wrong() {
        Dataset goesOn = sources -> {
            try {
                sources.find("cats.bin");
            } catch (DataException e) {
                return new Splits(new Right(), new Right());
            }
            return new Splits(new Right(), new Right());
        };
        Dataset throwsAnother = sources -> {
            throw new UncheckedIOException(new NoSuchFileException("cats.bin"));
        };
        Unseeded unseeded = new Unseeded();
        AtomicInteger made = new AtomicInteger();
        return Stream.of(
                Wrong.of(
                        "wrong shape, too much",
                        check(new WritesTooMuch())::fillsItsPlaces,
                        "train column x, row 0: read writes at index at + 3: expected at to at + 2 as the shape [3] says"),
                Wrong.of(
                        "wrong shape, too little",
                        check(new WritesTooLittle())::fillsItsPlaces,
                        "train column x, row 0: number 1 of 3 is NaN: expected every one to be written"),
                Wrong.of(
                        "ignores the offset",
                        check(new IgnoresTheOffset())::fillsItsPlaces,
                        "read writes at index at - 3"),
                Wrong.of(
                        "not finite",
                        check(new HasHoles())::fillsItsPlaces,
                        "train column x, row 7: number 1 of 3 is NaN"),
                Wrong.of(
                        "labels from one",
                        check(new CountsFromOne())::labelsAreClasses,
                        "train column label, row 1 is 2.0: expected a whole number from 0 to 1"),
                Wrong.of(
                        "hidden state",
                        check(new Cursor())::readsAlike,
                        "train column x, row 9 is something else when it is read again",
                        "keep no position"),
                Wrong.of(
                        "hidden state in a field",
                        check(new Cursor())::keepsNothingInFields,
                        "field Cursor.position is not final"),
                Wrong.of(
                        "keeps what it loads",
                        check(new Caches())::keepsNothingInFields,
                        "field Caches.loaded",
                        "changes while it works"),
                Wrong.of(
                        "thread-unsafe",
                        check(new SharedBuffer())::servesManyThreads,
                        "several threads that read the same table disturb each other: train column"),
                Wrong.of(
                        "no names, no feature",
                        check(new Nameless())::declaresItsColumns,
                        "a column has no name",
                        "two columns have the name y",
                        "no column is a feature"),
                Wrong.of(
                        "non-deterministic",
                        () -> check(unseeded).loadsAlike(unseeded),
                        "train is something else when it is loaded again",
                        "draw from Philox by a seed"),
                Wrong.of(
                        "depends on the object",
                        () -> check(new Noise(0)).loadsAlike(of(new Noise(made.incrementAndGet()))),
                        "train is something else when another data set of the same options loads it"),
                Wrong.of(
                        "goes on without files",
                        check(goesOn)::tellsWhatIsMissing,
                        "load went on although [cats.bin] were not there"),
                Wrong.of(
                        "another exception",
                        check(throwsAnother)::tellsWhatIsMissing,
                        "expected a DataException, got java.io.UncheckedIOException"),
                Wrong.of(
                        "says nothing",
                        check(says("cannot load; try again"))::tellsWhatIsMissing,
                        "expected the name of one of [cats.bin] in the message, got cannot load"),
                Wrong.of(
                        "gives no remedy",
                        check(says("cats.bin is missing"))::tellsWhatIsMissing,
                        "expected what to do behind '; ', got cats.bin is missing"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isFoundAndSaid(Wrong w) throws Exception {
        w.isFoundAndSaid();
    }

    @Test
    void findsNothingWhereNothingIsWrong() throws Exception {
        for (DatasetCheck d : List.of(check(new Right()), check(says("cats.bin is missing; fetch it")))) {
            assertThat(d.tellsWhatIsMissing()).isEmpty();
        }
        DatasetCheck d = check(new Right());
        assertThat(Stream.of(
                                d.declaresItsColumns(),
                                d.fillsItsPlaces(),
                                d.labelsAreClasses(),
                                d.readsAlike(),
                                d.loadsAlike(of(new Right())),
                                d.servesManyThreads(),
                                d.keepsNothingInFields())
                        .flatMap(List::stream))
                .isEmpty();
    }
}
