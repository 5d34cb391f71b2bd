package org.fascicle.shell;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.fascicle.data.Table;
import org.fascicle.model.Difference;
import org.fascicle.model.Model;
import org.fascicle.model.Shadow;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Origin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Begins, reports and ends comparisons of two providers of a node. Confined to one command. */
@Command(
        name = "shadow",
        description = {
            "Compute with a second provider of a node what a model predicts, and compare.",
            "shadow MODEL NODE PROVIDER begins for a model that is in use, whose answers stay as they are; shadow MODEL "
                    + "reports; shadow MODEL --stop ends. If MODEL is a file that train has written, both compute a data "
                    + "set: exit code 1 if a decision (the largest output) differs or the provider fails."
        })
final class ShadowCommand implements Callable<Integer> {
    /** A batch is computed twice in far less. */
    private static final long LONGEST_NANOS = Duration.ofMinutes(10).toNanos();

    private static final long PAUSE_NANOS = 200_000;

    private final Services services;
    private final Console console;

    @Parameters(index = "0", paramLabel = "MODEL", description = "The name of a model, or a .safetensors file.")
    private String model;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NODE", description = "The node, as in summary.")
    private String node;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "PROVIDER",
            description = "The bundle to take for it, by symbolic name, as in plugins; with a version if there are "
                    + "several: org.example.mish@1.1.0.")
    private String provider;

    @Option(names = "--stop", description = "End the model's shadows: all, or those of NODE, or by PROVIDER.")
    private boolean stop;

    @Mixin
    private DatasetOptions dataset;

    @Mixin
    private InstallOption installing;

    @Mixin
    private JsonOption json;

    ShadowCommand(Services services, Console console) {
        this.services = services;
        this.console = console;
    }

    @Override
    public Integer call() {
        if (node != null && provider == null && !stop)
            throw new ConfigException(
                    "shadow: name the provider of " + node + ", a bundle's symbolic name; `plugins` lists them");
        Optional<Model> live = services.models().find(model);
        if (live.isEmpty() && isFile()) return overData();
        Model m = live.orElseThrow(() -> unknown("shadow", model, services));
        if (stop) {
            List<Shadow> ended = m.shadows().stream().filter(this::meant).toList();
            if (ended.isEmpty()) throw new ConfigException("shadow: there is none of " + model + " to stop");
            ended.forEach(Shadow::close);
            show(ended);
        } else if (node != null) {
            Shadow s = m.shadow(node, provider);
            if (json.json) show(List.of(s));
            else
                console.line(s.provider() + " computes " + node + " of " + model + " beside "
                        + origins(s.report().active()) + "; shadow " + model + " reports");
        } else {
            if (m.shadows().isEmpty() && !json.json) console.line(model + " has no shadow");
            show(m.shadows());
        }
        return Failures.DONE;
    }

    /** A model that is not there. */
    static ConfigException unknown(String command, String name, Services services) {
        List<String> there = services.models().list().stream().map(Model::name).toList();
        return new ConfigException(command + ": there is no model " + name + Names.nearest(name, there)
                + (there.isEmpty() ? "; none is in use" : "; in use are " + String.join(", ", there)));
    }

    private boolean meant(Shadow s) {
        return (node == null || node.equals(s.node())) && (provider == null || provider.equals(s.provider()));
    }

    private boolean isFile() {
        return model.endsWith(".safetensors") || Files.isRegularFile(console.resolve(Path.of(model)));
    }

    private int overData() {
        if (node == null || stop)
            throw new ConfigException("shadow: " + model + " is a file; name a node and a provider to compare with");
        try (Model m = ModelFiles.open(services, console, "shadow", Path.of(model), installing.install);
                Shadow s = m.shadow(node, provider)) {
            Table t = dataset.table(services, console, "shadow", m);
            for (int from = 0; from < t.size(); from += EvaluateCommand.BATCH) {
                long before = seen(s.report());
                m.predict(Batches.of(m.spec(), t, from, Math.min(t.size(), from + EvaluateCommand.BATCH)));
                await(s, before);
            }
            show(List.of(s));
            Shadow.Report r = s.report();
            return r.flips() > 0 || r.failed() > 0 ? Failures.UNEXPECTED : Failures.DONE;
        }
    }

    private static long seen(Shadow.Report r) {
        return r.compared() + r.skipped() + r.failed();
    }

    /** One at a time, so that none is skipped. */
    private void await(Shadow s, long before) {
        long deadline = System.nanoTime() + LONGEST_NANOS;
        while (seen(s.report()) == before) {
            if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted())
                throw new FascicleException("shadow: " + provider + " has not computed " + node + " of a batch in "
                        + Duration.ofNanos(LONGEST_NANOS).toMinutes() + " minutes");
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void show(List<Shadow> shadows) {
        if (json.json) {
            shadows.forEach(s -> console.json(tree(s)));
            return;
        }
        if (shadows.isEmpty()) return;
        TextTable t = new TextTable(
                "node",
                "provider",
                "state",
                ">compared",
                ">skipped",
                ">failed",
                ">absolute",
                ">relative",
                ">flips",
                ">active",
                ">shadow");
        List<String> notes = new ArrayList<>();
        for (Shadow s : shadows) {
            Shadow.Report r = s.report();
            Difference d = r.difference();
            long decisions = r.outputs().values().stream()
                    .mapToLong(Shadow.Output::decisions)
                    .sum();
            t.row(
                    s.node(),
                    s.provider(),
                    r.state().name().toLowerCase(java.util.Locale.ROOT),
                    Numbers.count(r.compared()),
                    Numbers.count(r.skipped()),
                    Numbers.count(r.failed()),
                    Numbers.text(d.absolute()),
                    Numbers.text(d.relative()),
                    Numbers.count(r.flips()) + "/" + Numbers.count(decisions),
                    millis(r.activeTime()),
                    millis(r.shadowTime()));
            if (!r.reason().isEmpty()) notes.add(s.node() + ": " + Failures.oneLine(r.reason()));
        }
        t.lines().forEach(console::line);
        notes.forEach(console::line);
    }

    private static String millis(Duration d) {
        return Numbers.text(d.toNanos() / 1e6) + " ms";
    }

    private static String origins(List<Origin> origins) {
        return String.join(", ", origins.stream().map(Origin::toString).toList());
    }

    private Map<String, Object> tree(Shadow s) {
        Shadow.Report r = s.report();
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("event", "shadow");
        m.put("model", model);
        m.put("node", s.node());
        m.put("provider", s.provider());
        m.put("state", r.state().name());
        m.put("reason", r.reason());
        m.put("active", r.active().stream().map(Origin::toString).toList());
        m.put("shadow", r.shadow().stream().map(Origin::toString).toList());
        m.put("compared", r.compared());
        m.put("skipped", r.skipped());
        m.put("failed", r.failed());
        Map<String, Object> outputs = new LinkedHashMap<>();
        r.outputs().forEach((name, o) -> {
            Map<String, Object> y = new LinkedHashMap<>();
            y.put("absolute", o.difference().absolute());
            y.put("relative", o.difference().relative());
            y.put("decisions", o.decisions());
            y.put("flips", o.flips());
            outputs.put(name, y);
        });
        m.put("outputs", outputs);
        m.put("active_seconds", r.activeTime().toNanos() / 1e9);
        m.put("shadow_seconds", r.shadowTime().toNanos() / 1e9);
        return m;
    }
}
