package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
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

    /** Powers of any number. */
    record Careless(int exponent) implements Square {
        @Override
        public void forward(Pass p) {
            for (int i = 0; i < p.input(0).size(); i++)
                p.output(0).data()[i] = (float) Math.pow(Math.log(2 * exponent), 2 / exponent);
        }

        static final class Factory implements Layer.Factory {
            @Override
            public Layer create(Config c) {
                return new Careless(c.integer("exponent", 2, Range.ANY));
            }
        }
    }

    static final class CarelessContract extends LayerContract<Careless.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(Case.of("square").on(Samples.normal(4, 3)));
        }
    }

    @Test
    void optionsThatAreTakenAsTheyComeAreFound() {
        assertThat(Wrong.failures(new CarelessContract().refusesOddNumbers()))
                .singleElement()
                .asString()
                .contains(
                        "with exponent = -1: output y is NaN at [0, 0]",
                        "with exponent = 0: expected a ConfigException or a part that works, got java.lang.ArithmeticException",
                        "ask for the option with a Range");
    }
}
