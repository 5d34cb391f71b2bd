package org.fascicle.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.fascicle.data.DataException;
import org.fascicle.model.CorruptFileException;
import org.fascicle.model.NonFiniteException;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.runtime.dto.ShadowDTO;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    @TempDir
    Path directory;

    private Fixture f;

    @BeforeEach
    void begin() throws IOException {
        f = new Fixture(directory);
        f.write("small.json", "{}");
        f.write("small.safetensors", "");
    }

    @Test
    void withoutArgumentsTheCommandsAreListed() {
        assertThat(f.run()).isZero();
        assertThat(f.out)
                .contains(
                        "train",
                        "predict",
                        "evaluate",
                        "summary",
                        "plugins",
                        "describe",
                        "plot",
                        "status",
                        "size",
                        "hash",
                        "trust",
                        "bench",
                        "shell",
                        "version",
                        "--threads");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trian | there is no command trian; did you mean train?; see fascicle --help",
                "xyzzy | there is no command xyzzy; see fascicle --help",
                "train --josn | there is no option --josn; did you mean --json?; see fascicle train --help",
                "--version | there is no option --version; the command is version; see fascicle --help",
                "train . | experiment: . is a directory; name the file in it",
                "predict small.safetensors --input a.json --split test | predict: --split and --set are of data sets",
                "train a b | nothing is expected at b; see fascicle train --help",
                "train nowhere.json | experiment: there is no file nowhere.json in",
                "predict | Missing required parameter: 'MODEL'; see fascicle predict --help",
                "predict small.safetensors --limit 0 | predict: --limit must be at least 1, got 0",
                "predict nowhere.safetensors | predict: there is no file nowhere.safetensors in",
                "predict small.safetensors --input a.json --dataset b | predict: --input and --dataset exclude each other",
                "evaluate small.safetensors | evaluate: the model does not say what it was trained with; name a data set",
                "plugins --kind actvation | kind: no such kind of plug-in: actvation; known are activation",
                "describe layer dnse | describe: there is no layer dnse; did you mean dense?",
                "shadow nowhere | shadow: there is no model nowhere; none is in use",
                "shadow small hidden | shadow: name the provider of hidden, a bundle's symbolic name; `plugins` lists them",
                "shadow small.safetensors | shadow: small.safetensors is a file; name a node and a provider to compare with",
                "swap nowhere --accept | swap: there is no model nowhere; none is in use",
                "help trian | there is no command trian; did you mean train?",
                "plot losses --out x | plot: can draw activations, not losses",
                "hash | Missing required parameter: 'FILE'; see fascicle hash --help",
                "hash nowhere.jar | hash: there is no file nowhere.jar in",
                "hash small.json | hash: small.json is no jar that can be trusted: ",
                "trust --configuration --json | trust: --configuration and --json exclude each other",
                "size | size: these commands do not run in a distribution"
            })
    void mistakesGetOneLineAndCodeTwo(String arguments, String message) {
        assertThat(f.run(arguments.split(" "))).isEqualTo(2);
        assertThat(f.err).startsWith("fascicle: " + message).hasLineCount(1);
        assertThat(f.out).isEmpty();
    }

    @Test
    void trainShowsALineAnEpochAndSavesTheModel() {
        assertThat(f.run("train", "small.json", "--set", "training.epochs=2", "--data", "d"))
                .isZero();
        assertThat(f.out.lines())
                .containsExactly(
                        "small: 300 samples to train on, 1,234 parameters, 2 epochs",
                        "epoch 1/2  loss 1.0000  accuracy 0.5000  100 samples/s  1.0 s",
                        "epoch 2/2  loss 0.5000  accuracy 0.5000  100 samples/s  2.0 s",
                        "test: test_loss 0.2500  test_accuracy 0.8750",
                        "saved models/small.safetensors");
        assertThat(f.calls).containsExactly("read small.json [training.epochs=2]", "sources [d]", "start");
        assertThat(directory.resolve("models/small.safetensors")).hasContent("weights");
        assertThat(f.model.saved).containsEntry("steps", 20L).containsKeys("experiment", "values");
    }

    @Test
    void trainWritesJsonLinesOnly() {
        assertThat(f.run("train", "small.json", "--json", "--out", "there")).isZero();
        assertThat(f.json())
                .extracting(o -> o.getString("event"))
                .containsExactly("started", "epoch", "epoch", "finished");
        assertThat(f.json().get(3))
                .hasToString(
                        "{\"event\":\"finished\",\"epochs\":2,\"seconds\":2.5,\"loss\":0.5,\"accuracy\":0.5,\"test_loss\":0.25,"
                                + "\"test_accuracy\":0.875,\"model\":\"" + directory.resolve("there/small.safetensors")
                                + "\"}");
        assertThat(f.err).isEmpty();
    }

    @Test
    void onATerminalABarMovesAndIsWipedBeforeTheEpochsLine() {
        f.terminal = true;
        f.columns = 60;
        f.run("train", "small.json");
        String bar =
                f.out.substring(f.out.indexOf('\r') + 1).lines().findFirst().orElseThrow();
        assertThat(bar).startsWith("epoch 2/2 [============>           ] 5/10").hasSizeLessThan(60);
        assertThat(f.out).contains("\r" + " ".repeat(bar.length()) + "\repoch");
    }

    @Test
    void anOutputThatCannotBeWrittenIsFoundBeforeTraining() throws IOException {
        f.write("file", "");
        assertThat(f.run("train", "small.json", "--out", "file")).isEqualTo(2);
        assertThat(f.err)
                .startsWith("fascicle: train: --out: ")
                .contains("is a file, not a directory")
                .hasLineCount(1);
        assertThat(f.calls).doesNotContain("start");
    }

    static List<RuntimeException> mendable() {
        return List.of(
                new ConfigException("a: b"),
                new MissingPluginException("a: b"),
                new ShapeException("a: b"),
                new DataException("a: b"),
                new CorruptFileException("a: b"),
                new NonFiniteException("a: b"));
    }

    @ParameterizedTest
    @MethodSource("mendable")
    void whatAUserCanMendEndsWithCodeTwoAndNoStackTrace(RuntimeException e) {
        f.failure = e;
        assertThat(f.run("train", "small.json")).isEqualTo(2);
        assertThat(f.err).isEqualTo("fascicle: a: b" + System.lineSeparator());
        assertThat(directory.resolve("models/small.safetensors")).doesNotExist();
    }

    @Test
    void whatNobodyExpectedEndsWithCodeOneAndSaysWhereTheDetailsAre() {
        f.failure = new IllegalStateException("first\n second");
        assertThat(f.run("train", "small.json")).isEqualTo(1);
        assertThat(f.err)
                .hasLineCount(1)
                .startsWith(
                        "fascicle: unexpected failure: java.lang.IllegalStateException: first second; details are in ");
        assertThat(directory.resolve("user/failure.log")).content().contains("IllegalStateException", "\tat ");
        assertThat(f.run("train", "small.json", "--verbose")).isEqualTo(1);
        assertThat(f.err).contains("\tat org.fascicle.shell");
    }

    @Test
    void anInterruptBeforeTheRunStartsNothing() {
        Thread.currentThread().interrupt();
        assertThat(f.run("train", "small.json")).isEqualTo(130);
        assertThat(f.err).isEqualTo("fascicle: interrupted" + System.lineSeparator());
        assertThat(f.calls).doesNotContain("start");
        assertThat(Thread.interrupted()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ctrlCStopsTheRunAndSavesWhatWasLearnt(boolean learnt) throws InterruptedException {
        f.endless = true;
        int[] code = new int[1];
        Thread t = new Thread(() -> code[0] = f.run("train", "small.json"));
        t.start();
        // Of all that the command does, only waiting for the run's events puts its thread into this state.
        while (t.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();
        if (learnt) f.model.version++;
        t.interrupt();
        t.join();
        assertThat(code[0]).isEqualTo(130);
        assertThat(f.out)
                .contains(
                        "stopped in epoch 2 after 20 steps",
                        learnt
                                ? "saved what was learnt until then to models/small.safetensors"
                                : "nothing was learnt yet: nothing is saved");
        assertThat(Files.exists(directory.resolve("models/small.safetensors"))).isEqualTo(learnt);
    }

    @Test
    void pluginsShowsFailuresWithTheirReason() {
        assertThat(f.run("plugins")).isZero();
        assertThat(f.out.lines())
                .containsExactly(
                        "kind        name   bundle             version  ranking  state",
                        "activation  relu   org.example.parts  1.2.3          0  active",
                        "layer       dense  org.example.parts  1.2.3          0  failed: its constructor threw");
        f.run("plugins", "--kind", "layer", "--json");
        assertThat(f.out.strip())
                .isEqualTo(
                        "{\"kind\":\"layer\",\"name\":\"dense\",\"bundle\":\"org.example.parts\",\"version\":\"1.2.3\",\"ranking\":0,"
                                + "\"state\":\"failed\",\"reason\":\"its constructor threw\"}");
    }

    @Test
    void describeTellsOptionsAndDefaults() {
        assertThat(f.run("describe", "layer", "dense")).isZero();
        assertThat(f.out.lines())
                .containsExactly(
                        "layer dense of org.example.parts 1.2.3",
                        "option    type     default     allowed",
                        "units     integer  (required)  >= 1",
                        "use_bias  flag     true        true or false");
        f.run("describe", "layer", "dense", "--json");
        assertThat(f.json().get(0).getJsonArray("options"))
                .hasToString(
                        "[{\"option\":\"units\",\"type\":\"integer\",\"required\":true,\"allowed\":\">= 1\"},"
                                + "{\"option\":\"use_bias\",\"type\":\"flag\",\"required\":false,\"default\":true,\"allowed\":\"true or false\"}]");
    }

    @Test
    void predictFromAFileTakesOneSampleOrMany() throws IOException {
        f.write("one.json", "[1.5, -2]");
        f.write("many.json", "{\"x\": [[1, 2], [3, 4.25]]}");
        assertThat(f.run("predict", "small.safetensors", "--input", "one.json")).isZero();
        assertThat(f.out.lines()).containsExactly("0: [1.5000, -2]");
        f.run("predict", "small.safetensors", "--input", "many.json", "--json");
        assertThat(f.out.lines())
                .containsExactly(
                        "{\"sample\":0,\"outputs\":{\"hidden\":[1.0,2.0]}}",
                        "{\"sample\":1,\"outputs\":{\"hidden\":[3.0,4.25]}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[[1, 2], [3]] | predict: --input: x: lists must be of equal length: on axis 1 expected a list of 2, got one of 1",
                "[1, \"a\"] | predict: --input: x: expected a number, got a",
                "{\"z\": [1]} | predict: --input: the model has no input z; it has [x]",
                "{} | predict: --input: input x is missing",
                "[] | predict: --input: x: a list is empty",
                "3 | predict: --input: x: expected a list of numbers, got 3",
                "null | predict: --input: x: expected a list of numbers, got null",
                "[1e400, 0] | predict: --input: x: a number is too large for a float32",
                "[1, | predict: --input: "
            })
    void inputsThatAreNoneAreRefused(String json, String message) throws IOException {
        f.write("in.json", json);
        assertThat(f.run("predict", "small.safetensors", "--input", "in.json")).isEqualTo(2);
        assertThat(f.err).startsWith("fascicle: " + message).hasLineCount(1);
    }

    @Test
    void predictNamesClassesAndMarksWhatIsWrong() {
        assertThat(f.run("predict", "small.safetensors", "--dataset", "points", "--limit", "2", "--set", "noise=0.5"))
                .isZero();
        assertThat(f.out.lines()).containsExactly("0: even (0)  target even", "1: even (1)  target odd  wrong");
        assertThat(f.calls)
                .anyMatch(c -> c.startsWith("data ") && c.contains("type=points") && c.contains("noise=0.5"));
        f.run("predict", "small.safetensors", "--dataset", "points", "--split", "train");
        assertThat(f.out.lines()).hasSize(300);
    }

    @Test
    void evaluateTakesDataAndMetricsFromTheModelsProvenance() {
        f.model.provenance = Map.of(
                "experiment",
                Map.of("dataset", "points", "metrics", List.of("accuracy", Map.of("type", "top_k", "k", 2))));
        assertThat(f.run("evaluate", "small.safetensors")).isZero();
        assertThat(f.out.lines())
                .startsWith("200 samples: loss 0.5000  accuracy 0.7500")
                .contains("0  1  2", "1  3  4");
        assertThat(f.calls)
                .contains("data {type=points}")
                .anyMatch(c -> c.startsWith("evaluate 200 [{type=accuracy}, {") && c.contains("k=2"));
        f.run("evaluate", "small.safetensors", "--metric", "recall", "--json");
        assertThat(f.out.strip())
                .isEqualTo(
                        "{\"event\":\"evaluated\",\"samples\":200,\"loss\":0.5,\"accuracy\":0.75,\"tables\":{\"confusion\":[[1.0,2.0],[3.0,4.0]]}}");
        assertThat(f.calls).contains("evaluate 200 [{type=recall}]");
    }

    @Test
    void summaryShowsLayersAndTotals() {
        assertThat(f.run("summary", "small.json")).isZero();
        assertThat(f.out.lines())
                .containsExactly(
                        "small",
                        "layer   type     from  output  parameters  provider",
                        "x       (input)        [2]",
                        "hidden  dense    x     [2]          1,234  org.example.layers 1.0.0",
                        "1,234 parameters");
        f.run("summary", "small.safetensors", "--json");
        assertThat(f.json()).hasSize(2);
        assertThat(f.json().get(1)).hasToString("{\"model\":\"small\",\"parameters\":1234,\"statistics\":0}");
        f.model.weights.put("hidden.kernel", Tensor.zeros(2, 2));
        f.run("summary", "small.json", "--collapse");
        assertThat(f.out)
                .endsWith("No dense layer follows another: there is nothing to multiply out." + System.lineSeparator());
    }

    @Test
    void aShadowBeginsReportsAndEnds() {
        f.inUse = true;
        assertThat(f.run("shadow", "small")).isZero();
        assertThat(f.out).isEqualToIgnoringNewLines("small has no shadow");
        assertThat(f.run("shadow", "small", "hidden", "org.example.other@2.0.0"))
                .isZero();
        assertThat(f.out)
                .isEqualToIgnoringNewLines("org.example.other@2.0.0 computes hidden of small beside "
                        + "layer dense of org.example.parts 1.2.3; shadow small reports");
        f.model.shadows.get(0).compared = 1234;
        f.model.flips = 3;
        assertThat(f.run("shadow", "small")).isZero();
        assertThat(f.out.lines().map(l -> l.replaceAll(" +", " ")))
                .containsExactly(
                        "node provider state compared skipped failed absolute relative flips active shadow",
                        "hidden org.example.other@2.0.0 comparing 1,234 0 0 0.2500 0.1250 3/40 1.5000 ms 2.5000 ms");
        assertThat(f.run("shadow", "small", "--json")).isZero();
        assertThat(f.json().get(0))
                .hasToString("{\"event\":\"shadow\",\"model\":\"small\",\"node\":\"hidden\","
                        + "\"provider\":\"org.example.other@2.0.0\",\"state\":\"COMPARING\",\"reason\":\"\","
                        + "\"active\":[\"layer dense of org.example.parts 1.2.3\"],"
                        + "\"shadow\":[\"layer dense of org.example.other@2.0.0 2.0.0\"],"
                        + "\"compared\":1234,\"skipped\":0,\"failed\":0,"
                        + "\"outputs\":{\"hidden\":{\"absolute\":0.25,\"relative\":0.125,\"decisions\":40,\"flips\":3}},"
                        + "\"active_seconds\":0.0015,\"shadow_seconds\":0.0025}");
        assertThat(f.run("shadow", "small", "--stop")).isZero();
        assertThat(f.out).contains("closed");
        assertThat(f.model.shadows).isEmpty();
        assertThat(f.run("shadow", "small", "--stop")).isEqualTo(2);
    }

    @Test
    void aShadowOfAFileComputesADataSetAndTellsFlipsByItsExitCode() {
        assertThat(f.run("shadow", "small.safetensors", "hidden", "org.example.other", "--dataset", "points"))
                .isZero();
        assertThat(f.out.lines().skip(1).findFirst().orElseThrow().replaceAll(" +", " "))
                .as("200 samples in two batches")
                .startsWith("hidden org.example.other comparing 2 0 0");
        f.model.flips = 1;
        assertThat(f.run("shadow", "small.safetensors", "hidden", "org.example.other", "--dataset", "points"))
                .isEqualTo(1);
        assertThat(f.model.shadows).isEmpty();
    }

    @Test
    void swapTellsWhatWasRefusedAndAcceptsIt() {
        f.inUse = true;
        assertThat(f.run("swap", "small")).isZero();
        assertThat(f.out).isEqualToIgnoringNewLines("small: nothing was refused");
        f.state.models.get(0).refused = "small: activation times of org.example.times 1.0.4 is not taken";
        assertThat(f.run("swap", "small")).isZero();
        assertThat(f.out).isEqualToIgnoringNewLines("small: activation times of org.example.times 1.0.4 is not taken");
        assertThat(f.model.accepted).isZero();
        assertThat(f.run("swap", "small", "--accept", "--json")).isZero();
        assertThat(f.model.accepted).isEqualTo(1);
        assertThat(f.json().get(0).getBoolean("accepted")).isTrue();
    }

    @Test
    void statusTellsShadows() {
        ShadowDTO d = new ShadowDTO();
        d.node = "hidden";
        d.provider = "org.example.other";
        d.state = "WAITING";
        d.reason = "it has left";
        d.compared = 7;
        d.relative = 0.5;
        d.flips = 2;
        f.state.models.get(0).shadows = new ShadowDTO[] {d};
        assertThat(f.run("status")).isZero();
        assertThat(f.out)
                .contains("    shadow of hidden by org.example.other: WAITING, 7 compared, relative difference 0.5000, "
                        + "2 flips: it has left");
        assertThat(f.run("status", "--json")).isZero();
        assertThat(f.json().get(0).getJsonArray("models").getJsonObject(0).getJsonArray("shadows"))
                .singleElement()
                .satisfies(s -> assertThat(s.asJsonObject().getInt("flips")).isEqualTo(2));
    }

    @Test
    void statusTellsWhatIsMissing() {
        assertThat(f.run("status")).isZero();
        assertThat(f.out)
                .contains(
                        "backend ejml",
                        "failed: layer dense",
                        "lacks no activation mish; org.example.mish 1.0.0 provided it last",
                        "repository optional: failed: there is no such file",
                        "r1 small: waiting",
                        "activation mish has left");
        f.run("status", "--json");
        assertThat(f.json()).hasSize(1);
        assertThat(f.json().get(0).getJsonArray("models").getJsonObject(0).getBoolean("satisfied"))
                .isFalse();
        assertThat(f.json().get(0).getJsonArray("models").getJsonObject(0).getJsonArray("missing"))
                .hasToString(
                        "[{\"kind\":\"activation\",\"name\":\"mish\",\"reason\":\"no activation mish; org.example.mish 1.0.0"
                                + " provided it last\",\"last_bundle\":\"org.example.mish\",\"last_version\":\"1.0.0\",\"offers\":[\"org.example.mish"
                                + " 1.0.0 of repository optional\"]}]");
        assertThat(f.json().get(0).getJsonArray("repositories").getJsonObject(0).getString("state"))
                .isEqualTo("failed");
    }

    @Test
    void measurementsAreToldOfAndNotRunHere() {
        assertThat(f.run("bench", "hot-swap", "--swaps", "5")).isEqualTo(2);
        assertThat(f.err)
                .isEqualTo(
                        "fascicle: bench: measurements need a process of their own; leave the shell and call fascicle bench hot-swap --swaps 5\n");
        assertThat(f.run("bench")).isEqualTo(2);
        assertThat(f.err).endsWith("fascicle bench --help\n");
    }

    @Test
    void plotDrawsEveryActivationAndNamesTheOneItCannot() throws IOException {
        assertThat(f.run("plot", "activations", "--out", "pictures")).isEqualTo(2);
        assertThat(f.err).isEqualTo("fascicle: plot: odd: needs an option" + System.lineSeparator());
        assertThat(f.out).startsWith("2 activations are drawn in pictures");
        for (String name : List.of("twice", "softmax", "overview")) {
            assertThat(ImageIO.read(
                            directory.resolve("pictures/" + name + ".png").toFile()))
                    .isNotNull();
        }
    }

    @Test
    void hashIsTheSameForAJarAndItsDirectory() throws IOException {
        Path unpacked = Files.createDirectories(directory.resolve("unpacked"));
        String manifest = "Manifest-Version: 1.0\r\nBundle-SymbolicName: org.example.a;singleton:=true\r\n\r\n";
        Map<String, String> files = Map.of("a/B.class", "one", "META-INF/MANIFEST.MF", manifest, "c", "two");
        try (var zip = new ZipOutputStream(Files.newOutputStream(directory.resolve("a.jar")))) {
            zip.putNextEntry(new ZipEntry("a/"));
            for (var f : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(f.getKey()));
                zip.write(f.getValue().getBytes(StandardCharsets.UTF_8));
                Path file = unpacked.resolve(f.getKey());
                Files.createDirectories(file.getParent());
                Files.writeString(file, f.getValue());
            }
        }
        assertThat(f.run("hash", "a.jar", "unpacked")).isZero();
        assertThat(f.out.lines()).hasSize(2).allMatch(l -> l.matches("org\\.example\\.a=[0-9a-f]{64}"));
        assertThat(f.out.lines().distinct()).hasSize(1);
        Files.writeString(unpacked.resolve("c"), "three");
        f.run("hash", "--json", "a.jar", "unpacked");
        assertThat(f.json()).extracting(o -> o.getString("bundle")).containsOnly("org.example.a");
        assertThat(f.json()).extracting(o -> o.getString("hash")).doesNotHaveDuplicates();
    }

    @Test
    void aJarThatHidesAClassInADirectoryHasNoHash() throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(directory.resolve("a.jar")))) {
            zip.putNextEntry(new ZipEntry("a/Evil.class/"));
            zip.write(1);
        }
        assertThat(f.run("hash", "a.jar")).isEqualTo(Failures.USER);
        assertThat(f.err).contains("entry a/Evil.class/ is a directory with content");
    }

    @Test
    void trustShowsWhoIsRefusedAndWhy() {
        assertThat(f.run("trust")).isZero();
        assertThat(f.out)
                .startsWith("policy allow_list: two")
                .containsPattern("org\\.example\\.good +1\\.0\\.0 +abababababab +accepted")
                .containsPattern("odd +1\\.2\\.0 +cdcdcdcdcdcd +it is not listed")
                .containsPattern("gone +1\\.0\\.0 +unreadable +the content cannot be read");
        f.run("trust", "--json");
        assertThat(f.json().get(0).getJsonArray("bundles")).hasSize(3);
    }

    @Test
    void trustWritesAConfigurationOfAllThatCanBeRead() {
        assertThat(f.run("trust", "--configuration")).isZero();
        var registry = jakarta.json.Json.createReader(new java.io.StringReader(f.out))
                .readObject()
                .getJsonObject("org.fascicle.registry");
        assertThat(registry.getString("trust")).isEqualTo("allow_list");
        assertThat(registry.getJsonArray("trust.allow").getValuesAs(v -> ((jakarta.json.JsonString) v).getString()))
                .containsExactly("org.example.good=" + "ab".repeat(32), "org.example.\"odd=" + "cd".repeat(32));
    }

    @Test
    void sizeTellsCoreFromExtras() throws IOException {
        for (String part : List.of("framework", "bundles/core", "bundles/shell")) {
            Files.createDirectories(directory.resolve(part));
            Files.write(directory.resolve(part).resolve("a.jar"), new byte[1_000_000]);
        }
        f.home = Optional.of(directory);
        assertThat(f.run("size")).isZero();
        assertThat(f.out).endsWith("core 2.00 MB, extras 1.00 MB, total 3.00 MB" + System.lineSeparator());
        f.run("size", "--json");
        assertThat(f.json()).hasSize(4);
        assertThat(f.json().get(3).getInt("core_bytes")).isEqualTo(2_000_000);
    }

    @Test
    void shippedExperimentsAreFoundByName() throws IOException {
        Files.createDirectories(directory.resolve("home/examples/experiments"));
        f.write("home/examples/experiments/digits-cnn.json", "{}");
        f.home = Optional.of(directory.resolve("home"));
        assertThat(f.run("train")).isZero();
        assertThat(f.calls).contains("read digits-cnn.json []");
        assertThat(f.run("train", "digits-cn")).isEqualTo(2);
        assertThat(f.err).contains("did you mean digits-cnn?; shipped are digits-cnn");
    }

    @Test
    void versionTellsJavaAndBackend() {
        assertThat(f.run("version")).isZero();
        assertThat(f.out).contains("fascicle ", "java " + System.getProperty("java.version"), "backend ejml");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train",
                "predict",
                "evaluate",
                "summary",
                "plugins",
                "describe",
                "plot",
                "status",
                "size",
                "bench",
                "shell",
                "version",
                "help"
            })
    void everyCommandExplainsItself(String command) {
        assertThat(f.run(command, "--help")).isZero();
        assertThat(f.out).startsWith("Usage: fascicle " + command).contains("--help", "--verbose");
        String help = f.out;
        assertThat(f.run("help", command)).isZero();
        assertThat(f.out).isEqualTo(help);
    }
}
