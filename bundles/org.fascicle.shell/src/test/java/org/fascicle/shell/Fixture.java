package org.fascicle.shell;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fascicle.data.Column;
import org.fascicle.data.Sources;
import org.fascicle.data.Splits;
import org.fascicle.data.Table;
import org.fascicle.model.LearnerSpec;
import org.fascicle.model.Model;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.Models;
import org.fascicle.nn.Activation;
import org.fascicle.nn.Child;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Trust;
import org.fascicle.provision.Provisioning;
import org.fascicle.runtime.dto.MissingDTO;
import org.fascicle.runtime.dto.ModelDTO;
import org.fascicle.runtime.dto.PluginDTO;
import org.fascicle.runtime.dto.RepositoryDTO;
import org.fascicle.runtime.dto.RunDTO;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.fascicle.train.Experiment;
import org.fascicle.train.Experiments;
import org.fascicle.train.Run;
import org.fascicle.train.RunListener;
import org.fascicle.train.RunSpec;
import org.fascicle.train.Trainer;

/** Commands over fakes of every service, and what they print. */
final class Fixture {
    static final ModelSpec SPEC = new ModelSpec(
            List.of(new ModelSpec.Input("x", List.of(2))),
            List.of(new ModelSpec.Node("hidden", Map.of("type", "dense"), List.of("x"))),
            List.of("hidden"),
            List.of());

    final FakeModel model = new FakeModel("small", SPEC, x -> x);
    final List<String> calls = new ArrayList<>();
    final RuntimeDTO state = new RuntimeDTO();
    RuntimeException failure;
    boolean endless;
    /** True if the model is one of those that are in use. */
    boolean inUse;

    boolean terminal;
    boolean shell;
    String answer = "";
    /** What the experiment and every model file lack. */
    final List<Lack> lacks = new ArrayList<>();

    Optional<Provisioning> provisioning = Optional.empty();
    int columns = 100;
    Optional<Path> home = Optional.empty();
    String out = "";
    String err = "";
    private final Path directory;

    Fixture(Path directory) {
        this.directory = directory;
        state.backend = "ejml";
        state.plugins.add(plugin("activation", "relu", "active", ""));
        state.plugins.add(plugin("layer", "dense", "failed", "its constructor threw"));
        ModelDTO m = new ModelDTO();
        m.name = "small";
        m.reason = "small: no activation mish";
        MissingDTO mish = new MissingDTO();
        mish.kind = "activation";
        mish.name = "mish";
        mish.reason = "no activation mish; org.example.mish 1.0.0 provided it last";
        mish.lastBundle = "org.example.mish";
        mish.lastVersion = "1.0.0";
        mish.offers = new String[] {"org.example.mish 1.0.0 of repository optional"};
        m.missing = new MissingDTO[] {mish};
        m.providers = new String[0];
        state.models.add(m);
        RepositoryDTO repository = new RepositoryDTO();
        repository.name = "optional";
        repository.url = "file:/index.xml";
        repository.state = "failed";
        repository.reason = "there is no such file";
        state.repositories.add(repository);
        RunDTO r = new RunDTO();
        r.id = "r1";
        r.name = "small";
        r.state = "waiting";
        r.reason = "activation mish has left";
        state.runs.add(r);
    }

    private static PluginDTO plugin(String kind, String name, String state, String reason) {
        PluginDTO p = new PluginDTO();
        p.kind = kind;
        p.name = name;
        p.bundle = "org.example.parts";
        p.version = "1.2.3";
        p.state = state;
        p.reason = reason;
        return p;
    }

    int run(String... args) {
        ByteArrayOutputStream o = new ByteArrayOutputStream(), e = new ByteArrayOutputStream();
        Console c = new Console(
                directory,
                new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(o, false, StandardCharsets.UTF_8),
                new PrintStream(e, false, StandardCharsets.UTF_8),
                terminal,
                shell,
                columns,
                home,
                directory.resolve("user"));
        int code = Fascicle.run(
                new Services(
                        new FakeExperiments(),
                        new FakeTrainer(),
                        new FakeModels(),
                        new FakePlugins(),
                        () -> state,
                        new FakeTrust(),
                        () -> provisioning),
                c,
                args);
        out = o.toString(StandardCharsets.UTF_8);
        err = e.toString(StandardCharsets.UTF_8);
        return code;
    }

    /** Standard output as JSON, a line an object. */
    List<jakarta.json.JsonObject> json() {
        return out.lines()
                .map(l -> jakarta.json.Json.createReader(new StringReader(l)).readObject())
                .toList();
    }

    /** Puts a file into the working directory. */
    Path write(String name, String content) throws java.io.IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    private final class FakeExperiments implements Experiments {
        @Override
        public Experiment read(Path file, List<String> settings) {
            calls.add("read " + file.getFileName() + " " + settings);
            return new Experiment("small", Map.of("dataset", "points", "metrics", List.of("accuracy")));
        }

        @Override
        public Experiment read(String where, Map<String, ?> tree, List<String> settings) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Lack> missing(Experiment e) {
            return List.copyOf(lacks);
        }

        @Override
        public Sources sources(List<Path> directories) {
            calls.add("sources " + directories.stream().map(Path::getFileName).toList());
            return new Sources() {
                @Override
                public List<Path> directories() {
                    return directories;
                }

                @Override
                public Path find(String... names) {
                    throw new UnsupportedOperationException();
                }
            };
        }

        @Override
        public Splits data(Map<String, ?> dataset, Sources sources) {
            calls.add("data " + dataset);
            return new Splits(new Points(300), new Points(200));
        }

        @Override
        public Prepared prepare(Experiment e, Sources sources) {
            if (failure instanceof ConfigException) throw failure;
            Splits data = new Splits(new Points(300), new Points(200));
            LearnerSpec learner = LearnerSpec.of(Map.of("type", "sgd"), 1);
            return new Prepared(
                    e,
                    model,
                    new RunSpec("small", data, learner, Optional.empty(), List.of(), List.of(), 2, 32, true, 0, true));
        }
    }

    private final class FakeTrainer implements Trainer {
        @Override
        public Run start(Model m, RunSpec spec, RunListener... listeners) {
            calls.add("start");
            FakeRun run = new FakeRun(model, spec, listeners[0], failure);
            if (!endless) run.finish();
            return run;
        }

        @Override
        public Evaluation evaluate(Model m, Table table, List<Map<String, Object>> metrics, int batchSize) {
            calls.add("evaluate " + table.size() + " " + metrics);
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("loss", 0.5);
            values.put("accuracy", 0.75);
            return new Evaluation(table.size(), values, Map.of("confusion", new double[][] {{1, 2}, {3, 4}}));
        }

        @Override
        public List<Run> runs() {
            return List.of();
        }

        @Override
        public Optional<Run> find(String id) {
            return Optional.empty();
        }
    }

    private final class FakeModels implements Models {
        @Override
        public Model create(String name, ModelSpec spec, long seed) {
            return new FakeModel(name, spec, x -> x);
        }

        @Override
        public Model load(String name, Path file) {
            return model;
        }

        @Override
        public List<Lack> missing(ModelSpec spec) {
            return List.copyOf(lacks);
        }

        @Override
        public List<Lack> missing(Path file) {
            return List.copyOf(lacks);
        }

        @Override
        public Optional<Model> find(String name) {
            return inUse && name.equals("small") ? Optional.of(model) : Optional.empty();
        }

        @Override
        public List<Model> list() {
            return inUse ? List.of(model) : List.of();
        }
    }

    /** Twice x, which is a function of one number. */
    private record Twice() implements Activation {
        @Override
        public float apply(float x) {
            return 2 * x;
        }

        @Override
        public float slope(float x, float y) {
            return 2;
        }
    }

    private static final class FakeTrust implements Trust {
        @Override
        public String policy() {
            return "allow_list: two";
        }

        @Override
        public List<Verdict> verdicts() {
            return List.of(
                    new Verdict("org.example.good", "1.0.0", 1, "ab".repeat(32), ""),
                    new Verdict("org.example.\"odd", "1.2.0", 2, "cd".repeat(32), "it is not listed"),
                    new Verdict("org.example.gone", "1.0.0", 3, "", "the content cannot be read"));
        }
    }

    private static final class FakePlugins implements Plugins {
        @Override
        public List<Plugin> providers(Kind kind, String name) {
            return names(kind).contains(name) ? List.of(new FakePlugin(kind, name)) : List.of();
        }

        @Override
        public List<Plugin> providers(Kind kind) {
            return List.of();
        }

        @Override
        public Set<String> names(Kind kind) {
            return kind == Kind.ACTIVATION
                    ? new java.util.TreeSet<>(Set.of("twice", "odd", "softmax"))
                    : Set.of("dense");
        }

        @Override
        public Optional<Origin> last(Kind kind, String name) {
            return Optional.empty();
        }

        @Override
        public Created create(Kind kind, String where, Map<String, ?> options, Choice choice) {
            if ("odd".equals(options.get("type"))) throw new ConfigException(where + ": needs an option");
            return new Created(
                    "twice".equals(options.get("type")) ? Child.of("y", "twice", new Twice()) : "no scalar function",
                    List.of());
        }

        @Override
        public List<Lack> missing(Kind kind, Map<String, ?> options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Option> describe(Kind kind, String name) {
            return List.of(
                    new Option("units", "integer", Optional.empty(), ">= 1"),
                    new Option("use_bias", "flag", Optional.of("true"), "true or false"));
        }

        @Override
        public Watch listen(Listener listener) {
            return () -> {};
        }
    }

    private record FakePlugin(Kind kind, String name) implements Plugin {
        @Override
        public Origin origin() {
            return new Origin(kind, name, "org.example.parts", "1.2.3", "", "", 0);
        }

        @Override
        public Object instance() {
            throw new UnsupportedOperationException();
        }
    }

    /** Points of two classes: the point is [row, 0], its class is row mod 2. */
    private record Points(int size) implements Table {
        @Override
        public List<Column> columns() {
            return List.of(Column.feature("x", Column.Type.FLOAT32, 2), Column.label("class", List.of("even", "odd")));
        }

        @Override
        public void read(int column, int row, float[] to, int at) {
            to[at] = column == 0 ? row : row % 2;
        }
    }
}
