package org.fascicle.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Tells the options of a plug-in. Confined to one command. */
@Command(name = "describe", description = "Tell the options of a plug-in: their types, defaults, and what they may be.")
final class DescribeCommand implements Callable<Integer> {
    private final Services services;
    private final Console console;

    @Parameters(index = "0", paramLabel = "KIND", description = "activation, layer, loss, metric, optimizer, …")
    private String kind;

    @Parameters(index = "1", paramLabel = "NAME", description = "Its name, as experiments write it.")
    private String name;

    @Mixin
    private JsonOption json;

    DescribeCommand(Services services, Console console) {
        this.services = services;
        this.console = console;
    }

    @Override
    public Integer call() {
        Kind k = Kind.of(kind);
        List<Plugin> providers = services.plugins().providers(k, name);
        if (providers.isEmpty()) {
            throw new MissingPluginException("describe: there is no " + k.word() + " " + name
                    + Names.nearest(name, services.plugins().names(k)) + "; fascicle plugins --kind " + k.word()
                    + " lists them all");
        }
        Origin origin = providers.get(0).origin();
        List<Plugins.Option> options = services.plugins().describe(k, name);
        if (json.json) print(origin, options);
        else show(origin, options);
        return Failures.DONE;
    }

    private void print(Origin origin, List<Plugins.Option> options) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("kind", origin.kind().word());
        m.put("name", origin.name());
        m.put("bundle", origin.bundle());
        m.put("version", origin.version());
        List<Object> list = new ArrayList<>();
        for (Plugins.Option o : options) {
            Map<String, Object> x = new LinkedHashMap<>();
            x.put("option", o.name());
            x.put("type", o.type());
            x.put("required", o.fallback().isEmpty());
            o.fallback().ifPresent(f -> x.put("default", Json.lenient(f)));
            x.put("allowed", o.allowed());
            list.add(x);
        }
        m.put("options", list);
        console.json(m);
    }

    private void show(Origin origin, List<Plugins.Option> options) {
        console.line(origin.toString());
        if (options.isEmpty()) {
            console.line("It has no options.");
            return;
        }
        TextTable table = new TextTable("option", "type", "default", "allowed");
        options.forEach(o -> table.row(o.name(), o.type(), o.fallback().orElse("(required)"), o.allowed()));
        table.lines().forEach(console::line);
    }
}
