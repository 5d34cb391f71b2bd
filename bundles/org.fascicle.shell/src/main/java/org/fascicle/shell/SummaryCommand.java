package org.fascicle.shell;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.fascicle.model.Model;
import org.fascicle.model.ModelSpec;
import org.fascicle.train.Experiment;
import org.fascicle.train.Experiments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a model is made of. Confined to one command. */
@Command(
        name = "summary",
        description = {
            "Show what a model is made of: layers, the shapes of their outputs, parameters, and who provides them.",
            "An experiment is shown with fresh weights."
        })
final class SummaryCommand implements Callable<Integer> {
    private static final int SHOWN = 8;

    private final Services services;
    private final Console console;

    @Parameters(
            paramLabel = "MODEL|EXPERIMENT",
            description = "A .safetensors file, an experiment's JSON file, or the name of one that comes along.")
    private String subject;

    @Option(
            names = "--collapse",
            description =
                    "Multiply dense layers without an activation between them out to the one layer that they are.")
    private boolean collapse;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Change a setting of the experiment. May be repeated.")
    private List<String> settings = new ArrayList<>();

    @Mixin
    private DataOptions data;

    @Mixin
    private InstallOption installing;

    @Mixin
    private JsonOption json;

    SummaryCommand(Services services, Console console) {
        this.services = services;
        this.console = console;
    }

    @Override
    public Integer call() {
        try (Model m = model()) {
            List<Model.Row> rows = m.summary();
            if (json.json) print(m, rows);
            else show(m, rows);
            if (collapse) collapse(Collapse.of(m.spec(), m.weights()));
        }
        return Failures.DONE;
    }

    private Model model() {
        if (subject.endsWith(".safetensors"))
            return ModelFiles.open(services, console, "summary", Path.of(subject), installing.install);
        Experiments experiments = services.experiments();
        Experiment e = experiments.read(console.experiment(subject), settings);
        new Acquisition(services, console)
                .complete("summary: " + e.name(), () -> experiments.missing(e), installing.install);
        return experiments.prepare(e, data.sources(services, console)).model();
    }

    private void print(Model m, List<Model.Row> rows) {
        for (Model.Row r : rows) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("layer", r.id());
            line.put("type", r.type());
            line.put("inputs", r.inputs());
            line.put("shapes", r.shapes());
            line.put("parameters", r.parameters());
            line.put("statistics", r.statistics());
            line.put("bundle", r.provider().bundle());
            line.put("version", r.provider().version());
            console.json(line);
        }
        Map<String, Object> total = new LinkedHashMap<>();
        total.put("model", m.name());
        total.put("parameters", rows.stream().mapToLong(Model.Row::parameters).sum());
        total.put("statistics", rows.stream().mapToLong(Model.Row::statistics).sum());
        console.json(total);
    }

    private void show(Model m, List<Model.Row> rows) {
        console.line(m.name());
        TextTable table = new TextTable("layer", "type", "from", "output", ">parameters", "provider");
        for (ModelSpec.Input i : m.spec().inputs()) {
            table.row(
                    i.name(),
                    "(input)",
                    "",
                    i.dims().stream().map(d -> d < 0 ? "?" : d.toString()).collect(Collectors.joining(", ", "[", "]")),
                    "",
                    "");
        }
        for (Model.Row r : rows) {
            table.row(
                    r.id(),
                    r.type(),
                    String.join(", ", r.inputs()),
                    String.join(" ", r.shapes()),
                    Numbers.count(r.parameters()),
                    r.provider().bundle() + " " + r.provider().version());
        }
        table.lines().forEach(console::line);
        long statistics = rows.stream().mapToLong(Model.Row::statistics).sum();
        console.line(Numbers.count(
                        rows.stream().mapToLong(Model.Row::parameters).sum()) + " parameters"
                + (statistics == 0 ? "" : ", and " + Numbers.count(statistics) + " numbers that are not trained"));
    }

    private void collapse(Collapse.Result r) {
        if (json.json) {
            r.chains().forEach(c -> console.json(line(c)));
            r.obstacles().forEach(o -> console.json(line(o)));
            return;
        }
        console.line("");
        if (r.chains().isEmpty() && r.obstacles().isEmpty())
            console.line("No dense layer follows another: there is nothing to multiply out.");
        for (Collapse.Chain c : r.chains()) {
            Affine a = c.affine();
            console.line(String.join(" and ", c.layers())
                    + " are one dense layer, for no activation stands between them: y = W x + b with W [" + a.outputs()
                    + ", " + a.inputs() + "]");
            for (int o = 0; o < Math.min(SHOWN, a.outputs()); o++)
                console.line((o == 0 ? "W = " : "    ") + row(a.w()[o]));
            if (a.outputs() > SHOWN) console.line("    … " + a.outputs() + " rows; all with --json");
            console.line("b = " + row(a.b()));
        }
        for (Collapse.Obstacle o : r.obstacles()) {
            console.line(o.first() + " and " + o.second() + " cannot be multiplied out: " + o.reason());
        }
    }

    private static String row(double[] r) {
        String text = Arrays.stream(r).limit(SHOWN).mapToObj(Numbers::text).collect(Collectors.joining(", "));
        return "[" + text + (r.length > SHOWN ? ", … " + r.length + " numbers]" : "]");
    }

    private static Map<String, Object> line(Collapse.Chain c) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("collapsed", true);
        m.put("layers", c.layers());
        m.put("weight", Arrays.stream(c.affine().w()).map(SummaryCommand::list).toList());
        m.put("bias", list(c.affine().b()));
        return m;
    }

    private static Map<String, Object> line(Collapse.Obstacle o) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("collapsed", false);
        m.put("layers", List.of(o.first(), o.second()));
        m.put("reason", o.reason());
        return m;
    }

    private static List<Double> list(double[] x) {
        return Arrays.stream(x).boxed().toList();
    }
}
