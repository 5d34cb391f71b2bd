package org.fascicle.tck;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fascicle.data.DataException;
import org.fascicle.data.Dataset;
import org.fascicle.data.Sources;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every data set must keep: rows as the columns say, the same whenever and by whomever they are read, and a clear word about what
 * is missing.
 *
 * @param <P> the plug-in: a {@code Dataset} or a {@code Dataset.Factory} with a constructor without arguments
 */
public abstract class DatasetContract<P> extends Contract<P> {
    protected Map<String, Object> options() {
        return Map.of();
    }

    /** Where its files are; nowhere, if it needs none. */
    protected List<Path> directories() {
        return List.of();
    }

    private record Directories(List<Path> directories) implements Sources {
        @Override
        public Path find(String... names) {
            List<Path> tried = new ArrayList<>();
            for (Path directory : directories) for (String name : names) tried.add(directory.resolve(name));
            return tried.stream()
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow(() -> new DataException("data: no such file, looked for " + String.join(", ", names)
                            + " as " + tried + "; name their directory in directories() of the test"));
        }
    }

    private Dataset dataset() {
        return (Dataset) part(options());
    }

    private DatasetCheck subject(Object dataset) {
        return new DatasetCheck((Dataset) dataset, new Directories(directories()));
    }

    @Test
    @DisplayName("has columns with names of their own, a feature among them")
    public final void declaresItsColumns() {
        check(subject(dataset()).declaresItsColumns());
    }

    @Test
    @DisplayName("fills every place with finite numbers, and nothing around it")
    public final void fillsItsPlaces() {
        check(subject(dataset()).fillsItsPlaces());
    }

    @Test
    @DisplayName("indices are whole numbers below the number of classes")
    public final void labelsAreClasses() {
        check(subject(dataset()).labelsAreClasses());
    }

    @Test
    @DisplayName("a row is the same whenever it is read")
    public final void readsAlike() {
        check(subject(dataset()).readsAlike());
    }

    @Test
    @DisplayName("loading again gives the same rows")
    public final void loadsAlike() {
        check(subject(dataset()).loadsAlike(dataset()));
    }

    @Test
    @DisplayName("several threads read at once")
    public final void servesManyThreads() throws InterruptedException {
        check(subject(dataset()).servesManyThreads());
    }

    @Test
    @DisplayName("keeps nothing in its fields")
    public final void keepsNothingInFields() {
        check(subject(dataset()).keepsNothingInFields());
    }

    @Test
    @DisplayName("tells which files are missing, and what to do")
    public final void tellsWhatIsMissing() {
        check(subject(dataset()).tellsWhatIsMissing());
    }

    @Test
    @DisplayName("refuses options with which it would not work")
    public final void refusesOddNumbers() {
        check(withOddNumbers(options(), d -> subject(d).fillsItsPlaces()));
    }
}
