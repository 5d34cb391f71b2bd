package org.fascicle.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.Offer;
import org.fascicle.plugin.Origin;
import org.fascicle.provision.Plan;
import org.fascicle.provision.Provisioning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what a model lacks and where it can be had. Confined to one command. */
@Command(
        name = "explain",
        description =
                "Say which plug-ins a model or an experiment lacks, who provided them last, and what would be installed.")
final class ExplainCommand implements Callable<Integer> {
    private final Services services;
    private final Console console;

    @Mixin
    private Subject subject;

    @Mixin
    private JsonOption json;

    ExplainCommand(Services services, Console console) {
        this.services = services;
        this.console = console;
    }

    @Override
    public Integer call() {
        List<Lack> lacks = subject.missing(services, console, "explain").get();
        Optional<Provisioning> p = services.provisioning();
        Plan plan = lacks.isEmpty() || p.isEmpty()
                ? new Plan(List.of(), Map.of())
                : p.get().plan(Acquisition.wants(lacks));
        if (json.json) console.json(tree(lacks, plan));
        else show(lacks, plan);
        return Failures.DONE;
    }

    private void show(List<Lack> lacks, Plan plan) {
        if (lacks.isEmpty()) {
            console.line(subject.name + " lacks nothing: all plug-ins that it names are there");
            return;
        }
        console.line(subject.name + " lacks");
        lacks.forEach(l -> console.line("  " + Failures.oneLine(l.reason())));
        if (!plan.bundles().isEmpty()) {
            console.line("install-missing would install");
            for (Plan.Item i : plan.bundles()) {
                console.line("  " + i + (i.size() < 0 ? "" : ", " + Numbers.count(i.size()) + " bytes") + ", from "
                        + i.url());
            }
        }
        plan.unmet().forEach((w, why) -> console.line("cannot be had: " + w + ": " + Failures.oneLine(why)));
    }

    private Map<String, Object> tree(List<Lack> lacks, Plan plan) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("model", subject.name);
        m.put("missing", lacks.stream().map(ExplainCommand::tree).toList());
        m.put("plan", plan.bundles().stream().map(ExplainCommand::tree).toList());
        Map<String, Object> unmet = new LinkedHashMap<>();
        plan.unmet().forEach((w, why) -> unmet.put(w.toString(), why));
        m.put("unmet", unmet);
        return m;
    }

    private static Map<String, Object> tree(Lack l) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("kind", l.want().kind().word());
        m.put("name", l.want().name());
        m.put("reason", l.reason());
        m.put("last_bundle", l.last().map(Origin::bundle).orElse(""));
        m.put("last_version", l.last().map(Origin::version).orElse(""));
        m.put("offers", l.offers().stream().map(Offer::toString).toList());
        return m;
    }

    static Map<String, Object> tree(Plan.Item i) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("bundle", i.bundle());
        m.put("version", i.version());
        m.put("repository", i.repository());
        m.put("url", i.url());
        m.put("size", i.size());
        m.put("sha256", i.sha256());
        m.put("provides", i.provides().stream().map(Object::toString).toList());
        return m;
    }
}
