package org.fascicle.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.junit.jupiter.api.Test;

class PlanTest {
    @Test
    void everyMethodGivesANewPlan() {
        Plan a = Plan.of(Shape.of(2)),
                b =
                        a.param(Param.bias("b", 2))
                                .keep("k", Shape.of(3), 2)
                                .reads(0)
                                .trait(Trait.EPILOGUE);
        assertThat(a.params()).isEmpty();
        assertThat(a.traits()).isEmpty();
        assertThat(b.params()).extracting(Param::name).containsExactly("b");
        assertThat(b.kept()).containsExactly(new Slot("k", Shape.of(3), 2));
        assertThat(b.readInputs()).containsExactly(0);
        assertThat(b.has(Trait.EPILOGUE)).isTrue();
    }

    @Test
    void fansCountTheReceptiveField() {
        Param p = Param.conv("kernel", 8, 3, Initializer.ZEROS, 5, 4);
        assertThat(p.shape()).isEqualTo(Shape.of(8, 3, 5, 4));
        assertThat(p.fanIn()).isEqualTo(60);
        assertThat(p.fanOut()).isEqualTo(160);
        assertThat(Param.dense("kernel", 12, 5, Initializer.ZEROS).blocks(4).fanOut())
                .isEqualTo(3);
    }

    @Test
    void weightsFitIfNothingOfTheirMeaningChanged() {
        Param p = Param.dense("w", 4, 2, Initializer.ZEROS);
        assertThat(p.fits(p.init(Initializer.ONES))).isTrue();
        assertThat(p.fits(p.blocks(2))).isFalse();
        assertThat(p.fits(p.named("v"))).isFalse();
        assertThat(p.fits(Param.dense("w", 2, 4, Initializer.ZEROS))).isFalse();
    }

    @Test
    void formsAreCheckedWithARemedy() {
        Shapes s = Shapes.of(Shape.of(2, 784));
        assertThat(s.get(0, "[N, F]")).isEqualTo(Shape.of(2, 784));
        assertThat(s.get(0, "[N, …]")).isEqualTo(Shape.of(2, 784));
        assertThatThrownBy(() -> s.get(0, "[N, C, H, W]"))
                .isInstanceOf(ShapeException.class)
                .hasMessage("input 0 must be [N, C, H, W], got [2, 784]; add a reshape before it");
    }

    @Test
    void aChildAppliesItsActivation() {
        Activation half = new Activation() {
            @Override
            public float apply(float x) {
                return x / 2;
            }

            @Override
            public float slope(float x, float y) {
                return 0.5f;
            }
        };
        Child c = new Child("c", "half", half, Optional.of(Child.of("activation", "half", half)));
        assertThat(c.outputs(Shape.of(3, 4))).containsExactly(Shape.of(3, 4));
        assertThat(c.named("d").name()).isEqualTo("d");
        assertThat(c.reads(0, Shape.of(3, 4))).isTrue();
    }
}
