package org.fascicle.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.condition.Condition;
import org.osgi.util.tracker.ServiceTracker;

/** A framework with the distribution's bundles in it, started in a fixed order. Thread-safe once started. */
final class Launch implements AutoCloseable {
    private static final String REGISTRY = "org.fascicle.registry";
    /** The log first, configurations before the first component asks for its own, and who judges plug-ins before these resolve. */
    private static final List<String> FIRST = List.of(
            "org.apache.felix.scr",
            "org.fascicle.logging",
            "org.apache.felix.configadmin",
            "org.apache.felix.configurator",
            REGISTRY);
    /** Greets and reads commands as soon as it starts, so all else comes before it. */
    private static final String LAST = "org.apache.felix.gogo.jline";

    /** What the locations of bundles begin with that were installed because a model lacked them. */
    private static final String PROVISIONED = "fascicle-provisioned:";

    private static final String OPTIONAL = "optional";
    private static final String TRUST = "fascicle.trust";
    private static final long STOPPING_MILLIS = 10_000;
    private static final long TRUST_MILLIS = 10_000;

    private static final Pattern CONFIGURES_TRUST = Pattern.compile("\"" + Pattern.quote(REGISTRY) + "\"\\s*:");

    private final Framework framework;

    private Launch(Framework framework) {
        this.framework = framework;
    }

    /** Makes a framework; nothing runs yet. */
    static Launch of(Home home, Storage storage, List<Path> configurations, Map<String, String> properties)
            throws BundleException {
        Map<String, String> all = new HashMap<>(properties);
        all.put(Constants.FRAMEWORK_STORAGE, storage.framework().toString());
        all.put("fascicle.home", home.directory().toString());
        all.put("felix.log.level", "1");
        if (configurations.stream().anyMatch(Launch::configuresTrust)) all.put(TRUST, "configured");
        if (!configurations.isEmpty()) {
            all.put(
                    "configurator.initial",
                    String.join(
                            ",",
                            configurations.stream()
                                    .map(c -> c.toUri().toString())
                                    .toList()));
        }
        FrameworkFactory factory = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow(() -> new LaunchException("there is no OSGi framework in "
                        + home.directory().resolve("framework") + "; build the distribution again: ./fascicle build"));
        Framework framework = factory.newFramework(all);
        framework.init();
        return new Launch(framework);
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    /** Installs and starts the groups, and then says that it is ready. */
    void start(Home home, List<String> groups, boolean verbose) throws BundleException {
        BundleContext c = context();
        List<Bundle> all = new ArrayList<>();
        Set<Bundle> optional = new LinkedHashSet<>();
        for (Path jar : ordered(home, groups)) {
            // By reference: the jar itself is used, no copy of it.
            Bundle b = c.installBundle("reference:" + jar.toUri());
            if (jar.getParent().endsWith(OPTIONAL)) optional.add(b);
            all.add(b);
        }
        framework.start();
        List<Bundle> first =
                all.stream().filter(b -> FIRST.contains(b.getSymbolicName())).toList();
        start(first, all, optional, verbose);
        if (trustIsConfigured()) awaitTrust();
        start(all.stream().filter(b -> !first.contains(b)).toList(), all, optional, verbose);
        c.registerService(
                Condition.class,
                Condition.INSTANCE,
                FrameworkUtil.asDictionary(Map.of(Condition.CONDITION_ID, "fascicle.ready")));
    }

    private void start(List<Bundle> some, List<Bundle> all, Set<Bundle> optional, boolean verbose)
            throws BundleException {
        context().getBundle(0).adapt(FrameworkWiring.class).resolveBundles(some);
        for (Bundle b : some) {
            if (isFragment(b)) continue;
            try {
                if (LAST.equals(b.getSymbolicName())) lend(all);
                // Transient: who is started, and when, is decided here each time, not by what a storage remembers.
                b.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
            } catch (BundleException e) {
                // The registry tells of those that it refuses.
                if (trustIsConfigured() && isPlugin(b)) continue;
                if (!optional.contains(b))
                    throw new BundleException(
                            b.getSymbolicName() + " does not start: " + e.getMessage(), e.getType(), e);
                if (verbose)
                    System.err.println(
                            "INFO " + b.getSymbolicName() + " is left out: this Java does not have what it needs");
            }
        }
    }

    private static boolean configuresTrust(Path configuration) {
        try {
            return CONFIGURES_TRUST.matcher(Files.readString(configuration)).find();
        } catch (IOException e) {
            // No text: whoever reads the configurations says so, and until then it may be anything.
            return true;
        }
    }

    private boolean trustIsConfigured() {
        return context().getProperty(TRUST) != null;
    }

    /** The policy is delivered on another thread, and what resolves before would be refused. */
    private void awaitTrust() {
        try {
            BundleContext c = context();
            ServiceTracker<?, ?> t = new ServiceTracker<>(
                    c,
                    c.createFilter("(&(objectClass=org.fascicle.plugin.Trust)(service.pid=" + REGISTRY + "))"),
                    null);
            t.open();
            if (t.waitForService(TRUST_MILLIS) == null)
                System.err.println("fascicle: the configuration of " + REGISTRY + " did not come within "
                        + TRUST_MILLIS / 1000 + " s, so no plug-in is trusted; is the file in conf valid JSON?");
            t.close();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isPlugin(Bundle b) {
        return b.adapt(BundleRevision.class).getDeclaredCapabilities(null).stream()
                .anyMatch(c -> c.getNamespace().startsWith("fascicle."));
    }

    /** The order of installing and starting, the reverse of which is that of stopping. */
    private static List<Path> ordered(Home home, List<String> groups) {
        List<Path> r = new ArrayList<>();
        groups.forEach(g -> r.addAll(home.bundles(g)));
        r.sort(Comparator.comparingInt(Launch::rank));
        return r;
    }

    private static int rank(Path jar) {
        String file = jar.getFileName().toString();
        for (int i = 0; i < FIRST.size(); i++) if (file.startsWith(FIRST.get(i) + "-")) return i - FIRST.size();
        return file.startsWith(LAST + "-") ? 1 : 0;
    }

    /** JLine finds its terminals by the thread's class loader, so the shell starts with JLine's. */
    private static void lend(List<Bundle> all) {
        all.stream()
                .filter(b -> "org.jline".equals(b.getSymbolicName()) && b.adapt(BundleWiring.class) != null)
                .forEach(b -> Thread.currentThread()
                        .setContextClassLoader(b.adapt(BundleWiring.class).getClassLoader()));
    }

    private static boolean isFragment(Bundle b) {
        return (b.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }

    /** Uninstalls what a shell in another directory had found in its plugins. */
    void keepOnly(Home home, Path plugins) throws BundleException {
        for (Bundle b : context().getBundles()) {
            String at = b.getLocation();
            boolean ours = at.equals(Constants.SYSTEM_BUNDLE_LOCATION)
                    || at.startsWith("reference:" + home.directory().toUri());
            if (!ours
                    && !at.startsWith(PROVISIONED)
                    && !at.startsWith(plugins.toUri().toString())) b.uninstall();
        }
    }

    /** Waits for a service of JDK type that carries {@code fascicle.command=<name>}; null if it does not come. */
    <T> T command(Class<T> type, String name, long millis) throws InterruptedException {
        try {
            BundleContext c = context();
            ServiceTracker<T, T> t = new ServiceTracker<>(
                    c, c.createFilter("(&(objectClass=" + type.getName() + ")(fascicle.command=" + name + "))"), null);
            t.open();
            return millis <= 0 ? t.getService() : t.waitForService(millis);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Why a command does not come: components that lack something, or else bundles that do not run. */
    List<String> diagnosis() throws InterruptedException {
        List<String> lines = new ArrayList<>();
        Supplier<?> components = command(Supplier.class, "diagnosis", 0);
        if (components != null && components.get() instanceof Collection<?> l) l.forEach(x -> lines.add(x.toString()));
        for (Bundle b : context().getBundles()) {
            if (b.getState() != Bundle.ACTIVE && b.getState() != Bundle.STARTING && !isFragment(b)) {
                lines.add("bundle " + b.getSymbolicName() + " " + b.getVersion() + " is " + state(b));
            }
        }
        return lines;
    }

    private static String state(Bundle b) {
        return switch (b.getState()) {
            case Bundle.INSTALLED -> "installed, but what it imports is not there";
            case Bundle.RESOLVED -> "resolved, but not started";
            default -> "in state " + b.getState();
        };
    }

    /** Waits until someone stops the framework. */
    void await() throws InterruptedException {
        framework.waitForStop(0);
    }

    @Override
    public void close() {
        try {
            framework.stop();
            framework.waitForStop(STOPPING_MILLIS);
        } catch (BundleException e) {
            System.err.println("fascicle: the framework did not stop in order: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A configuration of the number of threads, above that of the distribution. */
    static Path threads(Path directory, int threads) throws IOException {
        String json = """
                {
                  ":configurator:resource-version": 1,
                  ":configurator:symbolic-name": "org.fascicle.launcher",
                  ":configurator:version": "1.0.0",
                  "org.fascicle.compute.ejml": {":configurator:ranking": 1000, "threads:Integer": %d}
                }
                """;
        return Files.writeString(directory.resolve("threads.json"), json.formatted(threads));
    }
}
