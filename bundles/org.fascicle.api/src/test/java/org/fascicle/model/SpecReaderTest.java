package org.fascicle.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fascicle.plugin.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SpecReaderTest {
    private static Map<String, Object> tree(Object... keysAndValues) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("inputs", Map.of("x", Arrays.asList(1, null, 28)));
        m.put("layers", List.of("flatten", Map.of("type", "dense", "units", 3), Map.of("type", "dense", "units", 2)));
        for (int i = 0; i < keysAndValues.length; i += 2) m.put((String) keysAndValues[i], keysAndValues[i + 1]);
        return m;
    }

    @Test
    void whatIsLeftOutIsTheChain() {
        ModelSpec m = SpecReader.read("net", tree("losses", "mean_squared_error"));
        assertThat(m.inputs()).containsExactly(new ModelSpec.Input("x", List.of(1, -1, 28)));
        assertThat(m.nodes()).extracting(ModelSpec.Node::id).containsExactly("flatten1", "dense1", "dense2");
        assertThat(m.nodes())
                .extracting(ModelSpec.Node::inputs)
                .containsExactly(List.of("x"), List.of("flatten1"), List.of("dense1"));
        assertThat(m.outputs()).containsExactly("dense2");
        assertThat(m.losses().get(0).inputs()).containsExactly("dense2", "target");
        assertThat(m.losses().get(0).reduction()).isEqualTo(ModelSpec.Reduction.MEAN);
    }

    @Test
    void theTreeIsTheWayBack() {
        ModelSpec m = SpecReader.read(
                "net",
                tree(
                        "losses",
                        List.of(
                                Map.of(
                                        "type",
                                        "mean_squared_error",
                                        "weight",
                                        0.5,
                                        "reduction",
                                        "weighted_mean",
                                        "inputs",
                                        List.of("dense1", "t")),
                                "mean_absolute_error")));
        assertThat(SpecReader.read("again", m.tree())).isEqualTo(m);
        assertThat(m.losses()).extracting(ModelSpec.Term::name).containsExactly("loss", "loss2");
    }

    @Test
    void whatItGivesIsItsOwn() {
        List<Object> dims = new ArrayList<>(List.of(1, 2));
        Map<String, Object> layer = new LinkedHashMap<>(Map.of("type", "reshape", "target_shape", dims));
        ModelSpec m = SpecReader.read("net", tree("layers", List.of(layer)));
        dims.add(3);
        assertThat(m.nodes().get(0).options().get("target_shape")).isEqualTo(List.of(1, 2));
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(tree("layer", List.of()), "unknown key layer"),
                Arguments.of(tree("inputs", Map.of()), "inputs: a model needs at least one"),
                Arguments.of(tree("inputs", Map.of("x", List.of(0))), "a dimension must be a positive whole number"),
                Arguments.of(tree("inputs", Map.of("9", List.of(1))), "a name must be a letter"),
                Arguments.of(tree("layers", List.of()), "a model needs at least one layer"),
                Arguments.of(tree("layers", List.of(Map.of("units", 3))), "layer 1 has no type"),
                Arguments.of(
                        tree("layers", List.of(Map.of("type", "a", "id", "x"))), "two nodes or inputs are called x"),
                Arguments.of(tree("outputs", List.of()), "outputs must not be empty"),
                Arguments.of(
                        tree("losses", Map.of("type", "a", "weight", "b")), "weight of a loss must be a number, got b"),
                Arguments.of(
                        tree("losses", Map.of("type", "a", "reduction", "median")),
                        "reduction must be sum, mean or weighted_mean, got median"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesAreToldWithTheirPlace(Map<String, Object> tree, String message) {
        assertThatThrownBy(() -> SpecReader.read("net", tree))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("net")
                .hasMessageContaining(message);
    }
}
