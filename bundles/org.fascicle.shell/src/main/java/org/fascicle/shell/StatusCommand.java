package org.fascicle.shell;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.fascicle.plugin.ConfigException;
import org.fascicle.runtime.dto.MissingDTO;
import org.fascicle.runtime.dto.ModelDTO;
import org.fascicle.runtime.dto.PluginDTO;
import org.fascicle.runtime.dto.RepositoryDTO;
import org.fascicle.runtime.dto.RunDTO;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.fascicle.runtime.dto.ShadowDTO;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows how everything stands. Confined to one command. */
@Command(
        name = "status",
        description = "Show how everything stands: backend, plug-ins, models and what they lack, runs.")
final class StatusCommand implements Callable<Integer> {
    private final Services services;
    private final Console console;

    @Option(names = "--watch", description = "Show it anew whenever something changes, until Ctrl-C.")
    private boolean watch;

    @Mixin
    private JsonOption json;

    StatusCommand(Services services, Console console) {
        this.services = services;
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!watch) {
            show();
            return Failures.DONE;
        }
        Bundle bundle = FrameworkUtil.getBundle(StatusCommand.class);
        if (bundle == null) throw new ConfigException("status: --watch works inside an OSGi framework only");
        try (ChangeCount changes = new ChangeCount(bundle.getBundleContext())) {
            for (; ; ) {
                show();
                changes.await();
                if (!json.json) console.line("");
            }
        }
    }

    private void show() {
        RuntimeDTO r = services.runtime().getRuntimeDTO();
        if (json.json) console.json(tree(r));
        else show(r);
    }

    private static Map<String, Object> tree(RuntimeDTO r) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("backend", r.backend);
        m.put("plugins", r.plugins.stream().map(PluginsCommand::line).toList());
        m.put("models", r.models.stream().map(StatusCommand::model).toList());
        m.put(
                "repositories",
                r.repositories.stream().map(StatusCommand::repository).toList());
        m.put("runs", r.runs.stream().map(StatusCommand::run).toList());
        return m;
    }

    private static Map<String, Object> model(ModelDTO d) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("name", d.name);
        m.put("satisfied", d.satisfied);
        m.put("reason", d.reason == null ? "" : d.reason);
        m.put("missing", Arrays.stream(d.missing).map(StatusCommand::missing).toList());
        m.put("providers", list(d.providers));
        m.put("version", d.version);
        m.put("parameters", d.parameters);
        m.put("refused", d.refused);
        m.put("shadows", Arrays.stream(d.shadows).map(StatusCommand::shadow).toList());
        return m;
    }

    private static Map<String, Object> shadow(ShadowDTO d) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("node", d.node);
        m.put("provider", d.provider);
        m.put("state", d.state);
        m.put("reason", d.reason);
        m.put("compared", d.compared);
        m.put("skipped", d.skipped);
        m.put("failed", d.failed);
        m.put("absolute", d.absolute);
        m.put("relative", d.relative);
        m.put("flips", d.flips);
        m.put("active_seconds", d.activeNanos / 1e9);
        m.put("shadow_seconds", d.shadowNanos / 1e9);
        return m;
    }

    private static Map<String, Object> missing(MissingDTO d) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("kind", d.kind);
        m.put("name", d.name);
        m.put("reason", d.reason);
        m.put("last_bundle", d.lastBundle);
        m.put("last_version", d.lastVersion);
        m.put("offers", list(d.offers));
        return m;
    }

    private static Map<String, Object> repository(RepositoryDTO d) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("name", d.name);
        m.put("url", d.url);
        m.put("state", d.state);
        m.put("reason", d.reason);
        m.put("bundles", d.bundles);
        return m;
    }

    private static Map<String, Object> run(RunDTO d) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("id", d.id);
        m.put("name", d.name);
        m.put("model", d.model);
        m.put("state", d.state);
        m.put("epoch", d.epoch);
        m.put("epochs", d.epochs);
        m.put("step", d.step);
        m.put("reason", d.reason == null ? "" : d.reason);
        return m;
    }

    private static List<String> list(String[] texts) {
        return texts == null ? List.of() : Arrays.asList(texts);
    }

    private void show(RuntimeDTO r) {
        console.line("backend " + (r.backend == null || r.backend.isEmpty() ? "none" : r.backend));
        Map<String, Integer> kinds = new TreeMap<>();
        for (PluginDTO p : r.plugins) if (p.state.equals("active")) kinds.merge(p.kind, 1, Integer::sum);
        console.line("plug-ins");
        kinds.forEach((k, n) -> console.line("  " + n + " of kind " + k));
        for (PluginDTO p : r.plugins) {
            if (!p.state.equals("active")) {
                console.line("  " + p.state + ": " + p.kind + " " + p.name + " of " + p.bundle + " " + p.version
                        + (p.reason == null || p.reason.isEmpty() ? "" : ": " + Failures.oneLine(p.reason)));
            }
        }
        console.line("models" + (r.models.isEmpty() ? ": none" : ""));
        for (ModelDTO d : r.models) {
            console.line("  " + d.name + ": " + (d.satisfied ? "satisfied" : "waiting") + ", "
                    + Numbers.count(d.parameters) + " parameters, version " + d.version);
            for (MissingDTO x : d.missing) console.line("    lacks " + Failures.oneLine(x.reason));
            if (!d.satisfied && d.missing.length == 0 && d.reason != null && !d.reason.isEmpty())
                console.line("    " + Failures.oneLine(d.reason));
            if (d.satisfied && !d.refused.isEmpty()) console.line("    refused: " + Failures.oneLine(d.refused));
            for (ShadowDTO s : d.shadows)
                console.line("    shadow of " + s.node + " by " + s.provider + ": " + s.state + ", " + s.compared
                        + " compared, relative difference " + Numbers.text(s.relative) + ", " + s.flips + " flips"
                        + (s.reason.isEmpty() ? "" : ": " + Failures.oneLine(s.reason)));
        }
        for (RepositoryDTO d : r.repositories) {
            console.line("repository " + d.name + ": " + d.state
                    + (d.state.equals("read") ? ", " + d.bundles + " bundles" : "")
                    + (d.reason.isEmpty() ? "" : ": " + Failures.oneLine(d.reason)));
        }
        console.line("runs" + (r.runs.isEmpty() ? ": none" : ""));
        for (RunDTO d : r.runs) {
            console.line("  " + d.id + " " + d.name + ": " + d.state + ", epoch " + d.epoch + "/" + d.epochs + ", step "
                    + d.step + (d.reason == null || d.reason.isEmpty() ? "" : ": " + Failures.oneLine(d.reason)));
        }
    }
}
