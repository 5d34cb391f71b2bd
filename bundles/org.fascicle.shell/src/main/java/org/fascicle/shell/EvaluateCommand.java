package org.fascicle.shell;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.fascicle.data.Table;
import org.fascicle.model.Model;
import org.fascicle.train.Trainer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures a saved model. Confined to one command. */
@Command(name = "evaluate", description = "Measure a saved model on a data set.")
final class EvaluateCommand implements Callable<Integer> {
    static final int BATCH = 128;

    private final Services services;
    private final Console console;

    @Parameters(paramLabel = "MODEL", description = "A .safetensors file that train has written.")
    private Path model;

    @Option(
            names = "--metric",
            paramLabel = "NAME",
            description = "A metric (default: those it was trained with). May be repeated.")
    private List<String> metrics = new ArrayList<>();

    @Mixin
    private DatasetOptions dataset;

    @Mixin
    private InstallOption installing;

    @Mixin
    private JsonOption json;

    EvaluateCommand(Services services, Console console) {
        this.services = services;
        this.console = console;
    }

    @Override
    public Integer call() {
        try (Model m = ModelFiles.open(services, console, "evaluate", model, installing.install)) {
            Table table = dataset.table(services, console, "evaluate", m);
            Trainer.Evaluation e = services.trainer().evaluate(m, table, metrics(m), BATCH);
            if (json.json) print(e);
            else show(e);
        }
        return Failures.DONE;
    }

    private List<Map<String, Object>> metrics(Model m) {
        Object o = metrics.isEmpty()
                ? DatasetOptions.experiment(m).map(x -> x.get("metrics")).orElse(List.of())
                : metrics;
        List<Map<String, Object>> r = new ArrayList<>();
        for (Object x : o instanceof List<?> l ? l : List.of(o))
            r.add(DatasetOptions.described("evaluate: metrics", x));
        return r;
    }

    private void print(Trainer.Evaluation e) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", "evaluated");
        line.put("samples", e.samples());
        line.putAll(Numbers.finite(e.values()));
        if (!e.tables().isEmpty()) {
            Map<String, Object> tables = new LinkedHashMap<>();
            e.tables().forEach((k, t) -> tables.put(k, rows(t)));
            line.put("tables", tables);
        }
        console.json(line);
    }

    private static List<List<Double>> rows(double[][] t) {
        List<List<Double>> rows = new ArrayList<>();
        for (double[] r : t) rows.add(java.util.Arrays.stream(r).boxed().toList());
        return rows;
    }

    private void show(Trainer.Evaluation e) {
        console.line(Numbers.count(e.samples()) + " samples: " + Numbers.text(e.values()));
        e.tables().forEach((name, t) -> {
            console.line("");
            console.line(name + " (rows are the truth):");
            String[] titles = new String[(t.length == 0 ? 0 : t[0].length) + 1];
            titles[0] = "";
            for (int c = 1; c < titles.length; c++) titles[c] = ">" + (c - 1);
            TextTable table = new TextTable(titles);
            for (int r = 0; r < t.length; r++) {
                String[] cells = new String[titles.length];
                cells[0] = Integer.toString(r);
                for (int c = 1; c < cells.length; c++) cells[c] = Numbers.text(t[r][c - 1]);
                table.row(cells);
            }
            table.lines().forEach(console::line);
        });
    }
}
