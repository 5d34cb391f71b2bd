package org.fascicle.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.SpecReader;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;

class CollapseTest {
    private static final Map<String, Tensor> WEIGHTS = new HashMap<>(Map.of(
            "a.kernel", Tensor.of(Shape.of(2, 2), 1, 2, 3, 4),
            "a.bias", Tensor.of(Shape.of(2), 1, -1),
            "b.kernel", Tensor.of(Shape.of(1, 2), 2, -1),
            "b.bias", Tensor.of(Shape.of(1), 0.5f)));

    private static Collapse.Result of(Object... layers) {
        ModelSpec spec = SpecReader.read("test", Map.of("inputs", Map.of("x", List.of(2)), "layers", List.of(layers)));
        return Collapse.of(spec, WEIGHTS);
    }

    private static Map<String, Object> dense(String id, Object activation) {
        return activation == null
                ? Map.of("type", "dense", "id", id, "units", 1)
                : Map.of("type", "dense", "id", id, "units", 1, "activation", activation);
    }

    @Test
    void linearLayersAreMultipliedOut() {
        Collapse.Result r = of(dense("a", "linear"), dense("b", "sigmoid"));
        assertThat(r.obstacles()).isEmpty();
        Collapse.Chain c = r.chains().get(0);
        assertThat(c.layers()).containsExactly("a", "b");
        // [2 -1] [[1 2] [3 4]] = [-1 0]; [2 -1] [1 -1] + 0.5 = 3.5
        assertThat(c.affine().w()[0]).containsExactly(-1, 0);
        assertThat(c.affine().b()).containsExactly(3.5);
    }

    @Test
    void whatChangesNothingMayStandBetween() {
        assertThat(of(
                                dense("a", null),
                                Map.of("type", "dropout", "rate", 0.5),
                                Map.of("type", "activation", "function", "linear"),
                                dense("b", Map.of("type", "linear")))
                        .chains())
                .hasSize(1);
    }

    @Test
    void aNonLinearityBetweenIsNamed() {
        assertThat(of(dense("a", "tanh"), dense("b", null)).obstacles())
                .containsExactly(new Collapse.Obstacle("a", "b", "tanh stands between them, and it is not linear"));
        assertThat(of(
                                dense("a", null),
                                Map.of("type", "activation", "function", Map.of("type", "elu")),
                                dense("b", null))
                        .obstacles())
                .extracting(Collapse.Obstacle::reason)
                .containsExactly("elu stands between them, and it is not linear");
    }

    @Test
    void anOutputThatIsUsedElsewhereStays() {
        Collapse.Result r =
                of(dense("a", null), dense("b", null), Map.of("type", "concatenate", "inputs", List.of("a", "b")));
        assertThat(r.chains()).isEmpty();
        assertThat(r.obstacles())
                .extracting(Collapse.Obstacle::reason)
                .containsExactly("the output of a is used elsewhere too");
    }

    @Test
    void otherLayersAreNoNeighbours() {
        Collapse.Result r = of(dense("a", null), Map.of("type", "reshape", "shape", List.of(2)), dense("b", null));
        assertThat(r.chains()).isEmpty();
        assertThat(r.obstacles()).isEmpty();
    }
}
