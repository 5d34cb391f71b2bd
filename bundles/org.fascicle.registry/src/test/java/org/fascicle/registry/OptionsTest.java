package org.fascicle.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.fascicle.nn.Child;
import org.fascicle.nn.Config;
import org.fascicle.nn.Initializer;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Plugins.Choice;
import org.fascicle.plugin.Range;
import org.fascicle.registry.Parts.Holder;
import org.fascicle.registry.Parts.Scaled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OptionsTest {
    private static final Range ONE = Range.atLeast(1);
    private final Catalogue catalogue = catalogue();

    private static Catalogue catalogue() {
        return new Catalogue()
                .with(Kind.ACTIVATION, "tanh", new Scaled(1))
                .with(Kind.ACTIVATION, "relu", new Scaled(2))
                .with(Kind.ACTIVATION, "leaky", Parts.asking(c -> c.real("slope", 0.2, Range.NOT_NEGATIVE)))
                .with(Kind.LAYER, "dense", Parts.asking(c -> c.integer("units", ONE)))
                .with(Kind.INITIALIZER, "ones", Initializer.ONES)
                .with(Kind.INITIALIZER, "constant", (Initializer.Factory)
                        o -> Initializer.constant(o.real("value", 0, Range.ANY)));
    }

    private static Object integer(Config c) {
        return c.integer("n", ONE);
    }

    private static Object real(Config c) {
        return c.real("n", 0.5, Range.UNIT);
    }

    private static Object pair(Config c) {
        return boxed(c.integers("n", 2, ONE));
    }

    private static Object list(Config c) {
        return boxed(c.list("n", ONE));
    }

    private static Object reals(Config c) {
        return Arrays.stream(c.reals("n", new double[] {1}, Range.POSITIVE))
                .boxed()
                .toList();
    }

    private static Object choice(Config c) {
        return c.choice("n", "valid", "valid", "same", "causal");
    }

    private static Object layer(Config c) {
        return c.layer("n");
    }

    private static Object activation(Config c) {
        return c.activation("n", "tanh");
    }

    private static Object initializer(Config c) {
        return c.initializer("n", "ones");
    }

    private static Arguments row(Function<Config, Object> question, Object value, Object expected) {
        return arguments(question, value, expected);
    }

    private static List<Integer> boxed(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private Object ask(Function<Config, Object> question, Object value) {
        Catalogue catalogue = catalogue().with(Kind.LAYER, "asking", Parts.asking(question));
        Map<String, Object> options = new HashMap<>(Map.of("type", "asking"));
        if (value != Void.TYPE) options.put("n", value);
        Child child = (Child) catalogue
                .create(Kind.LAYER, "node of net", options, Choice.BEST)
                .object();
        return ((Holder) child.layer()).content();
    }

    static Stream<Arguments> values() {
        return Stream.of(
                row(OptionsTest::integer, 3, 3),
                row(OptionsTest::integer, 3L, 3),
                row(OptionsTest::integer, (short) 3, 3),
                row(OptionsTest::integer, 3.0, 3),
                row(OptionsTest::integer, 3f, 3),
                row(OptionsTest::integer, new BigDecimal("3.00"), 3),
                row(OptionsTest::integer, new BigDecimal("3e2"), 300),
                row(OptionsTest::integer, BigInteger.TEN, 10),
                row(OptionsTest::integer, Integer.MAX_VALUE, Integer.MAX_VALUE),
                row(c -> c.integer("n", -1, ONE), Void.TYPE, -1),
                row(c -> c.integer("n", -1, ONE), null, -1),
                row(c -> c.integer("n", Range.ANY), 0.0, 0),
                row(OptionsTest::real, Void.TYPE, 0.5),
                row(OptionsTest::real, 1, 1.0),
                row(OptionsTest::real, new BigDecimal("0.25"), 0.25),
                row(c -> c.real("n", Range.ANY), -7L, -7.0),
                row(c -> c.flag("n", true), Void.TYPE, true),
                row(c -> c.flag("n", true), false, false),
                row(c -> c.text("n"), "x", "x"),
                row(c -> c.text("n", "y"), Void.TYPE, "y"),
                row(OptionsTest::choice, "same", "same"),
                row(OptionsTest::choice, Void.TYPE, "valid"),
                row(OptionsTest::pair, 3, List.of(3, 3)),
                row(OptionsTest::pair, List.of(1, 2L), List.of(1, 2)),
                row(OptionsTest::pair, new int[] {4, 5}, List.of(4, 5)),
                row(c -> boxed(c.integers("n", new int[] {7, 8}, ONE)), Void.TYPE, List.of(7, 8)),
                row(c -> boxed(c.integers("n", new int[] {7, 8}, ONE)), 1, List.of(1, 1)),
                row(OptionsTest::list, List.of(1.0, 2, 3), List.of(1, 2, 3)),
                row(OptionsTest::list, List.of(), List.of()),
                row(OptionsTest::list, 784, List.of(784)),
                row(OptionsTest::reals, Void.TYPE, List.of(1.0)),
                row(OptionsTest::reals, new Object[] {1, 0.5}, List.of(1.0, 0.5)),
                row(OptionsTest::reals, new double[] {2}, List.of(2.0)));
    }

    @ParameterizedTest
    @MethodSource("values")
    void valuesComeAsAnyJsonLibraryGivesThem(Function<Config, Object> question, Object value, Object expected) {
        assertThat(ask(question, value)).isEqualTo(expected);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                row(OptionsTest::integer, Void.TYPE, "n must be given: a whole number >= 1"),
                row(OptionsTest::integer, null, "n must be given: a whole number >= 1"),
                row(OptionsTest::integer, 0, "n must be a whole number >= 1, got 0"),
                row(OptionsTest::integer, 2.5, "n must be a whole number >= 1, got 2.5"),
                row(OptionsTest::integer, "3", "n must be a whole number >= 1, got \"3\""),
                row(OptionsTest::integer, true, "n must be a whole number >= 1, got true"),
                row(OptionsTest::integer, Double.NaN, "n must be a whole number >= 1, got NaN"),
                row(
                        OptionsTest::integer,
                        3_000_000_000L,
                        "n must be a whole number >= 1 and at most 2147483647, got 3000000000"),
                row(OptionsTest::integer, new BigDecimal("1e400"), "n must be a whole number >= 1, got 1E+400"),
                row(OptionsTest::real, 1.5, "n must be a number from 0 to 1, got 1.5"),
                row(OptionsTest::real, Double.NaN, "n must be a number from 0 to 1, got NaN"),
                row(OptionsTest::real, List.of(), "n must be a number from 0 to 1, got []"),
                row(c -> c.real("n", Range.POSITIVE), 0, "n must be a number > 0, got 0"),
                row(c -> c.real("n", Range.ANY), "fast", "n must be a number, got \"fast\""),
                row(c -> c.real("n", Range.ANY), Double.POSITIVE_INFINITY, "n must be a number, got Infinity"),
                row(c -> c.flag("n", true), 1, "n must be true or false, got 1"),
                row(c -> c.text("n"), Void.TYPE, "n must be given: a text"),
                row(c -> c.text("n", ""), 3, "n must be a text, got 3"),
                row(OptionsTest::choice, "smae", "n must be valid, same or causal, got \"smae\"; did you mean same?"),
                row(OptionsTest::choice, 1, "n must be valid, same or causal, got 1"),
                row(OptionsTest::pair, Void.TYPE, "n must be given: 2 whole numbers, or one for all, each >= 1"),
                row(
                        OptionsTest::pair,
                        List.of(1, 2, 3),
                        "n must be 2 whole numbers, or one for all, each >= 1, got [1, 2, 3]"),
                row(
                        OptionsTest::pair,
                        List.of(1, 0),
                        "n must be 2 whole numbers, or one for all, each >= 1, got [1, 0]"),
                row(
                        OptionsTest::pair,
                        Collections.singletonMap("x", 1),
                        "n must be 2 whole numbers, or one for all, each >= 1, got an object"),
                row(c -> c.integers("n", 1, ONE), List.of(1, 2), "n must be a whole number >= 1, got [1, 2]"),
                row(OptionsTest::list, List.of(1, "a"), "n must be a list of whole numbers, each >= 1, got [1, \"a\"]"),
                row(OptionsTest::reals, List.of(0), "n must be a list of numbers, each > 0, got [0]"),
                row(OptionsTest::layer, Void.TYPE, "n must be given: a layer as an object with type"),
                row(OptionsTest::layer, "dense", "n must be a layer as an object with type, got \"dense\""),
                row(OptionsTest::layer, Map.of("units", 3), "n: type must be given: the name of a layer"),
                row(
                        OptionsTest::layer,
                        Map.of("typ", "dense"),
                        "n: type must be given: the name of a layer; typ looks like it"),
                row(OptionsTest::layer, Map.of("type", 3), "n: type must be a text, the name of a layer, got 3"),
                row(OptionsTest::layer, Map.of("type", "dense"), "n: units must be given: a whole number >= 1"),
                row(
                        OptionsTest::layer,
                        Map.of("type", "dense", "unit", 3),
                        "n: units must be given: a whole number >= 1; unit looks like it"),
                row(OptionsTest::activation, 3, "n must be an activation as a name or an object with type, got 3"),
                row(
                        OptionsTest::activation,
                        Map.of("type", "leaky", "slope", -1),
                        "n: slope must be a number >= 0, got -1"),
                row(
                        OptionsTest::initializer,
                        true,
                        "n must be an initializer as a name or an object with type, got true"),
                row(
                        OptionsTest::initializer,
                        "one",
                        "n: no initializer one (did you mean ones?); install a bundle that provides it; `plugins` lists what is there"),
                row(
                        c -> {
                            throw c.invalid("groups", "a divisor of filters = 6", 4);
                        },
                        Void.TYPE,
                        "groups must be a divisor of filters = 6, got 4"),
                row(
                        c -> c.text("id", ""),
                        Void.TYPE,
                        "layer asking of test 0.0.0 could not be made of these options: IllegalArgumentException:"
                                + " option id is reserved for the description itself; call it otherwise"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesAreToldWithPlaceOptionExpectedAndGot(Function<Config, Object> question, Object value, String message) {
        assertThatThrownBy(() -> ask(question, value))
                .isInstanceOf(org.fascicle.plugin.FascicleException.class)
                .hasMessage("node of net: " + message);
    }

    @Test
    void unknownOptionsListTheKnownOnesAndTheNearest() {
        catalogue.with(
                Kind.LAYER,
                "conv2d",
                Parts.asking(c -> c.integer("filters", 1, ONE) + c.integer("kernel_size", 3, ONE)));
        assertThatThrownBy(() -> catalogue.create(
                        Kind.LAYER, "conv1 of lenet", Map.of("type", "conv2d", "kernal_size", 3), Choice.BEST))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "conv1 of lenet: unknown option kernal_size of conv2d; known are filters, kernel_size, activation;"
                                + " did you mean kernel_size?");
        catalogue.with(Kind.LOSS, "plain", new Parts.SomeLoss(1));
        assertThatThrownBy(() -> catalogue.create(Kind.LOSS, "", Map.of("type", "plain", "scale", 3), Choice.BEST))
                .hasMessage("unknown option scale of plain; it has no options");
    }

    @Test
    void idTypeAndInputsAreNoOptionsOfLayersAndUnknownElsewhere() {
        catalogue.create(
                Kind.LAYER, "", Map.of("type", "dense", "id", "a", "inputs", List.of("x"), "units", 1), Choice.BEST);
        catalogue.with(Kind.SCHEDULE, "constant", (org.fascicle.train.Schedule) (rate, t) -> rate);
        assertThatThrownBy(() -> catalogue.create(Kind.SCHEDULE, "", Map.of("type", "constant", "id", 1), Choice.BEST))
                .hasMessage("unknown option id of constant; it has no options");
    }

    @Test
    void activationsAndInitializersAreNamesOrObjects() {
        assertThat(ask(OptionsTest::activation, Void.TYPE)).isEqualTo(Child.of("n", "tanh", new Scaled(1)));
        assertThat(ask(OptionsTest::activation, "relu")).isEqualTo(Child.of("n", "relu", new Scaled(2)));
        assertThat(ask(OptionsTest::activation, Map.of("type", "leaky", "slope", 3)))
                .isEqualTo(Child.of("n", "leaky", new Holder(3.0)));
        assertThat(ask(OptionsTest::initializer, Void.TYPE)).isSameAs(Initializer.ONES);
        assertThat(ask(OptionsTest::initializer, Map.of("type", "constant", "value", 3)))
                .isInstanceOf(Initializer.class);
    }

    @Test
    void otherKindsAskInTheSameWay() {
        catalogue.with(Kind.SCHEDULE, "step", (org.fascicle.train.Schedule.Factory) (Options o) -> {
            double factor = o.real("factor", Range.UNIT);
            return (rate, t) -> rate * factor;
        });
        var schedule = (org.fascicle.train.Schedule) catalogue
                .create(Kind.SCHEDULE, "run", Map.of("type", "step", "factor", 0.5), Choice.BEST)
                .object();
        assertThat(schedule.rate(4, 0)).isEqualTo(2);
        assertThatThrownBy(() -> catalogue.create(Kind.SCHEDULE, "run", Map.of("type", "step"), Choice.BEST))
                .hasMessage("run: factor must be given: a number from 0 to 1");
    }
}
