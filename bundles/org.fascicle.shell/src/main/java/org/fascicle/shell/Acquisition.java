package org.fascicle.shell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Want;
import org.fascicle.provision.Plan;
import org.fascicle.provision.Provisioning;
import org.fascicle.provision.ProvisioningException;

/** Gets what is missing where that is allowed, and says in one line what is to be done where it is not. Confined to one command. */
record Acquisition(Services services, Console console) {
    /**
     * Returns if nothing is missing or all of it was installed.
     *
     * @param subject what lacks it, for messages: {@code train: xor}
     * @param install whether to install without being asked, whatever the policy
     */
    void complete(String subject, Supplier<List<Lack>> missing, boolean install) {
        List<Lack> lacks = missing.get();
        // Where there is no provisioning, whoever makes the part says that it is missing.
        if (lacks.isEmpty() || !install && services.provisioning().isEmpty()) return;
        Provisioning p = provisioning();
        Provisioning.Policy policy = install ? Provisioning.Policy.INSTALL : p.policy();
        if (policy == Provisioning.Policy.INSTALL) {
            install(missing).forEach(i -> console.err().println("installed " + i));
            return;
        }
        Plan plan = p.plan(wants(lacks));
        if (!plan.unmet().isEmpty())
            throw new MissingPluginException(subject + ": "
                    + lacks.stream()
                            .filter(l -> plan.unmet().containsKey(l.want()))
                            .map(l -> l.reason() + "; " + plan.unmet().get(l.want()))
                            .collect(Collectors.joining("; ")));
        String line =
                subject + " lacks " + lacks.stream().map(l -> words(l, plan)).collect(Collectors.joining(", "));
        if (policy == Provisioning.Policy.EXPLAIN || !console.asks())
            throw new MissingPluginException(
                    line + "; add --install to install " + (lacks.size() == 1 ? "it" : "them"));
        if (!agreed(line)) throw new MissingPluginException(subject + ": nothing was installed");
        install(missing).forEach(i -> console.line("installed " + i));
    }

    /** Installs all that is missing; what was installed. */
    List<Plan.Item> install(Supplier<List<Lack>> missing) {
        return provisioning().install(() -> wants(missing.get()));
    }

    Provisioning provisioning() {
        return services.provisioning()
                .orElseThrow(
                        () -> new ProvisioningException(
                                "nothing can be installed: there is no provisioning; install or start org.fascicle.provisioning"));
    }

    static Set<Want> wants(List<Lack> lacks) {
        return lacks.stream().map(Lack::want).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** What is missing, and who has it. */
    private static String words(Lack l, Plan plan) {
        return plan.bundles().stream()
                .filter(i -> i.provides().contains(l.want()))
                .findFirst()
                .map(i -> l.want() + " (" + i + " has it)")
                .orElseThrow();
    }

    private boolean agreed(String line) {
        console.out().print(line + "; install? [y/N] ");
        console.out().flush();
        StringBuilder answer = new StringBuilder();
        try {
            for (int c = console.in().read();
                    c >= 0 && c != '\n' && c != '\r';
                    c = console.in().read()) answer.append((char) c);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return answer.toString().strip().matches("(?i)y|yes");
    }
}
