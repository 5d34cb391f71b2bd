package org.fascicle.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.fascicle.data.Augmentation;
import org.fascicle.data.Column;
import org.fascicle.data.Splits;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Shape;
import org.junit.jupiter.api.Test;

class PreprocessingTest {
    private static final Splits DATA = new Splits(new Given.Empty(Given.COLUMNS, 4), new Given.Empty(Given.COLUMNS, 2));

    /** Twice the mean of the sample, or {@code random} the same and drawn. */
    private record Mean(boolean random) implements Augmentation {
        @Override
        public Shape shape(Shape in) {
            return Shape.of(1);
        }

        @Override
        public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
            float sum = 0;
            for (int i = 0; i < in.size(); i++) sum += from[fromAt + i];
            to[toAt] = 2 * sum / in.size();
        }
    }

    private static final Preprocessing.Parts PARTS = new Preprocessing.Parts() {
        @Override
        public <T> T use(Kind kind, String where, Map<String, ?> options, Function<Object, T> work) {
            assertThat(kind).isEqualTo(Kind.AUGMENTATION);
            assertThat(options).containsOnlyKeys("type");
            return work.apply(new Mean(options.get("type").equals("drawn")));
        }
    };

    private static Splits apply(Object given) {
        return Preprocessing.of("dataset: preprocessing", given).apply(DATA, PARTS);
    }

    @Test
    void everySampleOfBothTablesIsChangedAndOtherColumnsAreNot() {
        Splits s = apply(List.of("mean", Map.of("type", "mean", "column", "x")));
        assertThat(s.train().columns().get(0)).isEqualTo(Column.feature("x", Column.Type.FLOAT32, 1));
        assertThat(s.train().columns().get(1)).isEqualTo(Given.COLUMNS.get(1));
        assertThat(List.of(s.train().size(), s.test().size())).containsExactly(4, 2);
        float[] read = {-1, -1, -1};
        s.train().read(0, 3, read, 1);
        assertThat(read).containsExactly(-1, 12, -1);
        s.test().read(0, 1, read, 0);
        s.test().read(1, 1, read, 2);
        assertThat(read).containsExactly(4, 12, 1);
    }

    @Test
    void nothingGivenChangesNothing() {
        assertThat(apply(null)).isSameAs(DATA);
    }

    @Test
    void whatDrawsIsRefused() {
        assertThatThrownBy(() -> apply("drawn"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("dataset: preprocessing: drawn: it draws, and tests and predictions must not; put it into"
                        + " training.augmentation");
    }

    @Test
    void unknownColumnIsRefused() {
        assertThatThrownBy(() -> apply(Map.of("type", "mean", "column", "z")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("dataset: preprocessing: mean: column must be one of [x, y], got z");
    }
}
