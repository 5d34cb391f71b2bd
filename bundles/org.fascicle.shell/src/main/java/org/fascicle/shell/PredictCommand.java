package org.fascicle.shell;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.fascicle.data.Column;
import org.fascicle.data.Table;
import org.fascicle.model.Model;
import org.fascicle.plugin.ConfigException;
import org.fascicle.tensor.Tensor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Predicts with a saved model. Confined to one command. */
@Command(
        name = "predict",
        description = {
            "Predict with a saved model, sample by sample.",
            "FILE.json holds nested lists of numbers, one sample or a list of samples: [[0, 1], [1, 1]] for a model that takes two "
                    + "numbers. If the model has several inputs it holds an object with such lists by input."
        })
final class PredictCommand implements Callable<Integer> {
    private static final int SHOWN = 8;

    private final Services services;
    private final Console console;

    @Parameters(paramLabel = "MODEL", description = "A .safetensors file that train has written.")
    private Path model;

    @Option(names = "--input", paramLabel = "FILE.json", description = "What to predict from, in place of a data set.")
    private Path input;

    @Option(names = "--limit", paramLabel = "N", description = "Predict the first N samples only.")
    private Integer limit;

    @Mixin
    private DatasetOptions dataset;

    @Mixin
    private InstallOption installing;

    @Mixin
    private JsonOption json;

    PredictCommand(Services services, Console console) {
        this.services = services;
        this.console = console;
    }

    @Override
    public Integer call() {
        if (limit != null && limit < 1) throw new ConfigException("predict: --limit must be at least 1, got " + limit);
        if (input != null && dataset.dataset != null)
            throw new ConfigException("predict: --input and --dataset exclude each other; name one of them");
        if (input != null && (dataset.split != null || !dataset.settings.isEmpty()))
            throw new ConfigException("predict: --split and --set are of data sets; leave them out beside --input");
        try (Model m = ModelFiles.open(services, console, "predict", model, installing.install)) {
            if (input != null) file(m);
            else table(m, dataset.table(services, console, "predict", m));
        }
        return Failures.DONE;
    }

    private void file(Model m) {
        Path file = console.file("predict: --input", input);
        Map<String, Tensor> inputs = Batches.of(m.spec(), Json.read("predict: --input", file));
        Map<String, Tensor> y = m.predict(inputs);
        int n = inputs.values().iterator().next().dim(0);
        for (int i = 0; i < count(n); i++) print(i, y, i, List.of(), Optional.empty());
    }

    private void table(Model m, Table t) {
        int n = count(t.size()), target = target(t);
        List<String> classes = target < 0 ? List.of() : t.columns().get(target).classes();
        for (int from = 0; from < n; from += EvaluateCommand.BATCH) {
            int to = Math.min(n, from + EvaluateCommand.BATCH);
            Map<String, Tensor> y = m.predict(Batches.of(m.spec(), t, from, to));
            for (int row = from; row < to; row++) {
                print(row, y, row - from, classes, target < 0 ? Optional.empty() : Optional.of(truth(t, target, row)));
            }
        }
    }

    private int count(int n) {
        return limit == null ? n : Math.min(limit, n);
    }

    /** The first target, or -1. */
    private static int target(Table t) {
        for (int i = 0; i < t.columns().size(); i++) if (t.columns().get(i).role() == Column.Role.TARGET) return i;
        return -1;
    }

    /** A class by its name, numbers as they are. */
    private static Object truth(Table t, int column, int row) {
        Column c = t.columns().get(column);
        Tensor x = Tensor.zeros(c.shape().prepend(1));
        t.read(column, row, x.data(), 0);
        return c.classes().isEmpty() ? Batches.nested(x, 0) : c.classes().get((int) x.data()[0]);
    }

    private void print(int sample, Map<String, Tensor> outputs, int row, List<String> classes, Optional<Object> truth) {
        Tensor first = outputs.values().iterator().next();
        boolean named = outputs.size() == 1 && !classes.isEmpty() && first.size() / first.dim(0) == classes.size();
        int best = named ? best(first, row, classes.size()) : -1;
        if (json.json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("sample", sample);
            if (named) line.put("class", classes.get(best));
            truth.ifPresent(x -> line.put("target", x));
            Map<String, Object> y = new LinkedHashMap<>();
            outputs.forEach((k, t) -> y.put(k, Batches.nested(t, row)));
            line.put("outputs", y);
            console.json(line);
            return;
        }
        String said = named
                ? classes.get(best) + " (" + Numbers.text(first.data()[row * classes.size() + best]) + ")"
                : outputs.entrySet().stream()
                        .map(e -> (outputs.size() == 1 ? "" : e.getKey() + " ") + shown(e.getValue(), row))
                        .collect(Collectors.joining("  "));
        String target = truth.map(x -> "  target " + (x instanceof Float f ? Numbers.text(f) : x)
                        + (named && !x.equals(classes.get(best)) ? "  wrong" : ""))
                .orElse("");
        console.line(sample + ": " + said + target);
    }

    private static int best(Tensor t, int row, int n) {
        int best = 0;
        for (int i = 1; i < n; i++) if (t.data()[row * n + i] > t.data()[row * n + best]) best = i;
        return best;
    }

    private static String shown(Tensor t, int row) {
        int each = t.size() / t.dim(0);
        StringBuilder b = new StringBuilder("[");
        for (int i = 0; i < Math.min(SHOWN, each); i++)
            b.append(i == 0 ? "" : ", ").append(Numbers.text(t.data()[row * each + i]));
        return b + (each > SHOWN ? ", … " + each + " numbers]" : "]");
    }
}
