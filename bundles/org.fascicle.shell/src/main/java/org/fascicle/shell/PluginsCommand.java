package org.fascicle.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.fascicle.plugin.Kind;
import org.fascicle.runtime.dto.PluginDTO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists plug-ins, those that do not work too. Confined to one command. */
@Command(name = "plugins", description = "List plug-ins: who provides what, and what does not work and why.")
final class PluginsCommand implements Callable<Integer> {
    private final Services services;
    private final Console console;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "Only this kind: activation, layer, loss, metric, optimizer, …")
    private String kind;

    @Mixin
    private JsonOption json;

    PluginsCommand(Services services, Console console) {
        this.services = services;
        this.console = console;
    }

    @Override
    public Integer call() {
        String word = kind == null ? null : Kind.of(kind).word();
        List<PluginDTO> plugins = services.runtime().getRuntimeDTO().plugins.stream()
                .filter(p -> word == null || word.equals(p.kind))
                .toList();
        if (json.json) {
            plugins.forEach(p -> console.json(line(p)));
            return Failures.DONE;
        }
        TextTable table = new TextTable("kind", "name", "bundle", "version", ">ranking", "state");
        for (PluginDTO p : plugins) {
            table.row(p.kind, p.name, p.bundle, p.version, Integer.toString(p.ranking), reasoned(p));
        }
        table.lines().forEach(console::line);
        return Failures.DONE;
    }

    private static String reasoned(PluginDTO p) {
        if (p.reason == null || p.reason.isEmpty()) return p.state;
        String reason = Failures.oneLine(p.reason);
        return reason.startsWith(p.state) ? reason : p.state + ": " + reason;
    }

    static Map<String, Object> line(PluginDTO p) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("kind", p.kind);
        m.put("name", p.name);
        m.put("bundle", p.bundle);
        m.put("version", p.version);
        m.put("ranking", p.ranking);
        m.put("state", p.state);
        m.put("reason", p.reason == null ? "" : p.reason);
        return m;
    }
}
