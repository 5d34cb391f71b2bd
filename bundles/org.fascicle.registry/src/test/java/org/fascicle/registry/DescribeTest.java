package org.fascicle.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Plugins.Option;
import org.fascicle.plugin.Range;
import org.fascicle.registry.Parts.Scaled;
import org.junit.jupiter.api.Test;

class DescribeTest {
    private final Catalogue catalogue = new Catalogue();

    private static Option option(String name, String type, String fallback, String allowed) {
        return new Option(name, type, Optional.ofNullable(fallback), allowed);
    }

    @Test
    void optionsComeInTheOrderOfAskingWithDefaultsAndWhatIsAllowed() {
        catalogue.with(
                Kind.LAYER,
                "all",
                Parts.asking(c -> List.of(
                        c.integer("filters", Range.atLeast(1)),
                        c.integer("groups", 1, Range.atLeast(1)),
                        c.real("rate", Range.BELOW_ONE),
                        c.real("momentum", 0.99, Range.UNIT),
                        c.flag("use_bias", true),
                        c.text("path"),
                        c.text("name", "x"),
                        c.choice("padding", "valid", "valid", "same"),
                        c.integers("kernel_size", 2, Range.atLeast(1)),
                        c.integers("strides", new int[] {1, 1}, Range.atLeast(1)),
                        c.list("shape", Range.atLeast(1)),
                        c.reals("betas", new double[] {0.9, 1}, Range.UNIT),
                        c.layer("layer"),
                        c.activation("gate", "sigmoid"),
                        c.initializer("kernel_initializer", "glorot_uniform"))));
        assertThat(catalogue.describe(Kind.LAYER, "all"))
                .containsExactly(
                        option("filters", "integer", null, ">= 1"),
                        option("groups", "integer", "1", ">= 1"),
                        option("rate", "real", null, "0 to less than 1"),
                        option("momentum", "real", "0.99", "0 to 1"),
                        option("use_bias", "flag", "true", "true or false"),
                        option("path", "text", null, "any text"),
                        option("name", "text", "x", "any text"),
                        option("padding", "choice", "valid", "valid or same"),
                        option("kernel_size", "integers", null, "2 of them, or one for all, each >= 1"),
                        option("strides", "integers", "[1, 1]", "2 of them, or one for all, each >= 1"),
                        option("shape", "integers", null, "any number of them, each >= 1"),
                        option("betas", "reals", "[0.9, 1]", "any number of them, each 0 to 1"),
                        option("layer", "layer", null, "an object with type"),
                        option("gate", "activation", "sigmoid", "a name or an object with type"),
                        option("kernel_initializer", "initializer", "glorot_uniform", "a name or an object with type"));
    }

    @Test
    void anotherGuessIsTriedIfOneMakesCreateThrow() {
        catalogue.with(Kind.LAYER, "even", Parts.asking(c -> {
            int n = c.integer("pieces", Range.atLeast(1));
            if (n % 2 == 1) throw c.invalid("pieces", "even", n);
            return c.flag("last", false);
        }));
        assertThat(catalogue.describe(Kind.LAYER, "even"))
                .extracting(Option::name)
                .containsExactly("pieces", "last");
    }

    @Test
    void whatWasAskedIsToldEvenIfCreateThrows() {
        catalogue.with(Kind.LAYER, "broken", Parts.asking(c -> {
            c.integer("pieces", Range.between(5, 9));
            throw new IllegalStateException("never");
        }));
        assertThat(catalogue.describe(Kind.LAYER, "broken"))
                .containsExactly(option("pieces", "integer", null, "5 to 9"));
    }

    @Test
    void guessesLieWithinTheRange() {
        catalogue.with(Kind.LAYER, "ranges", Parts.asking(c -> {
            for (Range r : List.of(
                    Range.ANY,
                    Range.POSITIVE,
                    Range.UNIT,
                    Range.BELOW_ONE,
                    Range.atLeast(7),
                    Range.between(-9, -3),
                    Range.between(40, 50),
                    new Range(Double.NEGATIVE_INFINITY, true, -1, true))) {
                assertThat(r.contains(c.integer("i", r))).as("%s", r).isTrue();
                assertThat(r.contains(c.real("r", r))).as("%s", r).isTrue();
            }
            c.flag("done", true);
            return 0;
        }));
        assertThat(catalogue.describe(Kind.LAYER, "ranges"))
                .extracting(Option::name)
                .containsExactly("i", "r", "done");
    }

    @Test
    void aPluginWithoutAFactoryHasNoOptionsAndAMissingOneIsMissing() {
        catalogue.with(Kind.ACTIVATION, "mish", new Scaled(1));
        assertThat(catalogue.describe(Kind.ACTIVATION, "mish")).isEmpty();
        assertThat(catalogue.describe(Kind.LAYER, "mish")).isEmpty();
        assertThatThrownBy(() -> catalogue.describe(Kind.ACTIVATION, "mihs"))
                .isInstanceOf(MissingPluginException.class)
                .hasMessageStartingWith("no activation mihs (did you mean mish?)");
    }
}
