package org.fascicle.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fascicle.data.DataException;
import org.fascicle.data.Sources;
import org.fascicle.model.LearnerSpec;
import org.fascicle.model.ModelSpec;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.train.Experiment;
import org.fascicle.train.Experiments;
import org.fascicle.train.RunSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JsonExperimentsTest {
    private static final String MODEL =
            "{\"layers\": [{\"id\": \"hidden\", \"type\": \"dense\", \"units\": 2, \"activation\": \"${activation}\"}, \"flatten\", {\"type\": \"dense\", \"units\": 1}]}";
    private static final String STANDARD =
            "{\"name\": \"e\", \"parameters\": {\"activation\": \"tanh\", \"n\": 3}, \"dataset\": \"points\", \"model\": "
                    + MODEL + ", \"loss\": \"mean_squared_error\"";

    private final Given given = new Given();
    private final JsonExperiments experiments = new JsonExperiments(given, given);

    private Experiment read(String more, String... settings) {
        return experiments.read(
                "test.json", Json.read("test.json", STANDARD + more + "}").tree(), List.of(settings));
    }

    private static Object at(Experiment e, String path) {
        Object o = e.tree();
        for (String p : path.split("/", -1))
            o = o instanceof List<?> l ? l.get(Integer.parseInt(p)) : ((Map<?, ?>) o).get(p);
        return o;
    }

    static Stream<Path> shipped() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../../examples/experiments"))) {
            return files.filter(f -> f.toString().endsWith(".json")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void shippedExperimentsAreRead(Path file) {
        Experiment e = experiments.read(file, List.of("training.epochs=1"));
        assertThat(e.name() + ".json").isEqualTo(file.getFileName().toString());
        assertThat(at(e, "training/epochs")).isEqualTo(1);
        assertThat(e.tree().toString()).doesNotContain("${");
    }

    @Test
    void defaultsStandInTheTree() {
        assertThat(read("").tree().get("training"))
                .isEqualTo(Map.of(
                        "epochs",
                        10,
                        "batch_size",
                        32,
                        "shuffle",
                        true,
                        "validation_split",
                        0,
                        "seed",
                        0,
                        "optimizer",
                        "adam",
                        "providers",
                        "pinned"));
    }

    @Test
    void parameterKeepsItsType() {
        Experiment e = read(", \"training\": {\"epochs\": \"${n}\"}, \"description\": \"${n} of ${activation}\"");
        assertThat(at(e, "training/epochs")).isEqualTo(3);
        assertThat(at(e, "description")).isEqualTo("3 of tanh");
        assertThat(at(e, "model/layers/0/activation")).isEqualTo("tanh");
    }

    @ParameterizedTest
    @CsvSource({
        "training.epochs=2, training/epochs, 2",
        "training.clip_norm=1.5, training/clip_norm, 1.5",
        "activation=linear, model/layers/0/activation, linear",
        "parameters.activation=relu, model/layers/0/activation, relu",
        "model.layers.hidden.units=64, model/layers/0/units, 64",
        "model.layers.0.units=7, model/layers/0/units, 7",
        "model.layers.dense2.units=5, model/layers/2/units, 5",
        "model.layers.hidden.use_bias=false, model/layers/0/use_bias, false",
        "training.optimizer.learning_rate=0.1, training/optimizer/learning_rate, 0.1",
        "dataset.samples=9, dataset/samples, 9",
        "dataset.preprocessing=rescaling, dataset/preprocessing, rescaling",
        "training.augmentation=random_flip, training/augmentation, random_flip",
        "name=other, name, other",
        "loss=mean_absolute_error, loss, mean_absolute_error",
        "weights.hidden.kernel=[[1]], weights/hidden.kernel/0/0, 1",
    })
    void settingsChangeOnePlace(String setting, String path, String value) {
        assertThat(at(read("", setting), path)).hasToString(value);
    }

    @Test
    void settingOfAnOptionKeepsThePlugIn() {
        Experiment e = read("", "training.optimizer.learning_rate=0.1", "dataset.samples=9");
        assertThat(at(e, "training/optimizer/type")).isEqualTo("adam");
        assertThat(at(e, "dataset/type")).isEqualTo("points");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            training.epoch=2             | training.epoch: there is no such place; did you mean training.epochs
            activaton=linear             | did you mean activation
            model.layers.hiden.units=64  | did you mean model.layers.hidden.units
            model.layers.3.units=64      | there is no such place
            training.epochs.x=2          | there is no such place
            parameters.new=1             | there is no such place
            training.=1                  | there is no such place
            epochs=2                     | did you mean training.epochs
            training.epochs              | must be path=value
            =1                           | must be path=value
            training.optimizer={"type"   | setting training.optimizer
            training.epochs=0            | training.epochs: must be a whole number, at least 1, got 0
            training.epochs=two          | training.epochs: must be a whole number, at least 1, got two
            training.validation_split=1  | training.validation_split: must be a number from 0 to below 1
            training.clip_norm=0         | training.clip_norm: must be a number above 0
            training.providers=any       | training.providers: must be one of [pinned, best], got any
            training.optimizer=7         | training.optimizer: must be a name, or an object with "type", got 7
            training.schedule.rate=1     | training.schedule: must be a name, or an object with "type"
            training.shuffle=maybe       | training.shuffle: must be true or false, got maybe
            metrics=[5]                  | metrics.0: must be a name, or an object with "type", got 5
            name=5                       | name: must be a text, got 5
            model.layers=5               | model.layers: must be a list
            """)
    void settingWithoutPlaceOrOfTheWrongTypeIsRefused(String setting, String message) {
        assertThatThrownBy(() -> read("", setting))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            , "metric": []                     | metric: unknown key; did you mean metrics? known are dataset
            , "training": {"epoch": 1}         | training.epoch: unknown key of training; did you mean epochs?
            , "zzzzzzz": 1                     | zzzzzzz: unknown key; known are dataset
            , "description": "${activatio}"    | description: there is no parameter activatio; did you mean activation?
            , "training": 5                    | training: must be an object
            """)
    void unknownKeysAreRefusedWithHints(String more, String message) {
        assertThatThrownBy(() -> read(more))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("test.json: ")
                .hasMessageContaining(message);
    }

    @Test
    void unknownKeyOfAFileIsToldWithItsPlace(@TempDir Path dir) throws IOException {
        Path file =
                Files.writeString(dir.resolve("a.json"), "{\"dataset\": \"points\",\n \"training\": {\"epoch\": 1}}");
        assertThatThrownBy(() -> experiments.read(file, List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(
                        file + ", line 2, column 15: training.epoch: unknown key of training; did you mean epochs?");
    }

    @Test
    void fileNamesAnExperimentWithoutName(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(
                dir.resolve("a.json"),
                "{\"dataset\": \"points\", \"loss\": \"l\", \"model\": {\"layers\": [\"flatten\"]}}");
        assertThat(experiments.read(file, List.of()).name()).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"name": "a"}                                                                              | dataset: must be a name
            {"name": "a", "dataset": "d"}                                                              | model: must be an object
            {"name": "a", "dataset": "d", "model": {}}                                                 | model.layers: must be a list
            {"name": "a", "dataset": "d", "model": {"layers": []}}                                     | loss: is missing
            {"name": "a", "dataset": "d", "model": {"layers": [], "losses": []}, "loss": "l"}          | leave one out
            {"name": "a", "dataset": "d", "model": {"layer": []}, "loss": "l"}                         | model.layer: unknown key of model; did you mean layers
            {"dataset": "d", "model": {"layers": []}, "loss": "l"}                                     | name: must be a text, got nothing
            """)
    void missingPartsAreTold(String json, String message) {
        assertThatThrownBy(() -> experiments.read("x", Json.read("x", json).tree(), List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void experimentIsPreparedWithInputsFromTheData() {
        Experiments.Prepared p = experiments.prepare(
                read(
                        ", \"metrics\": \"accuracy\", \"training\": {\"seed\": 5, \"clip_norm\": 2, \"schedule\": {\"type\": \"cosine\", \"unit\": \"epoch\"}, \"providers\": \"best\"}"),
                experiments.sources(List.of()));
        ModelSpec spec = given.specs.get(0);
        assertThat(spec.inputs()).containsExactly(new ModelSpec.Input("x", List.of(2)));
        assertThat(spec.losses()).singleElement().satisfies(l -> {
            assertThat(l.options()).isEqualTo(Map.of("type", "mean_squared_error"));
            assertThat(l.inputs()).containsExactly("dense2", "target");
        });
        RunSpec run = p.run();
        assertThat(run.name()).isEqualTo("e");
        assertThat(run.learner()).isEqualTo(new LearnerSpec(Map.of("type", "adam"), 5, 2, LearnerSpec.Providers.BEST));
        assertThat(run.schedule()).contains(Map.of("type", "cosine", "unit", "epoch"));
        assertThat(run.metrics()).containsExactly(Map.of("type", "accuracy"));
        assertThat(run.data().train().size()).isEqualTo(4);
        assertThat(List.of(run.epochs(), run.batchSize(), run.shuffle(), run.validation(), run.testing()))
                .containsExactly(10, 32, true, 0.0, true);
        assertThat(p.model().name()).isEqualTo("e");
    }

    @Test
    void givenWeightsAreSet() {
        experiments.prepare(
                read(", \"weights\": {\"hidden.kernel\": [[1, \"${n}\"], [2.5, -1]]}"), experiments.sources(List.of()));
        assertThat(given.weights.get("e").get("hidden.kernel").data()).containsExactly(1, 3, 2.5f, -1);
        assertThat(given.weights.get("e").get("hidden.bias").data()).containsExactly(0, 0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"hiden.kernel": 1}                  | weights: hiden.kernel: the model has no such weights; did you mean hidden.kernel?
            {"hidden.kernel": [[1, 2]]}          | must be lists of shape [2, 2], got 1 elements where 2 are needed
            {"hidden.kernel": [[1], [2]]}        | must be lists of shape [2, 2], got 1 elements where 2 are needed
            {"hidden.bias": [1, [2]]}            | must be numbers in lists of shape [2], got [2]
            {"hidden.bias": 1}                   | must be lists of shape [2], got 1 where 2 are needed
            """)
    void weightsThatDoNotFitAreRefusedAndTheModelIsClosed(String weights, String message) {
        assertThatThrownBy(() -> experiments.prepare(read(", \"weights\": " + weights), experiments.sources(List.of())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
        assertThat(given.models).isEmpty();
    }

    @Test
    void modelOfTheSameNameIsAClash() {
        experiments.prepare(read(""), experiments.sources(List.of()));
        assertThatThrownBy(() -> experiments.prepare(read(""), experiments.sources(List.of())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("there is a model of this name already");
        assertThat(given.models).hasSize(1);
    }

    @Test
    void everyKindOfPlugInThatIsMissingIsToldWithoutLoadingData() {
        given.absent.addAll(List.of("points", "flatten", "auc", "adam", "cosine", "rescaling", "jitter"));
        Experiment e = read(
                ", \"metrics\": [\"auc\", \"accuracy\", \"auc\"], \"training\": {\"schedule\": \"cosine\", \"augmentation\": [\"jitter\"]}",
                "dataset={\"type\": \"points\", \"preprocessing\": \"rescaling\"}");
        assertThat(experiments.missing(e))
                .extracting(l -> l.want().toString())
                .containsExactly(
                        "dataset points",
                        "augmentation rescaling",
                        "layer flatten",
                        "augmentation jitter",
                        "metric auc",
                        "optimizer adam",
                        "schedule cosine");
        assertThat(given.loaded).isEmpty();
        given.absent.clear();
        assertThat(experiments.missing(e)).isEmpty();
    }

    @Test
    void missingDataSetIsToldAtOnce() {
        assertThatThrownBy(() -> experiments.prepare(read("", "dataset=none"), experiments.sources(List.of())))
                .isInstanceOf(MissingPluginException.class);
    }

    @Test
    void dataIsLookedForInOrder(@TempDir Path dir) throws IOException {
        Path first = Files.createDirectory(dir.resolve("first")), second = Files.createDirectory(dir.resolve("second"));
        Path file = Files.createFile(second.resolve("a.gz"));
        Sources s = Directories.of(List.of(first), Optional.of(second + File.pathSeparator + dir), dir.resolve("home"));
        assertThat(s.directories()).containsExactly(first, second, dir, dir.resolve("home/.fascicle/data"));
        assertThat(s.find("a", "a.gz")).isEqualTo(file);
        assertThatThrownBy(() -> s.find("b", "b.gz"))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll(
                        first.resolve("b").toString(), second.resolve("b").toString(), "b.gz", "FASCICLE_DATA");
    }

    @ParameterizedTest
    @CsvSource({"../secret", "a/../../secret", "/etc/passwd"})
    void dataNeverLeadsOutOfItsDirectory(String name, @TempDir Path dir) {
        assertThatThrownBy(() -> new Directories(List.of(dir)).find(name))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("stay in its directory");
    }
}
