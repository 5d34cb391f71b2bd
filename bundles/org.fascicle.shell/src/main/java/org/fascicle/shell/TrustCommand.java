package org.fascicle.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Trust.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows who is trusted. Confined to one command. */
@Command(
        name = "trust",
        description = {
            "Show which bundles may provide plug-ins, and which are refused and why.",
            "The policy is a configuration of org.fascicle.registry. To trust exactly what is there now:",
            "  fascicle trust --configuration > trust.json",
            "and put that file into the directory conf of the distribution."
        })
final class TrustCommand implements Callable<Integer> {
    /** As much of a hash as tells two apart at a glance. */
    private static final int GLANCE = 12;

    private final Services services;
    private final Console console;

    @Option(
            names = "--configuration",
            description =
                    "Write a configuration that trusts all bundles that are there, the refused ones too, as they are now.")
    private boolean configuration;

    @Mixin
    private JsonOption json;

    TrustCommand(Services services, Console console) {
        this.services = services;
        this.console = console;
    }

    @Override
    public Integer call() {
        if (configuration && json.json)
            throw new ConfigException("trust: --configuration and --json exclude each other; a configuration is JSON");
        List<Verdict> verdicts = services.trust().verdicts();
        if (configuration) console.line(configuration(verdicts));
        else if (json.json) console.json(tree(services.trust().policy(), verdicts));
        else show(services.trust().policy(), verdicts);
        return Failures.DONE;
    }

    private void show(String policy, List<Verdict> verdicts) {
        console.line("policy " + policy);
        TextTable table = new TextTable("bundle", "version", "content", "verdict");
        for (Verdict v : verdicts) {
            String hash = v.hash().length() > GLANCE ? v.hash().substring(0, GLANCE) : "unreadable";
            table.row(v.bundle(), v.version(), hash, v.accepted() ? "accepted" : Failures.oneLine(v.refusal()));
        }
        table.lines().forEach(console::line);
    }

    private static Map<String, Object> tree(String policy, List<Verdict> verdicts) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("policy", policy);
        m.put("bundles", verdicts.stream().map(TrustCommand::line).toList());
        return m;
    }

    private static Map<String, Object> line(Verdict v) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("bundle", v.bundle());
        m.put("version", v.version());
        m.put("hash", v.hash());
        m.put("accepted", v.accepted());
        m.put("refusal", v.refusal());
        return m;
    }

    /** As the Configurator reads it. */
    private static String configuration(List<Verdict> verdicts) {
        String allowed = verdicts.stream()
                .filter(v -> !v.hash().isEmpty())
                .map(v -> jakarta.json.Json.createValue(v.bundle() + "=" + v.hash())
                        .toString())
                .distinct()
                .collect(Collectors.joining(",\n      ", "\n      ", "\n    "));
        return """
                {
                  ":configurator:resource-version": 1,
                  ":configurator:symbolic-name": "trust",
                  ":configurator:version": "1.0.0",
                  "org.fascicle.registry": {
                    "trust": "allow_list",
                    "trust.allow": [%s]
                  }
                }""".formatted(allowed);
    }
}
