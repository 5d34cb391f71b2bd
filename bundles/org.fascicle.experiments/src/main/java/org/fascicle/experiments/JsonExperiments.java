package org.fascicle.experiments;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.fascicle.data.Column;
import org.fascicle.data.Dataset;
import org.fascicle.data.Sources;
import org.fascicle.data.Splits;
import org.fascicle.model.Model;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.Models;
import org.fascicle.model.SpecReader;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import org.fascicle.train.Experiment;
import org.fascicle.train.Experiments;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Experiments as JSON files. Besides the keys that {@link Experiment} lists there is {@code weights}: numbers to begin with, by
 * {@code node.param}, as nested lists. Thread-safe.
 */
@Component
public final class JsonExperiments implements Experiments {
    private final Plugins plugins;
    private final Models models;

    @Activate
    public JsonExperiments(@Reference Plugins plugins, @Reference Models models) {
        this.plugins = plugins;
        this.models = models;
    }

    @Override
    public Experiment read(Path file, List<String> settings) {
        Document d = Json.read(file);
        String name = file.getFileName().toString();
        d.tree().putIfAbsent("name", name.endsWith(".json") ? name.substring(0, name.length() - 5) : name);
        return read(d, settings);
    }

    @Override
    public Experiment read(String where, Map<String, ?> tree, List<String> settings) {
        return read(new Document(where, Tree.copy(where, tree), Map.of()), settings);
    }

    private static Experiment read(Document d, List<String> settings) {
        complete(d);
        Overrides overrides = new Overrides(d, false);
        settings.forEach(overrides::put);
        return checked(d);
    }

    /** Puts in what is known without being said. */
    static void complete(Document d) {
        d.tree().putIfAbsent("training", new LinkedHashMap<String, Object>());
        Training.complete(Typed.object(d.at(List.of("training")), d.tree().get("training")));
    }

    /** Puts parameters in and checks everything that can be checked without plug-ins and data. */
    static Experiment checked(Document d) {
        d.known(List.of(), d.tree(), Keys.TOP);
        Parameters.apply(d);
        Keys.check(d);
        Training.of(d);
        return new Experiment((String) d.tree().get("name"), Tree.frozen(d.tree()));
    }

    @Override
    public Sources sources(List<Path> directories) {
        return Directories.of(
                directories,
                Optional.ofNullable(System.getenv("FASCICLE_DATA")),
                Path.of(System.getProperty("user.home", ".")));
    }

    @Override
    public Splits data(Map<String, ?> dataset, Sources sources) {
        Map<String, Object> options = new LinkedHashMap<>(dataset);
        Preprocessing preprocessing = preprocessing(options);
        return use(Kind.DATASET, "dataset", options, d -> preprocessing.apply(((Dataset) d).load(sources), this::use));
    }

    /** Takes what is to be done with the data from the options of the data set. */
    private static Preprocessing preprocessing(Map<String, Object> dataset) {
        return Preprocessing.of("dataset: preprocessing", dataset.remove("preprocessing"));
    }

    private static Map<String, Object> without(Map<String, Object> options, String key) {
        Map<String, Object> rest = new LinkedHashMap<>(options);
        rest.remove(key);
        return rest;
    }

    /** Makes a part and does something with it that may be done twice. */
    private <T> T use(Kind kind, String where, Map<String, ?> options, Function<Object, T> work) {
        while (true) {
            Plugins.Created made = plugins.create(kind, where, options, Plugins.Choice.BEST);
            try {
                return work.apply(made.object());
            } catch (RuntimeException | LinkageError e) {
                // Code that is leaving fails in odd ways: loaded again by what there is then, or it is told what is
                // missing.
                if (made.uses().stream().allMatch(this::present)) throw e;
            }
        }
    }

    private boolean present(Plugin p) {
        return plugins.providers(p.origin().kind(), p.origin().name()).contains(p);
    }

    @Override
    public List<Lack> missing(Experiment e) {
        String where = "experiment " + e.name();
        Document d = new Document(where, Tree.copy(where, e.tree()), Map.of());
        complete(d);
        Keys.check(d);
        Training training = Training.of(d);
        Map<String, Object> dataset =
                new LinkedHashMap<>(Typed.options(where + ": dataset", d.tree().get("dataset")));
        Preprocessing preprocessing = preprocessing(dataset);
        List<Lack> all = new ArrayList<>(plugins.missing(Kind.DATASET, dataset));
        preprocessing.steps().forEach(a -> all.addAll(plugins.missing(Kind.AUGMENTATION, without(a, "column"))));
        // Only the data tell the inputs; which plug-ins the nodes name does not depend on them.
        all.addAll(models.missing(spec(where, d, Map.of("of-the-dataset", List.of(1)))));
        training.augmentation().forEach(a -> all.addAll(plugins.missing(Kind.AUGMENTATION, without(a, "column"))));
        training.metrics().forEach(m -> all.addAll(plugins.missing(Kind.METRIC, m)));
        all.addAll(plugins.missing(Kind.OPTIMIZER, training.learner().optimizer()));
        training.schedule().ifPresent(s -> all.addAll(plugins.missing(Kind.SCHEDULE, s)));
        return all.stream().distinct().toList();
    }

    @Override
    public Prepared prepare(Experiment e, Sources sources) {
        String where = "experiment " + e.name();
        Document d = new Document(where, Tree.copy(where, e.tree()), Map.of());
        complete(d);
        Keys.check(d);
        Training training = Training.of(d);
        if (models.find(e.name()).isPresent()) {
            throw new ConfigException(where
                    + ": there is a model of this name already; close it, or give the experiment another name (--set name="
                    + e.name() + "2)");
        }
        Splits data = data(Typed.options(where + ": dataset", d.tree().get("dataset")), sources);
        Model model = models.create(
                e.name(),
                spec(where, d, features(data.train().columns())),
                training.learner().seed());
        try {
            if (d.tree().get("weights") instanceof Map<?, ?> w) GivenWeights.set(where, model, Typed.object(where, w));
            return new Prepared(e, model, training.run(e.name(), data));
        } catch (RuntimeException | Error failure) {
            model.close();
            throw failure;
        }
    }

    /** @param features the inputs, if the model does not name its own */
    private static ModelSpec spec(String where, Document d, Map<String, Object> features) {
        Map<String, Object> model = Typed.object(where + ": model", d.tree().get("model"));
        if (model.get("inputs") == null) model.put("inputs", features);
        Object loss = d.tree().get("loss");
        if (loss != null) model.put("losses", new ArrayList<>(List.of(loss)));
        return SpecReader.read(where + ": model", model);
    }

    private static Map<String, Object> features(List<Column> columns) {
        Map<String, Object> inputs = new LinkedHashMap<>();
        for (Column c : columns) {
            if (c.role() == Column.Role.FEATURE && !c.name().equals("sample_weight"))
                inputs.put(c.name(), Arrays.stream(c.shape().dims()).boxed().toList());
        }
        return inputs;
    }
}
