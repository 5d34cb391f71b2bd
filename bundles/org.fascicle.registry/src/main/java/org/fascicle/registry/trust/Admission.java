package org.fascicle.registry.trust;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Trust;
import org.fascicle.runtime.Changes;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy of the framework's plug-ins, as configured; the hook that enforces it at resolving; and the word that it has
 * changed, for whoever judges services. What follows from a change, and what is logged of the hook's work, is done on a
 * thread of its own: a change waits for predictions to end, and a hook must not call out. Thread-safe.
 */
@Component(
        service = {Trust.class, Admission.class},
        immediate = true,
        configurationPid = Settings.PID)
public final class Admission implements Trust {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private record Ruling(Verdicts verdicts, Gate gate, BiConsumer<BundleRevision, String> refused) {}

    private final BundleContext context;
    private final Hashes hashes = new Hashes();
    private final Changes changes = new Changes();
    private final ThreadPoolExecutor thread;
    private final ServiceRegistration<ResolverHookFactory> hook;
    private final boolean felix;
    private volatile Ruling ruling;

    @Activate
    public Admission(BundleContext context, Map<String, ?> configuration) {
        this.context = context;
        felix = "org.apache.felix.framework"
                .equals(context.getBundle(Constants.SYSTEM_BUNDLE_ID).getSymbolicName());
        thread = new ThreadPoolExecutor(
                0,
                1,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Admission::thread,
                new ThreadPoolExecutor.DiscardPolicy());
        ruling = ruling(policy(configuration));
        hook = context.registerService(ResolverHookFactory.class, triggers -> ruling.gate.begin(triggers), null);
        tell(ruling.verdicts.policy());
    }

    private static Thread thread(Runnable task) {
        Thread t = new Thread(null, task, "fascicle-trust", 0, false);
        t.setContextClassLoader(Admission.class.getClassLoader());
        t.setDaemon(true);
        return t;
    }

    /** Takes another policy; those now refused leave, those now accepted come. */
    @Modified
    void configure(Map<String, ?> configuration) {
        Policy policy = policy(configuration);
        if (policy.equals(ruling.verdicts.policy())) return;
        ruling = ruling(policy);
        tell(policy);
        thread.execute(changes::made);
    }

    @Deactivate
    void close() {
        hook.unregister();
        thread.shutdown();
    }

    private Policy policy(Map<String, ?> configuration) {
        File own = context.getDataFile("");
        return Settings.policy(
                configuration,
                Optional.ofNullable(context.getProperty("fascicle.trust")),
                Optional.ofNullable(context.getProperty("fascicle.home")).map(Path::of),
                own == null ? Path.of(System.getProperty("java.io.tmpdir")) : own.toPath());
    }

    private Ruling ruling(Policy policy) {
        Verdicts verdicts = new Verdicts(policy, hashes);
        BiConsumer<BundleRevision, String> once = Gate.once(this::refused);
        return new Ruling(verdicts, new Gate(() -> verdicts, once, felix), once);
    }

    private void refused(BundleRevision revision, String why) {
        // That was told once for all bundles.
        if (ruling.verdicts.policy() instanceof Policy.None none && none.mistake()) return;
        String bundle = revision.getSymbolicName() + " " + revision.getVersion();
        thread.execute(() -> LOG.warn("Bundle {} may provide no plug-ins: {}", bundle, why));
    }

    private static void tell(Policy policy) {
        if (policy instanceof Policy.None none && none.mistake()) LOG.error("No plug-in is trusted: {}", none.why());
        else if (policy instanceof Policy.Any) LOG.debug("Trust policy {}", policy.words());
        else LOG.info("Trust policy {}", policy.words());
    }

    /** Why a bundle may provide no plug-ins, or empty; logged once for each revision and policy. */
    public String objection(Bundle bundle) {
        Ruling r = ruling;
        String why = r.verdicts.of(bundle);
        BundleRevision revision = why.isEmpty() ? null : bundle.adapt(BundleRevision.class);
        if (revision != null) r.refused.accept(revision, why);
        return why;
    }

    /** True for what {@link #objection} gives, which needs to be logged no more. */
    public static boolean isObjection(String reason) {
        return reason.contains(Policy.REFUSED);
    }

    public Hashes hashes() {
        return hashes;
    }

    /** Runs {@code changed} after every change of the policy, on a thread that may wait, until closed. */
    public Plugins.Watch watch(Runnable changed) {
        return changes.watch(changed);
    }

    @Override
    public String policy() {
        return ruling.verdicts.policy().words();
    }

    @Override
    public List<Verdict> verdicts() {
        return Arrays.stream(context.getBundles())
                .filter(Admission::provides)
                .map(b -> new Verdict(
                        String.valueOf(b.getSymbolicName()),
                        b.getVersion().toString(),
                        b.getBundleId(),
                        hashes.of(b),
                        objection(b)))
                .sorted(Comparator.comparing(Verdict::bundle)
                        .thenComparing(Verdict::version)
                        .thenComparing(Verdict::bundleId))
                .toList();
    }

    /** Declared, or offered. */
    private static boolean provides(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        if (revision != null && Verdicts.provides(revision)) return true;
        ServiceReference<?>[] services = bundle.getRegisteredServices();
        return services != null
                && Arrays.stream(services)
                        .anyMatch(s -> Arrays.stream(Kind.values()).anyMatch(k -> s.getProperty(k.property()) != null));
    }
}
