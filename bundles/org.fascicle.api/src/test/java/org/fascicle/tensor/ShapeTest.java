package org.fascicle.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {
    private static final Shape SHAPE = Shape.of(2, 3, 4);

    @Test
    void axesCountFromBothEnds() {
        assertThat(SHAPE.dim(-1)).isEqualTo(4);
        assertThat(SHAPE.with(-2, 7)).isEqualTo(Shape.of(2, 7, 4));
        assertThat(SHAPE.part(1, 3).prepend(9)).isEqualTo(Shape.of(9, 3, 4));
        assertThatThrownBy(() -> SHAPE.dim(3))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("[2, 3, 4]");
    }

    @Test
    void aScalarHasOneElementAndAnEmptyShapeNone() {
        assertThat(Shape.of().size()).isOne();
        assertThat(Shape.of(0, 5).size()).isZero();
    }

    @Test
    void whatNoArrayCanHoldIsRejected() {
        assertThatThrownBy(() -> Shape.of(1 << 16, 1 << 16))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("2^31");
        assertThatThrownBy(() -> Shape.of(2, -1)).isInstanceOf(ShapeException.class);
    }

    @Test
    void channelsAreVisitedRunByRun() {
        List<String> runs = new ArrayList<>();
        Shape.of(2, 2, 3).channels(1).each((c, from, to) -> runs.add(c + ":" + from + "-" + to));
        assertThat(runs).containsExactly("0:0-3", "1:3-6", "0:6-9", "1:9-12");
        assertThat(Shape.of(5, 4).channels(-1)).isEqualTo(new Channels(5, 4, 1));
    }
}
