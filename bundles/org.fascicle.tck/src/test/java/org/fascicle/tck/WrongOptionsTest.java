package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.plugin.Range;
import org.fascicle.tck.WrongLayers.Square;
import org.junit.jupiter.api.Test;

/** The contracts find options that are asked for in the wrong way, and say how to ask. */
class WrongOptionsTest {
    /** Asks for an option only when another has a certain value. */
    record Moody(int a) implements Square {
        static final class Factory implements Layer.Factory {
            @Override
            public Layer create(Config c) {
                return new Moody(c.flag("more", false) ? c.integer("a", 1, Range.ANY) : 0);
            }
        }
    }

    static final class MoodyContract extends LayerContract<Moody.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("less").on(Samples.normal(4, 3)),
                    Case.of("more", "more", true).on(Samples.normal(4, 3)));
        }
    }

    @Test
    void optionsThatAreAskedForAtTimesAreFound() {
        assertThatThrownBy(() -> new MoodyContract().asksForTheSameOptions())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ask every option unconditionally");
    }
}
