package org.fascicle.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.fascicle.model.CorruptFileException;
import org.fascicle.model.Model;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.runtime.live.Workbench;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** From a file to a model that predicts. */
class LoadTest {
    private static final Workbench BENCH = new Workbench();

    @TempDir
    Path directory;

    @AfterEach
    void closeModels() {
        BENCH.models.list().forEach(Model::close);
    }

    @AfterAll
    static void close() {
        BENCH.close();
    }

    @Test
    void aSavedModelPredictsTheSameBits() {
        Model m = BENCH.models.create(
                "m",
                Workbench.spec(
                        Arrays.asList(null, 3),
                        List.of(
                                Workbench.layer("dense", "units", 4, "activation", "relu"),
                                Workbench.layer("dense", "units", 2)),
                        "mean_squared_error"),
                3);
        Path file = directory.resolve("m.safetensors");
        m.save(file, Map.of("experiment", "e", "accuracy", 0.5));
        Model r = BENCH.models.load("r", file);
        Tensor x = Tensor.of(Shape.of(1, 2, 3), 1, 2, 3, -4, 5, 6);
        assertThat(r.predict(x).data()).isEqualTo(m.predict(x).data());
        assertThat(r.weights().keySet()).containsExactlyElementsOf(m.weights().keySet());
        assertThat(r.provenance())
                .containsEntry("experiment", "e")
                .containsEntry("accuracy", 0.5)
                .containsKey("providers");
        assertThat(r.spec().tree().toString()).isEqualTo(m.spec().tree().toString());
        Path again = directory.resolve("again.safetensors");
        r.save(again, Map.of("experiment", "e", "accuracy", 0.5));
        assertThat(again).hasSameBinaryContentAs(file);
    }

    private static Stream<Arguments> wrong() {
        String three = Hostile.SPEC.replace("\"units\":2", "\"units\":3");
        return Stream.of(
                Arguments.of(
                        "another shape",
                        new Hostile().metadata("spec", three),
                        CorruptFileException.class,
                        "weights: d.kernel must be [3, 3], got [2, 3]"),
                Arguments.of(
                        "a transposed weight",
                        new Hostile().tensor("d.kernel", List.of(3, 2), 0, 24),
                        CorruptFileException.class,
                        "weights: d.kernel must be [2, 3], got [3, 2]"),
                Arguments.of(
                        "a missing tensor",
                        new Hostile().without("d.bias").numbers(24),
                        CorruptFileException.class,
                        "weights: d.bias [2] is not among [d.kernel]"),
                Arguments.of(
                        "one too many",
                        new Hostile().tensor("e.bias", List.of(2), 32, 40).numbers(40),
                        CorruptFileException.class,
                        "weights: there is no parameter e.bias"),
                Arguments.of(
                        "another name",
                        new Hostile().without("d.bias").tensor("d\n.bias", List.of(2), 24, 32),
                        CorruptFileException.class,
                        "weights: d.bias [2] is not among [d.kernel, d"),
                Arguments.of(
                        "an unknown layer",
                        new Hostile().metadata("spec", Hostile.SPEC.replace("dense", "densest")),
                        MissingPluginException.class,
                        "densest"),
                Arguments.of(
                        "an unknown activation",
                        new Hostile().metadata("spec", Hostile.SPEC.replace("tanh", "tan")),
                        MissingPluginException.class,
                        "tan"),
                Arguments.of(
                        "an unknown option",
                        new Hostile().metadata("spec", Hostile.SPEC.replace("\"units\":2", "\"units\":2,\"unit\":2")),
                        ConfigException.class,
                        "unit"),
                Arguments.of(
                        "a cycle",
                        new Hostile()
                                .metadata("spec", Hostile.SPEC.replace("\"inputs\":[\"x\"]", "\"inputs\":[\"d\"]")),
                        ConfigException.class,
                        "wait for each other"),
                Arguments.of(
                        "a billion units",
                        new Hostile().metadata("spec", Hostile.SPEC.replace("\"units\":2", "\"units\":1000000000")),
                        FascicleException.class,
                        ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void whatTheFileSaysMustFit(String name, Hostile file, Class<? extends Throwable> type, String message) {
        Path path = Hostile.write(directory, file.build());
        Throwable t = catchThrowable(() -> BENCH.models.load("r", path));
        assertThat(t).isInstanceOf(type).hasMessageContaining(message);
        if (type == CorruptFileException.class) assertThat(t).hasMessageStartingWith("model file " + path + ": ");
        assertThat(t.getMessage().chars().filter(Character::isISOControl).count())
                .as(t.getMessage())
                .isZero();
        assertThat(BENCH.models.list()).isEmpty();
    }

    @Test
    void aNameThatIsTakenIsNoFaultOfTheFile() {
        Path path = Hostile.write(directory, new Hostile().build());
        BENCH.models.load("r", path);
        assertThatThrownBy(() -> BENCH.models.load("r", path)).isExactlyInstanceOf(ConfigException.class);
        assertThat(BENCH.models.list()).hasSize(1);
    }

    /** Damaged anywhere in its header by one byte, a file gives a model that predicts the same, or an exception of Fascicle. */
    @Test
    void everyDamageOfOneByteGivesTheSameModelOrAnException() {
        byte[] file = new Hostile().build();
        Random random = new Random(2);
        Tensor x = Tensor.of(Shape.of(1, 3), 0.1f, -0.2f, 0.3f);
        float[] expected = BENCH.models
                .load("good", Hostile.write(directory, file))
                .predict(x)
                .data();
        Map<String, Integer> outcomes = new LinkedHashMap<>();
        for (int at = 0; at < file.length - 32; at++) {
            byte[] damaged = file.clone();
            damaged[at] = (byte) (damaged[at] ^ 1 << random.nextInt(7));
            Path path = Hostile.write(directory, damaged);
            try (Model m = BENCH.models.load("damaged", path)) {
                outcomes.merge("read", 1, Integer::sum);
                String in = m.spec().inputs().get(0).name();
                float[] y = m.predict(Map.of(in, x)).values().iterator().next().data();
                if (m.spec().nodes().get(0).options().get("activation").equals("tanh"))
                    assertThat(y).as("byte " + at).isEqualTo(expected);
            } catch (FascicleException e) {
                outcomes.merge(e.getClass().getSimpleName(), 1, Integer::sum);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("byte " + at + " as " + damaged[at], e);
            }
        }
        assertThat(outcomes).containsKeys("CorruptFileException", "MissingPluginException");
    }
}
