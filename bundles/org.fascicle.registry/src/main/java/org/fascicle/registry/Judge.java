package org.fascicle.registry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.fascicle.plugin.Kind;
import org.fascicle.registry.trust.Admission;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWiring;

/** Judges a service by its reference alone: what it offers, and what would be wrong with taking it. Stateless and thread-safe. */
final class Judge {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    private final BundleContext context;
    private final Components components;
    private final Admission admission;

    Judge(BundleContext context, Components components, Admission admission) {
        this.context = context;
        this.components = components;
        this.admission = admission;
    }

    /** An entry for each kind that the service has a name in; none if it is no plug-in or has left. */
    List<Entry> judge(ServiceReference<?> reference) {
        Bundle bundle = reference.getBundle();
        List<Entry> entries = new ArrayList<>();
        if (bundle == null) return entries;
        for (Kind kind : Kind.values()) {
            Object name = reference.getProperty(kind.property());
            if (name != null) entries.add(judge(reference, bundle, kind, name));
        }
        return entries;
    }

    private Entry judge(ServiceReference<?> reference, Bundle bundle, Kind kind, Object name) {
        String shown = name instanceof Object[] a ? Arrays.toString(a) : name.toString();
        Object ranking = reference.getProperty(Constants.SERVICE_RANKING);
        Object id = reference.getProperty(Constants.SERVICE_ID);
        Entry entry = new Entry(
                kind,
                shown,
                bundle.getSymbolicName() == null ? bundle.getLocation() : bundle.getSymbolicName(),
                bundle.getVersion(),
                bundle.getBundleId(),
                reference.getProperty("component.name") instanceof String c ? c : types(reference)[0],
                ranking instanceof Integer r ? r : 0,
                id instanceof Long l ? l : 0,
                "",
                new Service(context, reference, bundle, components, admission.hashes()));
        return entry.rejected(objection(reference, bundle, kind, name));
    }

    private String objection(ServiceReference<?> reference, Bundle bundle, Kind kind, Object name) {
        if (!(name instanceof String s)) {
            return "bad name: " + kind.property() + " must be one text, got " + Types.name(name.getClass());
        }
        if (!NAME.matcher(s).matches()) {
            return "bad name: " + kind.property() + " must match [a-z][a-z0-9_]*, got " + Words.show(s);
        }
        Object scope = reference.getProperty(Constants.SERVICE_SCOPE);
        // DS publishes delayed singletons by a service factory too: of those, the component tells the scope, on first
        // use.
        boolean component = reference.getProperty("component.name") != null;
        if (Constants.SCOPE_PROTOTYPE.equals(scope) || (Constants.SCOPE_BUNDLE.equals(scope) && !component)) {
            return Components.scopeObjection(scope);
        }
        List<String> allowed = Types.services(kind).stream().map(Class::getName).toList();
        List<String> fitting =
                Arrays.stream(types(reference)).filter(allowed::contains).toList();
        if (fitting.isEmpty()) {
            return "registered as " + Words.and(List.of(types(reference))) + ", but " + Words.a(kind)
                    + " is a service of type " + Words.or(allowed) + "; state service = in @Component";
        }
        String refusal = admission.objection(bundle);
        if (!refusal.isEmpty()) return refusal;
        if (fitting.stream().anyMatch(type -> reference.isAssignableTo(context.getBundle(), type))) return "";
        return foreign(bundle, fitting.get(0).substring(0, fitting.get(0).lastIndexOf('.')));
    }

    private static String[] types(ServiceReference<?> reference) {
        return (String[]) reference.getProperty(Constants.OBJECTCLASS);
    }

    private String foreign(Bundle bundle, String packageName) {
        return exporter(bundle, packageName)
                .map(theirs -> "wired to " + packageName + " of bundle " + shown(theirs) + ", Fascicle uses that of "
                        + exporter(context.getBundle(), packageName)
                                .map(Judge::shown)
                                .orElse("another")
                        + "; refresh bundle " + bundle.getBundleId()
                        + ", and uninstall the other api if that does not help")
                .orElse("it has its own copy of " + packageName
                        + "; leave the api's packages out of the bundle and import them");
    }

    /** The bundle that gives another one this package. */
    private static Optional<Bundle> exporter(Bundle bundle, String packageName) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        if (wiring == null) return Optional.empty();
        return wiring.getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE).stream()
                .filter(w ->
                        packageName.equals(w.getCapability().getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE)))
                .map(w -> w.getProvider().getBundle())
                .findFirst();
    }

    private static String shown(Bundle b) {
        return b.getSymbolicName() + " " + b.getVersion() + " (" + b.getBundleId() + ")";
    }
}
