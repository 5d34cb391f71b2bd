package org.fascicle.it.orders;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * A framework as a library: installs and starts jars in the order given, and gives what the {@link Probe} among them says, as
 * soon as that is what is expected, or else after a while. In types of the JDK, for it is loaded by another class loader than
 * its caller. Stateless.
 */
public final class Launched implements BiFunction<List<String>, Map<String, String>, String> {
    /** Far longer than anything takes. */
    private static final long LONGEST_NANOS = 30_000_000_000L;

    /** @param properties the framework's, and {@code expected}: what the probe is to say at last, or empty for anything */
    @Override
    public String apply(List<String> jars, Map<String, String> properties) {
        Framework framework = ServiceLoader.load(FrameworkFactory.class, Launched.class.getClassLoader())
                .findFirst()
                .orElseThrow()
                .newFramework(properties);
        try {
            framework.init();
            BundleContext context = framework.getBundleContext();
            List<Bundle> all = new ArrayList<>();
            for (String jar : jars) all.add(context.installBundle("reference:" + jar));
            framework.start();
            for (Bundle b : all) b.start();
            return answer(context, properties.get("expected"));
        } catch (BundleException | InvalidSyntaxException e) {
            throw new IllegalStateException("started in this order: " + jars, e);
        } finally {
            stop(framework);
        }
    }

    private static void stop(Framework framework) {
        try {
            framework.stop();
            framework.waitForStop(LONGEST_NANOS / 1_000_000);
        } catch (BundleException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String answer(BundleContext context, String expected) throws InvalidSyntaxException {
        long deadline = System.nanoTime() + LONGEST_NANOS;
        String answer = "";
        do {
            answer = ask(context);
            if (answer.equals(expected) || expected.isEmpty() && answer.startsWith("{")) return answer;
            Thread.onSpinWait();
        } while (System.nanoTime() < deadline);
        return answer;
    }

    @SuppressWarnings("rawtypes")
    private static String ask(BundleContext context) throws InvalidSyntaxException {
        Collection<ServiceReference<Supplier>> found = context.getServiceReferences(Supplier.class, "(story=probe)");
        if (found.isEmpty()) return "there is no probe";
        ServiceReference<Supplier> reference = found.iterator().next();
        try {
            Supplier probe = context.getService(reference);
            return probe == null ? "the probe cannot be made" : (String) probe.get();
        } catch (RuntimeException e) {
            return e.toString();
        } finally {
            context.ungetService(reference);
        }
    }
}
