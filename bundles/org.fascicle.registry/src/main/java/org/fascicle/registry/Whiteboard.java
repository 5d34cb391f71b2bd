package org.fascicle.registry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.Offer;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Want;
import org.fascicle.provision.Repositories;
import org.fascicle.registry.trust.Admission;
import org.fascicle.runtime.RuntimePart;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * The registry in a framework: a {@link Catalogue} of all services that carry a {@code fascicle.<kind>} property. It
 * depends on no plug-in, so it is there before the first and after the last. Thread-safe.
 */
@Component(
        service = {Plugins.class, RuntimePart.class},
        immediate = true)
@Capability(namespace = "osgi.implementation", name = "fascicle.plugins", version = "1.0")
public final class Whiteboard implements Plugins, RuntimePart {
    private final BundleContext context;
    private final Catalogue catalogue;
    private final Arrivals arrivals;
    private final SynchronousBundleListener bundles;
    private final Watch trust;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile Repositories repositories;

    @Activate
    public Whiteboard(
            BundleContext context,
            @Reference Admission admission,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL) ServiceComponentRuntime declarativeServices) {
        this.context = context;
        Components components = new Components(Optional.ofNullable(declarativeServices));
        Absent absent = new Absent(context, components, admission);
        catalogue = new Catalogue(absent, this::offers);
        arrivals = new Arrivals(context, catalogue, new Judge(context, components, admission));
        bundles = event -> {
            if (event.getType() == BundleEvent.UNINSTALLED
                    || !Absent.declared(event.getBundle()).isEmpty())
                catalogue.touch(String.valueOf(event.getBundle().getSymbolicName())::equals);
        };
        context.addBundleListener(bundles);
        trust = admission.watch(this::judgeAgain);
        arrivals.open();
    }

    /** Others are trusted than before. */
    private void judgeAgain() {
        arrivals.lookAgain();
        catalogue.touch(bundle -> true);
    }

    @Deactivate
    void close() {
        trust.close();
        context.removeBundleListener(bundles);
        arrivals.close();
    }

    private List<Offer> offers(Want want) {
        Repositories r = repositories;
        return r == null ? List.of() : r.offers(want);
    }

    @Override
    public List<Plugin> providers(Kind kind, String name) {
        return catalogue.providers(kind, name);
    }

    @Override
    public List<Plugin> providers(Kind kind) {
        return catalogue.providers(kind);
    }

    @Override
    public Set<String> names(Kind kind) {
        return catalogue.names(kind);
    }

    @Override
    public Optional<Origin> last(Kind kind, String name) {
        return catalogue.last(kind, name);
    }

    @Override
    public Created create(Kind kind, String where, Map<String, ?> options, Choice choice) {
        return catalogue.create(kind, where, options, choice);
    }

    @Override
    public List<Lack> missing(Kind kind, Map<String, ?> options) {
        return catalogue.missing(kind, options);
    }

    @Override
    public List<Option> describe(Kind kind, String name) {
        return catalogue.describe(kind, name);
    }

    @Override
    public Watch listen(Listener listener) {
        return catalogue.listen(listener);
    }

    @Override
    public void fill(RuntimeDTO dto) {
        catalogue.fill(dto);
    }

    @Override
    public long changeCount() {
        return catalogue.changeCount();
    }

    @Override
    public Watch watch(Runnable changed) {
        return catalogue.watch(changed);
    }
}
