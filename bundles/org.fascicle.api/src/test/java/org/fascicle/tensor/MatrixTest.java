package org.fascicle.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MatrixTest {
    /** [2, 3, 4]: samples, steps, features; element = its index. */
    private static Tensor tensor() {
        Tensor t = Tensor.zeros(2, 3, 4);
        for (int i = 0; i < t.size(); i++) t.data()[i] = i;
        return t;
    }

    private static float at(Matrix m, int i, int j) {
        return m.tensor().data()[m.row(i) + j];
    }

    @Test
    void aStepHasOneRowASample() {
        Matrix s = tensor().step(1);
        assertThat(s.rows()).isEqualTo(2);
        assertThat(at(s, 0, 0)).isEqualTo(4);
        assertThat(at(s, 1, 3)).isEqualTo(19);
    }

    @Test
    void windowsOfWindowsComposeWithoutCopying() {
        Matrix head = tensor().sample(1).columns(2, 2);
        assertThat(at(head, 0, 0)).isEqualTo(14);
        assertThat(at(head.rows(1, 2), 1, 1)).isEqualTo(23);
        assertThat(head.t().height()).isEqualTo(2);
        assertThat(head.t().width()).isEqualTo(3);
        assertThat(head.t().t()).isEqualTo(head);
    }

    @Test
    void aWindowBeyondItsTensorIsRejected() {
        assertThatThrownBy(() -> tensor().window(20, 2, 4, 4))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("[2, 3, 4]");
    }

    @Test
    void sinksSetFirstAndAddThen() {
        Tensor to = Tensor.of(Shape.of(2), Float.NaN, Float.NaN), g = Tensor.of(Shape.of(2), 1, 2);
        Sink first = Sink.set(to);
        first.put(g);
        first.added().put(g);
        assertThat(to.data()).containsExactly(2, 4);
        assertThat(Sink.add(to).accumulator()[0]).isEqualTo(2);
        assertThat(Sink.set(to).accumulator()[0]).isZero();
    }

    @Test
    void tensorsCheckTheirArrays() {
        assertThatThrownBy(() -> Tensor.of(Shape.of(3), 1, 2)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> tensor().reshape(5, 5)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> tensor().set(Tensor.zeros(3))).isInstanceOf(ShapeException.class);
        Tensor t = tensor();
        assertThat(t.reshape(6, 4).data()).isSameAs(t.data());
    }
}
